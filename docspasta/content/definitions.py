"""Definition lists: terms, fields, API members, each with what stands beneath."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .emphasis import label
from .family import Role
from .signatures import signature
from .state import OpenDefinitions, Terms
from .tags import BLOCKS, TAGS
from .walk import SKIP, Attributes, Opened, Walk

_DT = TAGS["dt"]


def definitions(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<dl>: a list of terms, each with its definitions beneath."""
    walk.flush()
    walk.lists.append(OpenDefinitions(Terms.ITEMS))
    return _end_definitions, None


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
        items = done.terms is Terms.ITEMS
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
        return label(walk, node)
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
