"""Tables that are none: those that arrange the page, and those whose rows are a list of parameters."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .element_text import short_text
from .emphasis import close_emphasis, open_emphasis, plain_emphasis, plain_text
from .query import css, css_first
from .state import IN_BLOCKS, OpenList
from .table_kind import LAYOUT, OVERVIEW, PARAMETERS, TableKind
from .tags import TAGS, TEXT
from .walk import SKIP, Attributes, Opened, Walk

_TD: Final = TAGS["td"]
_MOST_LINES: Final = 200  # of code that is a row each


def lines_of_code(rows: list[LexborNode]) -> str:
    """The text of a table whose every row is one cell that holds one line of code; '' for any other."""
    if not 2 <= len(rows) <= _MOST_LINES:
        return ""
    lines = []
    for row in rows:
        cells = list(row.iter())
        code = css(cells[0], "code,tt")[:2] if len(cells) == 1 else []
        whole = short_text(cells[0], 400) if len(code) == 1 else None
        if whole is None or whole.strip() != code[0].text_lexbor().strip():
            return ""
        for each in css(code[0], "br"):
            each.replace_with("\n")
        lines.append(code[0].text_lexbor().replace("\xa0", " ").strip("\n").rstrip())
    return "\n".join(lines)


def layout(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table that only arranges: its cells are blocks."""
    return _open(walk, LAYOUT)


def overview(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table that arranges an overview of what follows: its headings are labels."""
    return _open(walk, OVERVIEW)


def parameters(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A table whose rows are parameters: a list, each with its name in bold."""
    if walk.writer.flat:
        return _open(walk, LAYOUT)
    opened = _open(walk, PARAMETERS)
    if opened is None:
        return None
    walk.lists.append(OpenList(False, "-"))
    return _end_parameters, None


def _open(walk: Walk, kind: TableKind) -> Opened:
    if walk.mode is not IN_BLOCKS:
        return None
    walk.flush()
    walk.open_table(kind)
    return _end_layout, None


def _end_layout(walk: Walk, _: None) -> None:
    walk.flush()
    walk.tables.pop()


def _end_parameters(walk: Walk, _: None) -> None:
    _end_layout(walk, None)
    walk.lists.pop()
    walk.writer.last_list = "-"


def parameter(walk: Walk, node: LexborNode, classes: str) -> Opened:
    """A cell of a list of parameters: the first is the name, in bold; the others run on."""
    begun = any(walk.inline.parts)
    first = ("paramname" in classes or not begun) and "paramdir" not in classes
    if begun:
        walk.gap()
    if not first or not _has_next(node):
        return _end_name, None
    text = plain_text(node)
    if text and plain_emphasis(walk, "**", text):
        walk.gap()
        return SKIP
    if _is_text(node) or css_first(node, "code") is None:
        return _end_name, open_emphasis(walk, "**")
    return _end_name, None


def _has_next(node: LexborNode) -> bool:
    """Whether another cell follows in the row."""
    following = node.next
    while following is not None and following.tag_id != _TD:
        following = following.next
    return following is not None


def _is_text(node: LexborNode) -> bool:
    """Whether a cell holds one run of text and no element."""
    child = node.first_child
    return child is not None and child.tag_id == TEXT and child.next is None


def _end_name(walk: Walk, emphasis: object) -> None:
    if isinstance(emphasis, tuple):
        close_emphasis(walk, emphasis[1])
    walk.gap()
