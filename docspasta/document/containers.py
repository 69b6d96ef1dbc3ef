"""The quotes and list items that a line of Markdown is in (CommonMark 0.31, 5.1 and 5.2). Pure; linear in the
line and in the containers that are open, of which there are at most MAX_DEPTH.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_DEPTH = 24  # containers in each other; there are readers that leave out all that is deeper
CODE = 4  # blanks that make code of what stands behind them
QUOTE = 0  # in the place of an item's width
_OPENING = re.compile(rb"(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*")
MARKER = re.compile(rb"([-+*]|(\d{1,9})[.)])(?= |\Z)( *)")
RULE = re.compile(rb"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\Z")


def expanded(line: bytes) -> bytes:
    """A line with the tabs of its opening as the blanks that they stand for."""
    if b"\t" not in line:
        return line
    found = _OPENING.match(line)
    end = found.end() if found is not None else 0
    return line[:end].expandtabs(4) + line[end:]


def origin(line: bytes, at: int) -> int:
    """Where the byte at `at` of an expanded line, which is no blank, stands in the line itself."""
    wide = expanded(line)
    if len(wide) == len(line):
        return at
    begun = len(wide[:at].translate(None, b" \t"))
    found = re.compile(rb"(?:[ \t]*[^ \t]){%d}[ \t]*" % begun).match(line) if begun else None
    return found.end() if found is not None else len(line) - len(line.lstrip(b" \t"))


def indent_of(line: bytes, at: int) -> int:
    """The blanks of an expanded line behind `at`."""
    end = at
    while line[end : end + 1] == b" ":
        end += 1
    return end - at


class Begun(NamedTuple):
    """A container that begins in a line."""

    width: int  # of the item, or QUOTE
    length: int  # bytes up to what stands in it
    mark: int  # where its mark can be escaped


def begun(inner: bytes, indent: int, in_paragraph: bool) -> Begun | None:
    """The container that begins here, behind so many blanks."""
    if inner[:1] == b">":
        return Begun(QUOTE, 2 if inner[1:2] == b" " else 1, 0)
    found = MARKER.match(inner)
    if found is None or RULE.match(inner):
        return None
    is_empty = found.end() == len(inner)
    if in_paragraph and (is_empty or int(found[2] or 1) != 1):
        return None
    blanks = len(found[3])
    mark = len(found[1])
    if is_empty:
        return Begun(indent + mark + 1, len(inner), len(found[2] or b""))
    behind = 1 if blanks > CODE else blanks
    return Begun(indent + mark + behind, mark + behind, len(found[2] or b""))


class Containers:
    """The containers that are open, outermost first: the width of an item, QUOTE for a quote."""

    def __init__(self) -> None:
        self.open: list[int] = []
        self.is_empty = False  # the last is an item in which nothing stands as yet

    def match(self, line: bytes) -> tuple[int, int]:
        """(how many of them an expanded line is in, where the rest of it begins)."""
        at = 0
        for number, width in enumerate(self.open):
            indent = indent_of(line, at)
            is_blank = at + indent == len(line)
            if width == QUOTE:
                if indent >= CODE or line[at + indent : at + indent + 1] != b">":
                    return number, at
                at += indent + 1
                at += line[at : at + 1] == b" "
            elif is_blank:
                if self.is_empty and number == len(self.open) - 1:
                    return number, at
                at += min(indent, width)
            elif indent < width:
                return number, at
            else:
                at += width
        return len(self.open), at

    def leave(self, kept: int) -> None:
        """Close all but the outermost."""
        if kept < len(self.open):
            del self.open[kept:]
            self.is_empty = False

    def enter(self, width: int, is_empty: bool = False) -> None:
        self.open.append(width)
        self.is_empty = is_empty

    def prefix(self, begin: int = 0, end: int = MAX_DEPTH) -> bytes:
        """What a line has before its text that is in the containers from one to another."""
        return b"".join(b"> " if width == QUOTE else b" " * width for width in self.open[begin:end])
