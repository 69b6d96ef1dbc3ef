"""Spans of code: whole ones, those that links divide, and a <code> that is a block of lines."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from . import blocks
from .element_text import holds_any, only_text
from .escape import one_line
from .query import css, css_first
from .state import IN_BLOCKS, IN_CODE
from .tags import BLOCKS, TAGS, TEXT, UNSEEN
from .text_cache import CODE
from .walk import SKIP, Attributes, Opened, Walk

_A: Final = TAGS["a"]
_DT: Final = TAGS["dt"]
_SPAN: Final = TAGS["span"]
_DIVIDES: Final = BLOCKS | UNSEEN | {_A, TAGS["br"]}
_DIVIDING: Final = "a[href],br,button,script,style,svg,template,[hidden]"


def code(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<code>: a code span. Links inside split it, for Markdown has none in code."""
    if walk.mode is IN_CODE:
        return None
    child = node.first_child
    if child is None:
        return SKIP
    text = None
    if child.next is None:  # as it is with nearly all
        text = child.text_content if child.tag_id == TEXT else one_text(node)
    if text is None:
        if _is_mixed(child):
            if walk.mode is IN_BLOCKS and _is_block(walk, node):
                return blocks.code(walk, node, attributes)
            walk.start_code()
            return _end_code, None
        text = node.text_lexbor()
    span = CODE[text]
    if not span:
        if text:
            walk.gap()
        return SKIP
    if not span.isascii():
        walk.code_spans.append(span)
    w = walk.inline
    w.part_code()
    w.parts.append(w.code_span(one_line(text)) if w.html else span)
    w.space = False
    if walk.title is not None:
        walk.title.append(one_line(text))
    return SKIP


def _is_mixed(child: LexborNode | None) -> bool:
    """Whether more than text stands in a <code>, whose first child this is: a link, a block, a break, what
    nobody sees."""
    while child is not None:
        tag = child.tag_id
        if tag != TEXT:
            inner = child.first_child
            if tag in _DIVIDES:
                return True
            plain = inner is None or (inner.tag_id == TEXT and inner.next is None)
            if not plain and holds_any(child, _DIVIDES, _DIVIDING):
                return True
        child = child.next
    return False


def _is_block(walk: Walk, node: LexborNode) -> bool:
    """Whether a <code> is a block of lines: it holds blocks, or stands alone and has breaks and an indent."""
    if walk.writer.flat or any(part.strip(" *~") for part in walk.inline.parts):
        return False
    if css_first(node, "div,p,li,section,tr") is not None:
        return True
    parent = node.parent
    if (
        parent is None
        or parent.tag_id not in BLOCKS
        or parent.tag_id == _DT
        or _runs_on(node.next)
        or _runs_on(node.prev)
    ):
        return False
    breaks = css(node, "br")
    return len(breaks) > 2 or any(_is_indented(each.next) for each in breaks)


def _is_indented(after: LexborNode | None) -> bool:
    """Whether what stands behind a break is set in from the edge."""
    if after is None:
        return False
    text = (after.text_content or "") if after.tag_id == TEXT else after.text_lexbor()
    return text.lstrip("\n")[:2].replace("\xa0", " ") == "  "


def _runs_on(sibling: LexborNode | None) -> bool:
    """Whether what stands beside an element is in its line."""
    if sibling is None or sibling.tag_id in BLOCKS:
        return False
    return sibling.tag_id != TEXT or bool((sibling.text_content or "").strip())


def _end_code(walk: Walk, _: None) -> None:
    walk.end_code()


def divides_code(walk: Walk) -> bool:
    """Whether a break ends a piece of a span of code: spans hold no line ends. The piece is ended, but in
    emphasis, as a term is: that is one line."""
    if walk.code is None or walk.code.outer is not IN_BLOCKS or walk.emphasis:
        return False
    walk.code_piece()
    walk.code.begun = False
    return True


def one_text(code: LexborNode) -> str | None:
    """The text of a <code> that holds nothing else, but for a <span> around all of it."""
    first = code.first_child
    if first is not None and first.next is None and first.tag_id == _SPAN:
        return only_text(first)
    return only_text(code)
