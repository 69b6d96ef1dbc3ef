"""A table in a cell of another. Markdown has none there: each row is a line, its cells between pipes."""

from __future__ import annotations

from itertools import pairwise

from selectolax.lexbor import LexborNode

from .state import OpenTable
from .table_kind import DATA, ROWS, SPANNING, kind_of, rows_of
from .walk import Attributes, Opened, Walk

_BREAK = "<br>"


def is_nested(walk: Walk, node: LexborNode) -> bool:
    """Whether a table in a cell holds data: a table that only arranges has blocks in its cells."""
    return walk.writer.flat and kind_of(node, rows_of(node)) in (DATA, SPANNING)


def nested_table(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table in a cell."""
    walk.flush()
    walk.open_table(ROWS)
    return _end_table, None


def _end_table(walk: Walk, _: None) -> None:
    walk.flush()
    walk.tables.pop()


def nested_row(walk: Walk, state: OpenTable) -> Opened:
    """A row of such a table."""
    outer, state.cells = state.cells, []
    return _end_row, (state, outer)


def _end_row(walk: Walk, opened: tuple[OpenTable, list[int]]) -> None:
    walk.flush()
    state, outer = opened
    cells, state.cells = state.cells, outer
    out = walk.writer.out
    before = empty = 0
    for start, end in pairwise([*cells, len(out)]):
        if not any(part.strip() for part in out[start:end]):
            empty += 1
            continue
        if before and out[start] == _BREAK:
            out[start] = " |" + " |" * empty + " "
        before, empty = 1, 0


def nested_cell(walk: Walk, state: OpenTable) -> Opened:
    """A cell of such a row."""
    walk.flush()
    state.cells.append(len(walk.writer.out))
    return _end_cell, None


def _end_cell(walk: Walk, _: None) -> None:
    walk.flush()
