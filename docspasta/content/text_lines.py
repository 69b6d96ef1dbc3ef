"""The lines of a page that is Markdown: which are code, and which begin a block (CommonMark 0.31, 4 and 5).
Underlined headings get marks, and every fence is closed. Pure; linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]|$)")
DEFINES = re.compile(r"^ {0,3}\[(?:[^\[\]\\]|\\.){1,999}\]:")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(?P<info>[^`]*)$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_QUOTE = re.compile(r"^ {0,3}(?:> ?)+")
_MARKER = re.compile(r"([-+*]|\d{1,9}[.)])(?=[ \t]|$)([ \t]*)")
_BEGINS = re.compile(r"[ \t]*(?:\||[-+*][ \t]|\d{1,9}[.)][ \t])")
_BLANKS = " \t"


class Line(NamedTuple):
    """A line of Markdown; `begins`: it does not go on with the paragraph of the line before it."""

    text: str
    is_code: bool
    begins: bool


def lines_of(text: str) -> Iterator[Line]:
    """The lines in their order."""
    reading = _Lines()
    for line in text.split("\n"):
        yield from reading.read(line)
    yield from reading.end()


class _Lines:
    """What the lines that were read leave open. `columns`: where the text of each list item begins that the
    next line may be in."""

    def __init__(self) -> None:
        self.fence, self.fence_column, self.in_quote = "", 0, False
        self.held: Line | None = None  # a line that the next one may underline
        self.in_text = False
        self.columns: list[int] = []
        self.is_indented = False  # the line before
        self.depth = 0  # of the quotes of the line before

    def read(self, line: str) -> Iterator[Line]:
        quote = _QUOTE.match(line)
        if self.fence and not self._holds_fence(line, quote is not None):
            self.fence = ""
        if self.fence:
            yield self._in_fence(line, quote)
            return
        if self.held is not None:
            held, self.held = self.held, None
            under = _UNDERLINE.match(line)
            if under is not None and DEFINES.match(held.text) is None:
                yield Line(("# " if under[1][0] == "=" else "## ") + held.text.strip(), False, True)
                self.in_text = False
                return
            yield held
        items, inner = self._enter(line, quote)
        may_not = bool(self.columns) or self.is_indented  # no line that it would underline was held
        if self.in_text and may_not and not items and _UNDERLINE.match(inner):
            begin = len(line) - len(line.lstrip(_BLANKS))
            line = f"{line[:begin]}\\{line[begin:]}"  # headings of items are text
        self.is_indented = not items and not self.columns and line.startswith(("    ", "\t"))
        found = _FENCE.match(inner)
        depth, before = quote[0].count(">") if quote is not None else 0, self.depth
        self.depth = depth
        begins = not self.in_text or items > 0 or depth > before or _BEGINS.match(inner) is not None
        if found is not None:
            self.fence, self.in_quote = found[1], quote is not None
            self.fence_column = self.columns[-1] if self.columns and quote is None else 0
            self.in_text = False
            yield Line(line, True, True)
            return
        if not inner.strip(_BLANKS):
            self.in_text = False
            yield Line(line, False, True)
            return
        is_code = not items and quote is None and not self.in_text and width_of(inner) >= 4
        is_heading = HEADING.match(line) is not None  # assembly makes one in an item text
        told = Line(line, is_code, begins or is_heading)
        if is_code or is_heading or line.startswith(("    ", "\t", "-", "*", ">", "|")):
            yield told
        else:
            self.held = told
        is_full = is_heading and line.strip(" \t#") != ""  # an empty one may go
        self.in_text = not is_full and not is_code

    def end(self) -> Iterator[Line]:
        if self.held is not None:
            yield self.held
        if self.fence and not self.in_quote:
            yield Line(" " * self.fence_column + self.fence, True, True)

    def _holds_fence(self, line: str, is_quote: bool) -> bool:
        """Whether a line is in the container of the open fence."""
        if self.in_quote:
            return is_quote
        return not line.strip(_BLANKS) or width_of(line) >= self.fence_column

    def _in_fence(self, line: str, quote: re.Match[str] | None) -> Line:
        is_quoted = quote is not None and self.in_quote
        inner = line[quote.end() :] if quote is not None and is_quoted else _inside(line, self.fence_column)
        found = _FENCE.match(inner)
        if found is not None and found[1].startswith(self.fence) and not found["info"].strip():
            self.fence = ""
        return Line(line, True, True)

    def _enter(self, line: str, quote: re.Match[str] | None) -> tuple[int, str]:
        """(list items that begin in a line, what stands in them); the columns are then those of the line."""
        if not line.strip(_BLANKS):
            return 0, ""
        width = width_of(line)
        within = bisect_right(self.columns, width)
        column = self.columns[within - 1] if within else 0
        inner = _inside(line, column)
        left = within < len(self.columns)
        if left and self.in_text and not _interrupts(line, inner):
            return 0, inner.lstrip(_BLANKS)  # it goes on with the paragraph all the same
        del self.columns[within:]
        if quote is not None and not column:
            return 0, line[quote.end() :]
        rule, items = _rule(line), 0
        at, begin = len(line) - len(line.lstrip(_BLANKS)), width
        may = width - column < 4 and at < rule
        while may and (found := _MARKER.match(line, at)) is not None:
            is_empty = found.end() == len(line)
            if self.in_text and not left and not items and (is_empty or found[1] not in _FIRST):
                break  # it goes on with a paragraph
            after = _columns(found[2], begin + len(found[1]))
            begin += len(found[1])
            blanks = after - begin
            self.columns.append(begin + 1 if is_empty or blanks > 4 else after)
            items, at, begin = items + 1, found.end(), after
            may = blanks <= 4 and at < rule
        return items, line[at:] if items else inner


_FIRST = ("-", "+", "*", "1.", "1)")


def _interrupts(line: str, inner: str) -> bool:
    """Whether a line with less indentation than a paragraph ends it. `inner`: what is in its list item."""
    if width_of(inner) >= 4:
        return False
    begun = inner.lstrip(_BLANKS)
    return (
        begun[:1] == ">"
        or HEADING.match(line) is not None
        or _FENCE.match(inner) is not None
        or _MARKER.match(begun) is not None
        or _rule(begun) == 0
    )


def _rule(line: str) -> int:
    """Where a thematic break begins that ends a line, if one does; its length else."""
    line = line.rstrip(_BLANKS)
    mark = line[-1:]
    if mark not in ("-", "*", "_"):
        return len(line) + 1
    before = line.rstrip(mark + _BLANKS)
    return len(before) if line.count(mark, len(before)) > 2 else len(line) + 1


def width_of(line: str) -> int:
    """The columns before the text of a line."""
    blanks = line[: len(line) - len(line.lstrip(_BLANKS))]
    return _columns(blanks, 0) if "\t" in blanks else len(blanks)


def _columns(blanks: str, column: int) -> int:
    """The column behind blanks that begin in a column."""
    for blank in blanks:
        column += 4 - column % 4 if blank == "\t" else 1
    return column


def _inside(line: str, column: int) -> str:
    """A line without the blanks before a column; a tab that passes it leaves blanks."""
    if not column:
        return line
    blanks = line[: len(line) - len(line.lstrip(_BLANKS))]
    return " " * max(0, width_of(line) - column) + line[len(blanks) :]
