"""MathML to TeX, for pages that carry no TeX of their own. Covers presentation MathML Core; flat on the
rest.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from .mathml_signs import above, below, fenced, letter, name
from .query import css_first

_DELIMITERS = re.compile(r"^\s*(?:\\\(|\\\[|\$\$?)|(?:\\\)|\\\]|\$\$?)\s*$")
_DELIMITED = re.compile(r"\\\[(.*)\\\]|^\\\((.*)\\\)$", re.S)
_WRAPPER = re.compile(r"^\\(?:display|text)style\s*")
_BRACED = re.compile(r"^\{\\(?:display|text)style\s+(.*)\}$", re.S)  # as MediaWiki writes it
_SYMBOLS = {
    "×": r"\times ", "÷": r"\div ", "±": r"\pm ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "≈": r"\approx ",
    "∞": r"\infty ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "√": r"\sqrt ", "∂": r"\partial ",
    "∇": r"\nabla ",
    "∈": r"\in ", "∉": r"\notin ", "⊂": r"\subset ", "∪": r"\cup ", "∩": r"\cap ", "→": r"\to ",
    "⇒": r"\Rightarrow ",
    "↦": r"\mapsto ", "⋅": r"\cdot ", "…": r"\ldots ", "⋯": r"\cdots ", "α": r"\alpha ", "β": r"\beta ",
    "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\epsilon ", "ϵ": r"\epsilon ", "ζ": r"\zeta ",
    "η": r"\eta ", "θ": r"\theta ",
    "λ": r"\lambda ", "μ": r"\mu ", "π": r"\pi ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ",
    "φ": r"\phi ",
    "ϕ": r"\phi ", "χ": r"\chi ", "ψ": r"\psi ", "ω": r"\omega ", "Γ": r"\Gamma ", "Δ": r"\Delta ",
    "Σ": r"\Sigma ",
    "Π": r"\Pi ", "Ω": r"\Omega ", "Φ": r"\Phi ", "−": "-", "⁡": "", "⁢": "", "∣": r"\mid ", "‖": r"\|",
    "{": r"\{",
    "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "∀": r"\forall ", "∃": r"\exists ", "¬": r"\neg ",
    "∧": r"\land ",
    "∨": r"\lor ", "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "⟨": r"\langle ",
    "⟩": r"\rangle ",
}  # fmt: skip
_MAX_DEPTH = 40


def tex_text(text: str) -> str:
    r"""TeX without its delimiters: `\(x\)`, `\[x\]`, `$x$` or bare."""
    text = text.strip()
    if text[:2] == r"\$" and text[-2:] == r"\$" and len(text) > 3:  # AsciiMath's
        return text[2:-2].strip()
    found = _DELIMITED.search(text)
    if found is not None:
        return (found[1] or found[2]).strip()
    if text[:2] in (r"\(", r"\[") or text[:1] == "$":
        text = _DELIMITERS.sub("", text)
    braced = _BRACED.match(text.strip())
    return (braced[1] if braced is not None else text).strip()


def tex_of(math: LexborNode) -> str:
    """The TeX of a <math> or of an element that holds one: its annotation, its alttext, or worked out."""
    said = math.attributes.get("data-latex") or math.attributes.get("data-tex")
    if said:
        return tex_text(said)
    annotation = css_first(math, 'annotation[encoding="application/x-tex"]')
    if annotation is not None and annotation.text_lexbor().strip():
        return tex_text(annotation.text_lexbor())
    node = math if math.tag == "math" else css_first(math, "math")
    if node is None:
        return tex_text(math.text_lexbor())
    alternative = node.attributes.get("alttext")
    if alternative:
        return _WRAPPER.sub("", alternative.strip("{} ")).strip()
    return fenced(" ".join(_tex(node, 0).split()))


def _tex(node: LexborNode, depth: int) -> str:
    tag = node.tag
    if depth > _MAX_DEPTH:
        return node.text_lexbor()
    if tag in ("mi", "mo", "mn", "ms", "mtext"):
        return _leaf(node, tag)
    if tag in ("annotation", "annotation-xml", "mphantom"):
        return ""
    children = [_tex(child, depth + 1) for child in node.iter()]
    return _compose(tag or "", children, node)


def _leaf(node: LexborNode, tag: str) -> str:
    text = " ".join(node.text_lexbor().split())
    if tag == "mtext" and len(text) > 1:
        return rf"\text{{{text}}}"
    if tag in ("mi", "mo") and len(text) > 1 and text.isascii() and text.isalpha():
        return name(text, tag == "mo")
    tex = "".join(_SYMBOLS.get(char, char) for char in text)
    variant = node.attributes.get("mathvariant")
    return letter(tex, variant) if variant else tex


def _compose(tag: str, parts: list[str], node: LexborNode) -> str:
    a, b, c = (*parts, "", "", "")[:3]
    if tag == "mfrac":
        return rf"\frac{{{a}}}{{{b}}}"
    if tag in ("mover", "munder"):
        return (above if tag == "mover" else below)(a, b, _sign(node))
    if tag == "msup":
        return rf"{a}^{{{b}}}"
    if tag == "msub":
        return rf"{a}_{{{b}}}"
    if tag in ("msubsup", "munderover"):
        return rf"{a}_{{{b}}}^{{{c}}}"
    if tag == "mroot":
        return rf"\sqrt[{b}]{{{a}}}"
    inside = "".join(parts)
    if tag == "msqrt":
        return rf"\sqrt{{{inside}}}"
    if tag == "mtr":
        return " & ".join(parts) + r" \\ "
    if tag == "mtable":
        return rf"\begin{{matrix}} {inside.removesuffix(' ').removesuffix(chr(92) * 2)}\end{{matrix}}"
    if tag == "mfenced":
        attributes = node.attributes
        return (attributes.get("open") or "(") + ", ".join(parts) + (attributes.get("close") or ")")
    return inside


def _sign(node: LexborNode) -> str:
    """What stands above or below the first child."""
    second = list(node.iter())[1:2]
    return "".join(second[0].text_lexbor().split()) if second else ""
