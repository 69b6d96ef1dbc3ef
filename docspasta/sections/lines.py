"""The lines of a page's Markdown, and how bad it would be to cut before each. Pure.

What is read is what conversion writes (docspasta.content.writer): ATX headings at known offsets, fences,
tables with leading bars, list items whose text is indented, quotes. Nothing is parsed beyond that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator
from enum import IntEnum
from typing import NamedTuple


class Cut(IntEnum):
    """Before what a cut would be; the higher, the worse."""

    HEADING = 0
    BLOCK = 1  # a paragraph, a list, a table, a fence, a quote
    ITEM = 2  # a list item or a row of a table, not the first
    INNER = 3  # a block inside an item, a quote or folded details; what follows a heading
    LINE = 4  # a line of a block
    CODE = 5  # a line of code
    WORD = 6  # inside a line


class Line(NamedTuple):
    """A line with its newline, or a part of one that is long: bytes `start` to `end` of the Markdown.

    `opening` is the line that opened the code block in which it stands, b'' outside of one.
    """

    start: int
    end: int
    cut: Cut
    opening: bytes = b""


_FENCE = re.compile(rb"((?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*)(`{3,}|~{3,})([^\n]*)")
_HEADING = re.compile(rb"#{1,6}[ \t\n]")
_ITEM = re.compile(rb"(?:[-*+]|\d{1,9}[.)])[ \t]")
_INDENTED_ITEM = re.compile(rb"[ \t>]+(?:[-*+]|\d{1,9}[.)])[ \t]")
_DETAILS = re.compile(rb"<(/?)details[ >]")


def lines(
    markdown: bytes, headings: Collection[int] | None, longest: int, begin: int = 0, end: int = -1
) -> Iterator[Line]:
    """Every line in order; none is longer than `longest` bytes. `headings` are the offsets of headings; None:
    whatever looks like one outside of code, for a page that is a part of a document. From `begin`, where the
    page or a heading begins, to `end`."""
    known = headings if headings is None or isinstance(headings, (dict, frozenset)) else frozenset(headings)
    scanner = _Scanner(known, open_details(markdown, begin))
    at, stop = begin, len(markdown) if end < 0 else end
    while at < stop:
        behind = markdown.find(b"\n", at, stop) + 1 or stop
        cut, opening = scanner.read(at, markdown[at : min(behind, at + 4096)])
        if behind - at > longest:
            yield from _parts(markdown, at, behind, cut, opening, longest)
        else:
            yield Line(at, behind, cut, opening)
        at = behind


def open_details(markdown: bytes, end: int) -> int:
    """How many folded details are open there."""
    depth = 0
    if end and b"<details" in markdown:
        for tag in _DETAILS.findall(markdown, 0, end):
            depth = max(depth + (-1 if tag else 1), 0)
    return depth


def _parts(markdown: bytes, at: int, end: int, cut: Cut, opening: bytes, longest: int) -> Iterator[Line]:
    """A line in parts of at most `longest` bytes, cut behind spaces, else between characters."""
    while end - at > longest:
        stop = markdown.rfind(b" ", at + longest // 2, at + longest) + 1 or _character(markdown, at + longest)
        yield Line(at, stop, cut, opening)
        at, cut = stop, Cut.WORD
    yield Line(at, end, cut, opening)


def _character(markdown: bytes, at: int) -> int:
    """The nearest place at or before `at` where a character of UTF-8 begins."""
    for back in range(4):
        if markdown[at - back] & 0xC0 != 0x80:
            return at - back
    return at


class _Scanner:
    """What is known of the lines above the one that is read."""

    def __init__(self, headings: Container[int] | None, details: int) -> None:
        self._headings = headings
        self._fence = b""  # the run that closes the open code block
        self._opening = b""
        self._blank = True  # the line above is blank
        self._after_heading = False
        self._in_list = False
        self._details = details
        self._rows = 0  # lines of the table that is being read
        self._quote_goes_on = False  # the line above is a blank one inside a quote

    def read(self, at: int, line: bytes) -> tuple[Cut, bytes]:
        """How bad a cut before this line is, and the opening of the code block that it is in."""
        if self._fence:
            return self._in_code(line)
        heading = at in self._headings if self._headings is not None else _HEADING.match(line) is not None
        cut = self._outside(heading, line)
        found = _FENCE.match(line) if b"```" in line or b"~~~" in line else None
        if found is not None and not (found[2][:1] == b"`" and b"`" in found[3]):
            self._fence, self._opening = found[2], line.rstrip(b"\n")
        self._after_heading = heading or (self._after_heading and self._blank)
        return cut, b""

    def _in_code(self, line: bytes) -> tuple[Cut, bytes]:
        opening, text = self._opening, line.strip(b" \t>\n")
        if text.startswith(self._fence) and not text.strip(self._fence[:1]):
            self._fence, self._blank = b"", False
            return Cut.WORD, opening  # a piece of nothing but the closing line says nothing
        return Cut.CODE, opening

    def _outside(self, heading: bool, line: bytes) -> Cut:
        text = line.strip(b" \t>\n")
        blank, self._blank = self._blank, not text
        self._rows = self._rows + 1 if line.startswith(b"|") else 0
        goes_on, self._quote_goes_on = self._quote_goes_on, not text and line.startswith(b">")
        if not text:
            return Cut.LINE
        if heading:
            self._in_list = False
            return Cut.HEADING
        inside = self._details > 0
        for tag in _DETAILS.findall(line) if b"details" in line else ():
            self._details = max(self._details + (-1 if tag else 1), 0)
        if self._after_heading or inside or goes_on:
            return Cut.INNER
        return self._block(line, blank)

    def _block(self, line: bytes, blank: bool) -> Cut:
        if line[:1] in (b" ", b"\t"):
            return Cut.INNER if blank or _INDENTED_ITEM.match(line) else Cut.LINE
        if _ITEM.match(line):
            known, self._in_list = self._in_list, True
            return Cut.ITEM if known or not blank else Cut.BLOCK
        if self._rows > 3:
            return Cut.ITEM
        if not blank:
            return Cut.LINE
        self._in_list = False
        return Cut.BLOCK
