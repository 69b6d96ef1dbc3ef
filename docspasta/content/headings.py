"""Headings: their exact text, their level, and the id by which links find them."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .emphasis import label
from .family import Role
from .signatures import signature_text
from .state import IN_BLOCKS
from .table_kind import OVERVIEW
from .tags import HEADINGS, TAGS, TEXT
from .walk import SKIP, Attributes, Open, Opened, Walk

_A: Final = TAGS["a"]
_SECTION: Final = TAGS["section"]
_DIV: Final = TAGS["div"]
_IMG: Final = TAGS["img"]
_GLYPHS: Final = "¶§🔗⚓◆ \u200b\uf0c1"  # of permalinks; a `#` at the end may be the heading's own


def heading(level: int) -> Open:
    """A handler of a heading of this level."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        if walk.mode is not IN_BLOCKS:
            return None
        if walk.inline.parts:
            walk.writer.flush()
        if walk.tabs:
            walk.forget_tabs()
        if node.first_child is not None and _is_picture_above_one(node):
            return None
        if walk.untitled():
            return walk.page.by_role[Role.TITLE](walk, node, attributes)
        if walk.tables and walk.tables[-1].kind is OVERVIEW:
            return label(walk, node)
        walk.start_title()
        rank = attributes.get("aria-level") if attributes else None
        anchor = attributes.get("id") or _anchor_of(node)
        return _end_heading, (int(rank) if rank and rank.isdigit() and 0 < int(rank) < 7 else level, anchor)

    return begin


def _is_picture_above_one(node: LexborNode) -> bool:
    """Whether a heading holds a picture alone and one of its level follows, which is what it is for."""
    picture = node.first_child
    while picture is not None and picture.tag_id == TEXT and not picture.text_lexbor().strip():
        picture = picture.next
    if picture is None or picture.tag_id != _IMG or (node.text_lexbor() or "").strip():
        return False
    after = node.next
    while after is not None and not after.is_element_node:
        after = after.next
    return after is not None and after.tag_id == node.tag_id and bool((after.text_lexbor() or "").strip())


def _anchor_of(node: LexborNode) -> str:
    """The id by which a heading without one is known: its section's, or an anchor's inside or before it."""
    child = node.first_child
    while child is not None:
        if child.tag_id == _A:
            attributes = child.attributes
            name = attributes.get("id") or attributes.get("name")
            if name:
                return name
        child = child.next
    parent = node.parent
    if parent is not None and parent.tag_id in (_SECTION, _DIV):
        name = parent.attributes.get("id")
        first = parent.first_child if name else None
        for _ in range(12):
            if first is None or first.mem_id == node.mem_id or first.tag_id in HEADINGS:
                break
            first = first.next
        if name and first is not None and first.mem_id == node.mem_id:
            return name
    return ""


def _end_heading(walk: Walk, state: tuple[int, str]) -> None:
    text = walk.end_title().rstrip(_GLYPHS)
    walk.writer.heading(state[0], text, state[1])


def code_heading(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A heading that is a signature: its text is one code span."""
    return _code_heading(walk, node, attributes, HEADINGS.get(node.tag_id, 4))


def code_heading3(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A heading that is a signature, of level 3 whatever its tag says."""
    return _code_heading(walk, node, attributes, 3)


def _code_heading(walk: Walk, node: LexborNode, attributes: Attributes, level: int) -> Opened:
    if walk.mode is not IN_BLOCKS:
        return None
    text = signature_text(walk, node)
    walk.flush()
    if text:
        walk.put(walk.inline.code_span(text))
        walk.writer.heading(level, text, attributes.get("id") or _anchor_of(node))
    return SKIP
