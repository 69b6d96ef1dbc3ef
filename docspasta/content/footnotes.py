"""Footnotes: `[^label]: text`, where their list stands."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .blocks import block
from .table_kind import LAYOUT
from .tags import TAGS, TEXT
from .walk import SKIP, Attributes, Opened, Walk
from .writer import Saved

_A, _TABLE = TAGS["a"], TAGS["table"]


def note(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """One footnote: `[^label]: text`."""
    walk.flush()
    label = walk.footnotes.labels.get(attributes.get("id") or "")
    if label is None or walk.writer.flat:
        return block(walk, node, attributes)
    first = node.first_child
    while first is not None and first.tag_id == TEXT and not (first.text_content or "").strip():
        first = first.next
    if first is not None and first.tag_id == _A and "#" in (first.attributes.get("href") or ""):
        walk.overrides[first.mem_id] = _skip  # the note's own number, a link back
    arranged = node.tag_id == _TABLE  # docutils' HTML 4 writer, and Sphinx before 2.0
    if arranged:
        walk.open_table(LAYOUT)
    saved = walk.writer.open(f"[^{label}]: ", "    ")
    return _end_note, (saved, len(walk.writer.out), arranged)


def _end_note(walk: Walk, state: tuple[Saved, int, bool]) -> None:
    walk.flush()
    saved, size, arranged = state
    if arranged:
        walk.tables.pop()
    out = walk.writer.out
    if len(out) > size + 1 and out[size + 1].startswith(". "):
        out[size + 1] = out[size + 1][2:]  # "1. The note", whose number is the label already
    walk.writer.close(saved)


def _skip(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    return SKIP


def note_label(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A footnote's own number: said by its label; a citation's is kept."""
    if walk.writer.lead is not None and walk.writer.lead.endswith("]: "):
        return SKIP
    text = " ".join(node.text_lexbor().split())
    walk.text(f" {text} ")
    return SKIP


def notes(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """The list of footnotes at the end of a page: its items define what references named."""
    walk.flush()
    walk.footnotes.lists += 1
    return _end_notes, None


def _end_notes(walk: Walk, _: None) -> None:
    walk.flush()
    walk.footnotes.lists -= 1
