"""What is open while the content is walked: lists, tables, admonitions, tabs, footnotes, a span of code.

Records only. They are filled by the handlers of elements and know none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from .cells import Cell
from .table_kind import TableKind
from .table_text import CellText
from .writer import Blocks, Saved


class Mode(IntEnum):
    """What text means where the walk is."""

    BLOCKS = 0  # it makes paragraphs
    LINE = 1  # it is one line, which blocks inside do not break: a label, a row
    TITLE = 2  # the same, and its plain text is kept too: a heading, an admonition's title
    CODE = 3  # it belongs to a span of code


IN_BLOCKS: Final = Mode.BLOCKS
IN_LINE: Final = Mode.LINE
IN_TITLE: Final = Mode.TITLE
IN_CODE: Final = Mode.CODE


@dataclass(slots=True, eq=False)
class OpenCode:
    """A span of code that links divide into pieces."""

    outer: Mode  # what text meant before it
    pieces: list[str] = field(default_factory=list)  # of the piece being read
    begun: bool = False  # a piece of it is written, in this line


@dataclass(slots=True, eq=False)
class OpenList:
    """A list whose items are written."""

    ordered: bool
    marker: str  # `-` or `*`; of a numbered list what follows the number
    number: int = 0  # of the next item
    width: int = 2  # of the last item's marker
    count: int = 0  # items so far
    loose: bool = False  # blank lines stand between its items


class Terms(IntEnum):
    """What the terms of a definition list are."""

    ITEMS = 0  # items of a list
    FIELDS = 1  # labels: parameters, returns
    MEMBERS = 2  # signatures
    TITLE = 3  # the title of an admonition
    BLOCKS = 4  # blocks, which the list only arranges
    ENTRIES = 5  # entries of a list of contents: nothing is said of them


@dataclass(slots=True, eq=False)
class OpenDefinitions:
    """A definition list. `entry` is the container of the term being described."""

    terms: Terms
    entry: Saved | None = None


@dataclass(slots=True, eq=False)
class OpenAdmonition:
    """An admonition. `size` is the number of parts that were written before it."""

    container: Saved
    kind: str
    size: int
    titled: bool = False


@dataclass(slots=True, eq=False)
class OpenTable:
    """A table, and what is open around it: a cell starts with nothing open. Rows are kept of those that are
    written as tables; the others arrange blocks."""

    kind: TableKind
    writer: Blocks
    lists: list[OpenList | OpenDefinitions | None]
    admonitions: list[OpenAdmonition]
    emphasis: set[str]
    rows: list[list[CellText]] = field(default_factory=list)
    head: int = 0  # rows that are headings
    boxes: bool = False  # its rows and cells are boxes that ARIA names
    cells: list[int] = field(default_factory=list)  # where those of the open row start, in a table in a cell
    spare: Cell | None = None  # a cell that was written, to be written in again


@dataclass(slots=True, eq=False)
class TabSet:
    """A set of tabs: the labels of those that name no panel and whose panels are still to come, in order."""

    labels: list[str]
    panels: int = 0  # panels of it that are open


@dataclass(slots=True, eq=False)
class Footnotes:
    """The footnotes of a page."""

    labels: dict[str, str] = field(default_factory=dict)  # by the id that references name
    bodies: dict[int, str] = field(default_factory=dict)  # that id, by the address of the footnote's element
    lists: int = 0  # of footnotes that are open
    looked: int = 0  # references whose footnote was looked for
