"""Definition lists: terms, fields, API members, each with what stands beneath."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborNode

from .emphasis import label
from .family import Role
from .signatures import signature
from .tags import BLOCKS, TAGS
from .walk import SKIP, Attributes, Opened, Walk

_DT = TAGS["dt"]


def definitions(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<dl>: a list of terms, each with its definitions beneath."""
    walk.flush()
    walk.lists.append(["terms", None])
    return _end_definitions, None


def fields(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A list of fields (parameters, returns): each a bold label with its text beneath."""
    walk.flush()
    walk.lists.append(["fields", None])
    return _end_definitions, None


def members(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """API members: signatures, each with its description beneath."""
    walk.flush()
    walk.lists.append(["members", None])
    return _end_definitions, None


def _end_definitions(walk: Walk, _: None) -> None:
    walk.flush()
    state = walk.lists.pop()
    if isinstance(state, list) and state[1] is not None:
        walk.w.close(state[1])
    walk.w.last_list = "-" if isinstance(state, list) and state[0] == "terms" else ""


def term(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<dt>."""
    walk.flush()
    state: list[Any] = ["fields", None]
    if walk.lists and isinstance(walk.lists[-1], list):
        state = walk.lists[-1]
    previous = node.prev
    while previous is not None and previous.tag_id not in BLOCKS:
        previous = previous.prev
    again = previous is not None and previous.tag_id == _DT
    if state[0] == "alert":
        return walk.by_role[Role.TITLE](walk, node, attributes)
    number = walk.notes.get(attributes.get("id") or "") if walk.notes else None
    if number is not None and state[0] == "terms" and not walk.w.flat:
        if state[1] is not None:
            walk.w.close(state[1])
        state[1] = walk.w.open(f"[^{number}]: ", "    ")  # docutils before 0.18 writes footnotes so
        return SKIP
    if state[0] == "terms" and not (again and state[1] is not None):
        if state[1] is not None:
            walk.w.close(state[1])
        state[1] = walk.w.open("- ", "  ")
    if state[0] == "members":
        return signature(walk, node, attributes)
    return label(walk, node)
