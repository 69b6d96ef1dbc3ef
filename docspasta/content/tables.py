"""Tables: GFM when Markdown can say it, HTML when cells span, and no table at all when it only arranges."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from .blocks import block
from .cells import Cell, HtmlCell
from .element_text import only_text
from .family import Role
from .layout_tables import layout, parameter, parameters
from .lists import item
from .table_kind import MAX_ROWS, is_gutter_cell, kind_of, rows_of
from .table_text import CellText, move_cell, write_html, write_markdown
from .tags import TAGS
from .text_cache import IS_PLAIN
from .walk import SKIP, Attributes, Opened, Walk
from .writer import Writer

_TD, _TH, _THEAD = TAGS["td"], TAGS["th"], TAGS["thead"]
_MAX_DEPTH = 4  # tables in tables; deeper ones are arranged


@dataclass(slots=True, eq=False)
class TableState:
    """One table being written."""

    html: bool
    outer: Writer
    rows: list[list[CellText]] = field(default_factory=list)
    head: int = 0  # rows that are headings
    spare: Cell | None = None  # a cell that was written, to be written in again


def table(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<table>."""
    if walk.line or walk.code is not None:
        return None
    if walk.w.parts:
        walk.w.flush()
    hint, walk.table_hint = walk.table_hint, Role.NONE
    if hint is Role.PARAMETERS:
        return parameters(walk, node, attributes)
    if hint is Role.LAYOUT:
        return layout(walk, node, attributes)
    if walk.w.flat or walk.tables >= _MAX_DEPTH or attributes.get("role") in ("presentation", "none"):
        return layout(walk, node, attributes)
    kind = kind_of(node, rows_of(node))
    if kind == "layout":
        return layout(walk, node, attributes)
    walk.tables += 1
    state = TableState(kind == "html", walk.w)
    walk.grids.append(state)
    return _end_table, state


def grid(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table made of blocks: its heads come first, then as many cells to a row."""
    if walk.line or walk.code is not None or walk.w.flat:
        return block(walk, node, attributes)
    walk.flush()
    cells = list(node.iter())
    width = sum(1 for each in cells if "table-header" in (each.attributes.get("class") or ""))
    if width == 0 or len(cells) > 10 * MAX_ROWS:
        return block(walk, node, attributes)
    state = TableState(False, walk.w)
    state.head = 1
    walk.tables += 1
    walk.grids.append(state)
    for number, each in enumerate(cells):
        walk.marked[each.mem_id] = _first_cell if number % width == 0 else cell
    return _end_table, state


def _first_cell(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    walk.flush()
    walk.grids[-1].rows.append([])
    return cell(walk, node, attributes)


def row(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<tr>."""
    if walk.line:
        walk.text(" ")
        return None
    if walk.w.parts:
        walk.flush()
    state = walk.grids[-1] if walk.grids and walk.grids[-1] != "overview" else None
    if state is None:
        return (_end_row, None) if walk.w.flat else None
    if state == "parameters":
        return item(walk, node, attributes) if _has_cell(node) else SKIP
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
    if walk.line:
        walk.text(" ")
        return None
    state = walk.grids[-1] if walk.grids and walk.grids[-1] != "overview" else None
    if state is None:
        if walk.w.flat:
            walk.text(" ")
            return None
        walk.flush()
        if is_gutter_cell(node):
            return SKIP
        return _end_row, None
    if state == "parameters":
        return parameter(walk, node, attributes.get("class") or "")
    if walk.w.parts:
        walk.flush()
    if not state.rows:
        state.rows.append([])
    header = node.tag_id == _TH
    text = _plain_text(walk, node)
    if text is not None and not (state.html and ">" in text):
        state.rows[-1].append(([text] if text else [], (), node, header))
        return SKIP
    saved = (walk.lists, walk.alerts, walk.emphasis, walk.w, state)
    inner = state.spare or (HtmlCell() if state.html else Cell())
    walk.w, state.spare = inner, None
    walk.lists, walk.alerts, walk.emphasis = [], [], set()
    state.rows[-1].append((inner.out, inner.placed, node, header))
    return _end_cell, saved


def _plain_text(walk: Walk, node: LexborNode) -> str | None:
    """The text of a cell that holds one run of plain text, as most do, or nothing; None for any other."""
    text = only_text(node)
    if text is None:
        return "" if node.first_child is None else None
    if walk.code is not None:
        return None
    text = text.strip(" \n")
    return text if not text or IS_PLAIN[text] else None


def _end_cell(
    walk: Walk, saved: tuple[list[object], list[list[object]], set[str], Writer, TableState]
) -> None:
    walk.flush()
    inner = walk.w
    walk.lists, walk.alerts, walk.emphasis, walk.w, state = saved
    for name, _ in inner.anchors:
        walk.w.anchor(name)
    if isinstance(inner, Cell):
        inner.renew()
        state.spare = inner


def caption(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<caption>: a line above the table."""
    if walk.line:
        return None
    walk.flush()
    return _end_row, None


def _end_table(walk: Walk, state: TableState) -> None:
    walk.flush()
    walk.tables -= 1
    walk.grids.pop()
    walk.w = state.outer
    rows = [row for row in state.rows if _is_filled(row)]
    if not rows:
        return
    if state.html:
        write_html(walk.w, rows)
    elif len(rows) == 1 and len(rows[0]) < 2 and not rows[0][0][3]:
        walk.w.begin(True)
        move_cell(walk.w, *rows[0][0][:2])
    else:
        write_markdown(walk.w, rows, state.head)


def _is_filled(row: list[CellText]) -> bool:
    """Whether anything stands in a row."""
    for cell in row:
        for part in cell[0]:
            if part and not part.isspace():
                return True
    return False
