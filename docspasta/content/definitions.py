"""Definition lists: terms, fields, API members, each with what stands beneath."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .element_text import first_element, has_text, next_element
from .emphasis import label
from .family import Role
from .signatures import signature
from .state import OpenDefinitions, Terms
from .tags import BLOCKS, HEADINGS, TAGS, tag_set
from .walk import END_BLOCK, SKIP, Attributes, Opened, Walk

_DD: Final = TAGS["dd"]
_DT: Final = TAGS["dt"]
_A: Final = TAGS["a"]
_DL: Final = TAGS["dl"]
_DIV: Final = TAGS["div"]
_HR: Final = TAGS["hr"]
_HEADINGS_AND_BOXES: Final = frozenset(HEADINGS) | tag_set("div p")


def definitions(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<dl>: a list of terms, each with its definitions beneath."""
    walk.flush()
    kind = Terms.BLOCKS if _arranges(node) else Terms.ENTRIES if _only_lists(node) else Terms.ITEMS
    walk.lists.append(OpenDefinitions(kind))
    return _end_definitions, None


def _only_lists(node: LexborNode) -> bool:
    """Whether a list has several terms of which it says nothing, each a link: below them are such lists, as
    in DocBook's list of contents."""
    terms, child = 0, first_element(node)
    while child is not None:
        if child.tag_id == _DT and _is_linked(child):
            terms += 1
        elif child.tag_id != _DD or ((inside := first_element(child)) is None) or inside.tag_id != _DL:
            return False
        child = next_element(child)
    return terms > 1


def _is_linked(term: LexborNode) -> bool:
    """Whether a link is the first thing in a term, or in an element that is."""
    inside = first_element(term)
    for _ in range(3):
        if inside is None or inside.tag_id == _A:
            break
        inside = first_element(inside)
    return inside is not None and inside.tag_id == _A and inside.attributes.get("href") is not None


def _arranges(node: LexborNode) -> bool:
    """Whether a list of definitions only arranges blocks: its first term is a heading, or holds a block that
    nothing is said about."""
    first = first_element(node)
    while first is not None and first.tag_id == _HR:  # docstrap draws one above each term
        first = next_element(first)
    if first is None or first.tag_id != _DT:
        return False
    inside = first_element(first)
    if inside is None or inside.tag_id not in _HEADINGS_AND_BOXES:
        return False
    if _begins_with_heading(first):
        return True
    following = next_element(first)
    return following is not None and following.tag_id == _DD and not has_text(following)


def _begins_with_heading(term: LexborNode) -> bool:
    """Whether a term is a heading, perhaps in a box with what stands beside it."""
    inside = first_element(term)
    if inside is not None and inside.tag_id == _DIV:
        inside = first_element(inside)
    return inside is not None and inside.tag_id in HEADINGS


def fields(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A list of fields (parameters, returns): each a bold label with its text beneath."""
    walk.flush()
    walk.lists.append(OpenDefinitions(Terms.FIELDS))
    return _end_definitions, None


def members(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """API members: signatures, each with its description beneath."""
    walk.flush()
    walk.lists.append(OpenDefinitions(Terms.MEMBERS))
    return _end_definitions, None


def _end_definitions(walk: Walk, _: None) -> None:
    walk.flush()
    done = walk.lists.pop()
    items = False
    if isinstance(done, OpenDefinitions):
        _end_entry(walk, done)
        items = done.terms in (Terms.ITEMS, Terms.ENTRIES)
    walk.writer.last_list = "-" if items else ""


def _end_entry(walk: Walk, state: OpenDefinitions) -> None:
    """End the term being described, and what is beneath it."""
    if state.entry is not None:
        walk.writer.close(state.entry)
        state.entry = None


def term(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<dt>."""
    walk.flush()
    state = walk.lists[-1] if walk.lists else None
    if not isinstance(state, OpenDefinitions):
        return END_BLOCK if _begins_with_heading(node) else label(walk, node)
    if state.terms is Terms.BLOCKS:
        return END_BLOCK
    if state.terms is Terms.ENTRIES:
        _end_entry(walk, state)
        state.entry = walk.writer.open("- ", "  ")
        return END_BLOCK
    if state.terms is Terms.TITLE:
        return walk.page.by_role[Role.TITLE](walk, node, attributes)
    if state.terms is Terms.MEMBERS:
        return signature(walk, node, attributes)
    if state.terms is Terms.ITEMS:
        number = walk.footnotes.labels.get(attributes.get("id") or "")
        if number is not None and not walk.writer.flat:
            _end_entry(walk, state)
            # docutils before 0.18 writes footnotes so
            state.entry = walk.writer.open(f"[^{number}]: ", "    ")
            return SKIP
        if state.entry is None or not _follows_term(node):
            _end_entry(walk, state)
            state.entry = walk.writer.open("- ", "  ")
    return label(walk, node)


def _follows_term(node: LexborNode) -> bool:
    """Whether a term stands right behind another: both are described together."""
    previous = node.prev
    while previous is not None and previous.tag_id not in BLOCKS:
        previous = previous.prev
    return previous is not None and previous.tag_id == _DT
