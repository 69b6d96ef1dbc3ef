"""What a table is: one of data, one whose cells span, or one that only arranges the page."""

from __future__ import annotations

from enum import Enum
from typing import Final

from selectolax.lexbor import LexborNode

from .code import is_gutter
from .element_text import short_text
from .query import css, css_first
from .tags import TAGS, TEXT

_TR: Final = TAGS["tr"]
_TD: Final = TAGS["td"]
_TH: Final = TAGS["th"]
_SECTIONS: Final = frozenset({TAGS["thead"], TAGS["tbody"], TAGS["tfoot"]})
_ARRANGED: Final = "h1,h2,h3,table"  # a data cell holds none of these
_TELLING: Final = f"{_ARRANGED},pre,[colspan],[rowspan]"  # a table with none of these in it is one of data
_BLOCKY: Final = "pre,ul,ol,dl,div,p"
_LARGE: Final = "pre,ul,ol,dl,table,img,h1,h2,h3,h4"
_FEW, _LONGEST = 20, 120  # nodes, and characters, of a cell that is part of a line
_MAX_COLUMNS: Final = 200
MAX_ROWS: Final = 20_000


class TableKind(Enum):
    """How a table is written."""

    DATA = "markdown"
    SPANNING = "html"  # cells reach over others, which Markdown cannot say
    LAYOUT = "layout"  # it only arranges: its cells are blocks
    OVERVIEW = "overview"  # it arranges an overview of what follows: its headings are labels
    PARAMETERS = "parameters"  # its rows are a list, each with its name in bold
    ROWS = "rows"  # it is in a cell: each of its rows is a line of it


DATA: Final = TableKind.DATA
SPANNING: Final = TableKind.SPANNING
LAYOUT: Final = TableKind.LAYOUT
OVERVIEW: Final = TableKind.OVERVIEW
PARAMETERS: Final = TableKind.PARAMETERS
ROWS: Final = TableKind.ROWS


def rows_of(node: LexborNode) -> list[LexborNode]:
    rows = []
    for child in node.iter():
        tag = child.tag_id
        if tag == _TR:
            rows.append(child)
        elif tag in _SECTIONS:
            rows.extend(each for each in child.iter() if each.tag_id == _TR)
        if len(rows) > MAX_ROWS:
            break
    return rows


def kind_of(table: LexborNode, rows: list[LexborNode]) -> TableKind:
    """DATA, SPANNING or LAYOUT. Asks the whole table before it asks each cell."""
    widest = total = 0
    headed = False
    for row in rows:
        width = 0
        for cell in row.iter():
            tag = cell.tag_id
            if tag == _TD:
                width += 1
            elif tag == _TH:
                width += 1
                headed = True
        total += width
        if width > widest:
            widest = width
    if not rows or widest > _MAX_COLUMNS or len(rows) > MAX_ROWS or (widest < 2 and not headed):
        return LAYOUT
    if (len(rows) > 1 or headed) and len(css(table, _TELLING)) < 2:  # the table itself
        return DATA
    if widest < 2 and css_first(table, "pre") is not None:  # a heading over code
        return LAYOUT
    if _arranges(table, rows, total, headed):
        return LAYOUT
    if css_first(table, "[colspan],[rowspan]") is None:
        return DATA
    if not headed and css_first(table, "dl") is not None:
        return LAYOUT
    return SPANNING if any(_spans(row) for row in rows) else DATA


def _spans(row: LexborNode) -> bool:
    """Whether a cell of a row reaches over others."""
    cells = [cell for cell in row.iter() if cell.tag_id in (_TD, _TH)]
    for cell in cells:
        attributes = cell.attributes
        across, down = attributes.get("colspan") or "1", attributes.get("rowspan") or "1"
        if down not in ("1", "") or (across not in ("1", "") and len(cells) > 1):
            return True
    return False


def _arranges(table: LexborNode, rows: list[LexborNode], total: int, headed: bool) -> bool:
    """Whether cells hold what no data cell does: headings, tables, the line numbers beside code."""
    if len(rows) == 1 and not headed and css_first(rows[0], _BLOCKY) is not None and not _is_line(rows[0]):
        return True
    if (
        len(rows) < 4
        and not (headed and len(rows) > 1 and _heads(rows[0]))
        and css_first(rows[-1], "pre") is not None
        and any(is_gutter_cell(c) for c in rows[-1].iter())
    ):
        return True
    if headed and len(rows) > 1:
        return False
    if total > 4000:
        return False
    if len(css(table, _ARRANGED)) < 2:  # the table itself
        return False
    return any(css_first(row, _ARRANGED) is not None for row in rows)


def _is_line(row: LexborNode) -> bool:
    """Whether the cells of a row hold a few words each, no sentence, and no more than a box around them."""
    cells = [cell for cell in row.iter() if cell.tag_id in (_TD, _TH)]
    if len(cells) < 2 or css_first(row, _LARGE) is not None:
        return False
    texts = [short_text(cell, _FEW) for cell in cells]
    if any(text is None or len(text) > _LONGEST or text.rstrip().endswith(".") for text in texts):
        return False
    return all(len(css(cell, "p,div")) < 2 for cell in cells)


def _heads(row: LexborNode) -> bool:
    """Whether a row names its columns in words."""
    cells = [cell for cell in row.iter() if cell.tag_id in (_TD, _TH)]
    return all(
        cell.tag_id == _TH and any(map(str.isalpha, short_text(cell) or "")) for cell in cells
    ) and bool(cells)


def is_gutter_cell(node: LexborNode) -> bool:
    """A cell of line numbers beside code."""
    following = node.next
    while following is not None and following.tag_id == TEXT:
        following = following.next
    if following is None or following.tag_id != _TD:
        return False
    first: LexborNode | None = node
    for _ in range(8):  # the first text of a column of numbers is a number
        if first is None or first.tag_id == TEXT:
            break
        first = first.first_child
    if first is None or not (first.text_content or "0").strip()[:1].isdigit():
        return False
    text = short_text(node, 20_000)
    return text is not None and is_gutter(text) and css_first(following, "pre") is not None
