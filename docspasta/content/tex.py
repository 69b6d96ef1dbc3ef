r"""TeX as it stands in Markdown: `$x$` in a line, `$$` around lines of its own; and where it stands in text
that a script (MathJax, KaTeX's auto-render) would set.

What a reader of TeX ignores (line ends, blanks) is used so that no line of it is a heading, a list, HTML or a
link to a reader of Markdown that knows no math.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from .escape import CONTROL, line_start

_HTML = re.compile(r"<(?=[A-Za-z/!?])")
_LINK = re.compile(r"\](?=[(\[])")
_TICK = re.compile(r"(?<!\\)(\\*)`")
_TICKS = re.compile(r"`(?=`)")
_SCRIPTS = re.compile(
    rb"[Mm]ath[Jj]ax|renderMathInElement|katex[\w./@-]*auto-render|auto-render(?:\.min)?\.js"
)
# One of them stands in whatever the pattern finds. To look for all costs a fifth of what it does.
_IN_SCRIPTS: Final = (b"athJax", b"athjax", b"auto-render", b"renderMathInElement")
_OPENING = re.compile(r"\$\$|\\[\[(]|\\begin\{([A-Za-z]+\*?)\}|(?<![\\$\w])\$(?=[^\s$])")
_CLOSING = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_BETWEEN_DOLLARS = re.compile(r"(?=[^$\n]{0,300}[\\_^{}])([^$\n]{0,300}[^$\s\\])\$(?![\w$])")
_ANY_BETWEEN = re.compile(r"([^$\n]{0,300}[^$\s\\])\$(?![\w$])")
# What tells MathJax or KaTeX that one dollar starts TeX, which they do not think by themselves.
_DOLLARS = re.compile(
    rb"""(?:left|inlineMath)["']?\s*:\s*[\[\s]*["']\$["']|\[\s*["']\$["']\s*,\s*["']\$["']"""
)
_LONGEST = 20_000  # characters of TeX in a text


class Tex(NamedTuple):
    """A piece of text: TeX set in its line or displayed, or what is none."""

    text: str
    kind: str  # "text", "line", "display" (in or outside a line), "block" (never in a line)


def is_set(html: bytes) -> bool:
    """Whether a page loads a script that sets the TeX in its text."""
    return any(part in html for part in _IN_SCRIPTS) and _SCRIPTS.search(html) is not None


def takes_dollars(html: bytes) -> bool:
    """Whether a page tells its script that all between two dollars is TeX."""
    return _DOLLARS.search(html) is not None


def in_text(text: str, dollars: bool = False) -> Iterator[Tex]:
    """The pieces of a text that a script sets. What stands between single dollars must look like TeX, unless
    `dollars` says that it is."""
    at = start = 0
    while (opening := _OPENING.search(text, at)) is not None:
        found = _set(text, opening, dollars)
        if found is None:
            at = opening.end()
            continue
        piece, end = found
        if opening.start() > start:
            yield _plain(text[start : opening.start()], dollars)
        yield piece
        at = start = end
    if start < len(text):
        yield _plain(text[start:], dollars)


def _plain(text: str, dollars: bool) -> Tex:
    """Text that is no TeX. Where one dollar starts TeX, a backslash makes it a dollar again."""
    return Tex(text.replace("\\$", "$") if dollars else text, "text")


def _set(text: str, opening: re.Match[str], all_dollars: bool) -> tuple[Tex, int] | None:
    """The TeX that begins here and where it ends, None where it does not."""
    mark, begin = opening[0], opening.end()
    if mark == "$":
        found = (_ANY_BETWEEN if all_dollars else _BETWEEN_DOLLARS).match(text, begin)
        return (Tex(found[1], "line"), found.end()) if found is not None else None
    closing = _CLOSING.get(mark) or f"\\end{{{opening[1]}}}"
    end = text.find(closing, begin, begin + _LONGEST)
    if end < 0:
        return None
    after = end + len(closing)
    if opening[1]:
        return Tex(text[opening.start() : after], "block"), after
    kind = "line" if mark == "\\(" else "display"
    return Tex(text[begin:end].strip("\n "), kind), after


def holds(text: str, dollars: bool = False) -> bool:
    """Whether a text holds any TeX that a script would set."""
    first = next(in_text(text, dollars), Tex("", "text"))
    return first.kind != "text" or first.text != text


def in_line(tex: str) -> str:
    """TeX on one line, which is neither HTML nor a link, and neither begins a span of code nor ends one."""
    if "`" in tex:
        tex = _TICK.sub(_named, tex)
    return _harmless(" ".join(tex.split()))


def _named(tick: re.Match[str]) -> str:
    """A backtick by its name in TeX; behind a backslash it is an accent."""
    before = tick[1]
    return f"{before[:-1]}\\grave " if len(before) % 2 else f"{before}\\lq "


def displayed(tex: str) -> str:
    """A block of TeX between lines of `$$`. A line that would start another block goes on the one before."""
    lines = ["$$"]
    for line in tex.split("\n"):
        line = _harmless(line.rstrip())
        start = line.lstrip()
        if not start:
            continue
        if line_start(start) < 0 and start[0] not in "<`":
            lines.append(line)
        elif "%" in lines[-1]:
            lines.append("{}" + start)  # behind a comment nothing may stand
        else:
            lines[-1] += " " + start
    return "\n".join([*lines, "$$"])


def _harmless(tex: str) -> str:
    if not tex.isprintable():
        tex = CONTROL.sub("", tex)
    if "<" in tex:
        tex = _HTML.sub(r"\\lt ", tex)
    if "]" in tex:
        tex = _LINK.sub("] ", tex)
    return _TICKS.sub("` ", tex) if "``" in tex else tex
