r"""What signs of MathML are in TeX: accents (`\vec{B}`), functions (`\sin`), alphabets (`\mathbb{R}`) and
fences of matrices. Pure text."""

from __future__ import annotations

import re
from typing import Final

_ACCENTS: Final = {
    "^": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde", "¯": "bar", "‾": "bar", "―": "bar",
    "→": "vec", "⃗": "vec", "˙": "dot", ".": "dot", "¨": "ddot", "ˇ": "check", "˘": "breve", "´": "acute",
    "`": "grave",
}  # fmt: skip
_WIDE: Final = {"hat": "widehat", "tilde": "widetilde", "bar": "overline", "vec": "overrightarrow"}
_OVER: Final = {"⏞": "overbrace", "︷": "overbrace"}
_UNDER: Final = {
    "⏟": "underbrace", "︸": "underbrace", "_": "underline", "―": "underline", "¯": "underline",
    "‾": "underline",
}  # fmt: skip
_FUNCTIONS: Final = frozenset(
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln"
    " log max min Pr sec sin sinh sup tan tanh".split()
)
_ALPHABETS: Final = {
    "normal": "mathrm", "bold": "mathbf", "double-struck": "mathbb", "script": "mathcal",
    "fraktur": "mathfrak", "sans-serif": "mathsf", "monospace": "mathtt", "bold-italic": "boldsymbol",
}  # fmt: skip
_HAS_LIMITS: Final = re.compile(
    r"\\(?:sum|prod|int|cup|cap|lim|liminf|limsup|max|min|sup|inf|Pr|gcd|det|operatorname\{[^{}]*\})\s*$"
    r"|\\(?:over|under)brace\{.*\}$|[⋃⋂∮∐⋁⋀⨁⨂]\s*$",
    re.S,
)
_FENCED: Final = re.compile(
    r"(?P<open>\(|\[|\\\{|\||\\\|)\s*\\begin\{matrix\}(?P<rows>(?:(?!\\begin\{matrix\}).)*?)\\end\{matrix\}"
    r"\s*(?P<close>\)|\]|\\\}|\||\\\|)?",
    re.S,
)
_MATRICES: Final = {
    ("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("\\{", "\\}"): "Bmatrix", ("|", "|"): "vmatrix",
    ("\\|", "\\|"): "Vmatrix", ("\\{", ""): "cases",
}  # fmt: skip


def name(text: str, operator: bool) -> str:
    r"""A name of several letters: `\sin `, `\operatorname{rank}` or `\mathrm{kg}`."""
    if text in _FUNCTIONS:
        return f"\\{text} "
    return rf"\{'operatorname' if operator else 'mathrm'}{{{text}}}"


def letter(tex: str, variant: str) -> str:
    r"""A letter of an alphabet of its own: `\mathbb{R}`. Signs stay as they are."""
    alphabet = _ALPHABETS.get(variant)
    return rf"\{alphabet}{{{tex}}}" if alphabet and tex.isalnum() and tex.isascii() else tex


def above(base: str, over: str, sign: str) -> str:
    """`base` with `over` above it; `sign` is what `over` shows."""
    accent = _OVER.get(sign) or _ACCENTS.get(sign)
    if accent is not None:
        return rf"\{accent if len(base) == 1 else _WIDE.get(accent, accent)}{{{base}}}"
    return rf"{base}^{{{over}}}" if _HAS_LIMITS.search(base) else rf"\overset{{{over}}}{{{base}}}"


def below(base: str, under: str, sign: str) -> str:
    """`base` with `under` below it; `sign` is what `under` shows."""
    if sign in _UNDER:
        return rf"\{_UNDER[sign]}{{{base}}}"
    return rf"{base}_{{{under}}}" if _HAS_LIMITS.search(base) else rf"\underset{{{under}}}{{{base}}}"


def fenced(tex: str) -> str:
    """TeX whose matrices have the fences that stand beside them."""
    return _FENCED.sub(_with_fence, tex) if r"\begin{matrix}" in tex else tex


def _with_fence(found: re.Match[str]) -> str:
    kind = _MATRICES.get((found["open"], found["close"] or ""))
    return rf"\begin{{{kind}}}{found['rows']}\end{{{kind}}}" if kind else found[0]
