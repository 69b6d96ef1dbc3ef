"""Tables: GFM when Markdown can say it, HTML when cells span, and no table at all when it only arranges."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .blocks import block
from .cells import Cell
from .element_text import only_text
from .inline_text import Target
from .layout_tables import layout, lines_of_code, parameter, parameters
from .lists import item
from .nested_tables import is_nested, nested_cell, nested_row, nested_table
from .query import css_first
from .state import IN_BLOCKS, OpenTable
from .table_kind import (
    DATA,
    LAYOUT,
    MAX_ROWS,
    OVERVIEW,
    PARAMETERS,
    ROWS,
    SPANNING,
    is_gutter_cell,
    kind_of,
    rows_of,
)
from .table_text import CellText, write_html, write_markdown
from .tags import TAGS
from .text_cache import IS_PLAIN
from .walk import END_BLOCK, SKIP, Attributes, Open, Opened, Walk

_TD: Final = TAGS["td"]
_TH: Final = TAGS["th"]
_THEAD: Final = TAGS["thead"]
_ROWS: Final = "[role=row]"
_MAX_DEPTH: Final = 4  # tables in tables; deeper ones are arranged


def table(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<table>."""
    if walk.mode is not IN_BLOCKS:
        return None
    if walk.inline.parts:
        walk.writer.flush()
    said, walk.next_table = walk.next_table, None
    if said is PARAMETERS:
        return parameters(walk, node, attributes)
    arranged = walk.writer.flat or len(walk.tables) >= _MAX_DEPTH
    if said is not None or arranged or attributes.get("role") in ("presentation", "none"):
        told = said is not None or len(walk.tables) >= _MAX_DEPTH or "role" in attributes
        arranges = told or not is_nested(walk, node)
        return (layout if arranges else nested_table)(walk, node, attributes)
    rows = rows_of(node)
    kind = kind_of(node, rows)
    if kind is LAYOUT:
        if text := lines_of_code(rows):
            walk.writer.fence(text, "")
            return SKIP
        return layout(walk, node, attributes)
    return _end_table, walk.open_table(kind)


def grid(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table made of blocks: its heads come first, then as many cells to a row."""
    if walk.mode is not IN_BLOCKS or walk.writer.flat:
        return block(walk, node, attributes)
    walk.flush()
    cells = list(node.iter())
    width = sum(1 for each in cells if "table-header" in (each.attributes.get("class") or ""))
    if width == 0 or len(cells) > 10 * MAX_ROWS:
        return block(walk, node, attributes)
    state = walk.open_table(DATA)
    state.head = 1
    for number, each in enumerate(cells):
        walk.overrides[each.mem_id] = _first_cell if number % width == 0 else cell
    return _end_table, state


def _first_cell(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    walk.flush()
    walk.tables[-1].rows.append([])
    return cell(walk, node, attributes)


def aria_table(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table of boxes that ARIA names."""
    if walk.mode is not IN_BLOCKS or walk.writer.flat or css_first(node, _ROWS) is None:
        return block(walk, node, attributes)
    walk.flush()
    state = walk.open_table(DATA)
    state.boxes = True
    return _end_table, state


def aria_row(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A row of such a table; elsewhere a block."""
    state = walk.tables[-1] if walk.tables else None
    if state is None or not state.boxes or walk.mode is not IN_BLOCKS or walk.writer is not state.writer:
        return block(walk, node, attributes)
    walk.flush()
    state.rows.append([])
    return END_BLOCK


def aria_cell(header: bool) -> Open:
    """A handler of a cell of such a table; elsewhere it stands apart from what is beside it."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        state = walk.tables[-1] if walk.tables else None
        if state is None or not state.boxes or walk.mode is not IN_BLOCKS or walk.writer is not state.writer:
            walk.gap()
            return _end_apart, None
        walk.flush()
        return _open_cell(walk, node, state, header)

    return begin


def _end_apart(walk: Walk, _: None) -> None:
    walk.gap()


def row(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<tr>."""
    if walk.mode is not IN_BLOCKS:
        walk.text(" ")
        return None
    if walk.inline.parts:
        walk.flush()
    state = walk.tables[-1] if walk.tables else None
    if state is None or state.kind is LAYOUT or state.kind is OVERVIEW:
        return (_end_row, None) if walk.writer.flat else None
    if state.kind is ROWS:
        return nested_row(walk, state)
    if state.kind is PARAMETERS:
        return item(walk, node, attributes) if _has_cell(node) else SKIP
    if walk.writer is not state.writer:  # in a cell of this table, as broken markup may have it
        return _end_row, None
    parent = node.parent
    if parent is not None and parent.tag_id == _THEAD and state.head == len(state.rows):
        state.head += 1
    state.rows.append([])
    return None


def _has_cell(node: LexborNode) -> bool:
    child = node.first_child
    while child is not None and child.tag_id != _TD:
        child = child.next
    return child is not None


def _end_row(walk: Walk, _: None) -> None:
    walk.flush()


def cell(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<td>, <th>."""
    if walk.mode is not IN_BLOCKS:
        walk.text(" ")
        return None
    state = walk.tables[-1] if walk.tables else None
    if state is None or state.kind is LAYOUT or state.kind is OVERVIEW:
        if walk.writer.flat:
            walk.text(" ")
            return None
        walk.flush()
        if is_gutter_cell(node):
            return SKIP
        return _end_row, None
    if state.kind is ROWS:
        return nested_cell(walk, state)
    if state.kind is PARAMETERS:
        return parameter(walk, node, attributes.get("class") or "")
    if walk.writer is not state.writer:  # in a cell of this table, as broken markup may have it
        walk.text(" ")
        return None
    if walk.inline.parts:
        walk.flush()
    return _open_cell(walk, node, state, node.tag_id == _TH)


def _open_cell(walk: Walk, node: LexborNode, state: OpenTable, header: bool) -> Opened:
    """Start a cell of a table that is written as one."""
    if not state.rows:
        state.rows.append([])
    html = state.kind is SPANNING
    text = _plain_text(walk, node)
    if text is not None and not (html and ">" in text):
        state.rows[-1].append(([text] if text else [], (), node, header))
        return SKIP
    inner, state.spare = state.spare or Cell(html), None
    walk.enter_cell(inner)
    state.rows[-1].append((inner.out, inner.placed, node, header))
    return _end_cell, state


def _plain_text(walk: Walk, node: LexborNode) -> str | None:
    """The text of a cell that holds one run of plain text, as most do, or nothing; None for any other."""
    text = only_text(node)
    if text is None:
        return "" if node.first_child is None else None
    text = text.strip(" \n")
    return text if not text or IS_PLAIN[text] else None


def _end_cell(walk: Walk, state: OpenTable) -> None:
    walk.flush()
    inner = walk.writer
    walk.leave_cell(state)
    for name, _ in inner.anchors:
        walk.writer.anchor(name)
    if isinstance(inner, Cell):
        inner.renew()
        state.spare = inner


def caption(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<caption>: a line above the table."""
    if walk.mode is not IN_BLOCKS:
        return None
    walk.flush()
    return _end_row, None


def _end_table(walk: Walk, state: OpenTable) -> None:
    walk.flush()
    walk.tables.pop()
    rows = [row for row in state.rows if _is_filled(row)]
    if not rows:
        return
    if state.kind is SPANNING:
        write_html(walk.writer, rows)
    elif len(rows) == 1 and not any(cell[3] for row in state.rows for cell in row):
        _as_paragraph(walk, rows[0])
    else:
        write_markdown(walk.writer, rows, state.head)


def _as_paragraph(walk: Walk, row: list[CellText]) -> None:
    """Write the only row of a table as what it is: a paragraph, whose start is no heading or list."""
    inline = walk.inline
    parts: list[str] = []
    targets: list[Target] = []
    for out, placed, _, _ in row:
        if parts and any(out):
            parts.append(" ")
        targets.extend((len(parts) + part, url, fragment) for part, url, fragment in placed)
        parts.extend(out)
    inline.parts, inline.targets, inline.settled = parts, targets, False
    walk.writer.flush()


def _is_filled(row: list[CellText]) -> bool:
    """Whether anything stands in a row."""
    for cell in row:
        for part in cell[0]:
            if part and not part.isspace():
                return True
    return False
