"""Mathematics: MathML, what KaTeX and MathJax made, and TeX in elements of its own."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .escape import html_text
from .mathml import tex_of, tex_text
from .state import IN_BLOCKS, IN_CODE
from .tags import TAGS, tag_set
from .tex import displayed, in_line
from .walk import SKIP, Attributes, Opened, Walk

_SPAN = TAGS["span"]
_SETTING = tag_set("em i sup sub")
_DISPLAYED = ("$$", "\\[", "\\begin{")


def math(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """TeX inside a line: `$...$`."""
    if attributes.get("display") in ("block", "true") or "mode=display" in (attributes.get("type") or ""):
        return math_block(walk, node, attributes)
    if _is_set_in_html(node):
        return None
    if "-" in (node.tag or "") and node.text_lexbor().lstrip()[:7].startswith(_DISPLAYED):
        return math_block(walk, node, attributes)
    write_in_line(walk, tex_of(node))
    return SKIP


def _is_set_in_html(node: LexborNode) -> bool:
    """Whether a formula is no TeX, but set with HTML's own italics and superscripts."""
    child = node.first_child if node.tag_id == _SPAN else None
    for _ in range(8):
        if child is None:
            return False
        if child.tag_id in _SETTING:
            return True
        child = child.next
    return False


def math_block(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """TeX on lines of its own: `$$...$$`."""
    if _is_set_in_html(node):
        return None
    write_displayed(walk, tex_of(node))
    return SKIP


def script(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<script type="math/tex"> is MathJax's source; every other script is nothing."""
    kind = attributes.get("type") or ""
    if kind.startswith("math/tex"):
        tex = tex_text(node.text_lexbor())
        if "mode=display" in kind:
            write_displayed(walk, tex)
        else:
            write_in_line(walk, tex)
    return SKIP


def write_in_line(walk: Walk, tex: str, fence: str = "$") -> None:
    """TeX in the text."""
    tex = in_line(tex)
    if tex and walk.mode is not IN_CODE:
        walk.put(html_text(tex) if walk.inline.html else f"{fence}{tex}{fence}", tex)


def write_displayed(walk: Walk, tex: str) -> None:
    """TeX on lines of its own; in a cell or a title in its line."""
    if not tex.strip() or walk.mode is IN_CODE:
        return
    if walk.mode is not IN_BLOCKS or walk.writer.flat:
        write_in_line(walk, tex)
        return
    walk.flush()
    walk.writer.block(displayed(tex))
