"""Which pages stand in which part, so that no part has more than its tokens. Pure.

A part ends at a page. A page that is larger than a part is cut before a heading, else between blocks; only
what is larger than a part in one piece is cut inside (docspasta.sections.cut).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from docspasta.sections.cut import Measure, cut
from docspasta.sections.lines import Line

RESERVE = 24  # tokens for opening and closing a code block that had to be cut
LEAST = 64  # tokens of a piece, however much the head of a part takes


class Start(NamedTuple):
    """Where a part begins: with a page, or with a line of one."""

    page: int
    line: Line | None = None

    @property
    def offset(self) -> int:
        """Bytes of the page's text that stand in earlier parts."""
        return self.line.start if self.line is not None else 0


class Layout:
    """Takes the pages in order; `starts` is where the parts begin by now. `head` is tokens of what stands
    before the pages of a part, `entry` gives those of a page's line in its contents."""

    def __init__(self, limit: float, head: float, entry: Callable[[int], float], measure: Measure) -> None:
        self._limit, self._head, self._entry, self._measure = limit, head, entry, measure
        self.starts: list[Start] = []
        self._used = 0.0

    def add(self, index: int, text: bytes) -> None:
        """Take a page's text."""
        line, weight = self._entry(index), self._measure(text)
        if not self.starts:
            self._begin(Start(index))
        if self._used + line + weight <= self._limit:
            self._used += line + weight
        elif self._head + line + weight <= self._limit:
            self._begin(Start(index))
            self._used += line + weight
        else:
            self._cut(index, text, line)

    def _begin(self, start: Start) -> None:
        self.starts.append(start)
        self._used = self._head

    def _cut(self, index: int, text: bytes, line: float) -> None:
        """Spread a page over several parts. It begins in the one that is open if a quarter is left of it."""
        if self._limit - self._used - line < self._limit / 4 and self.starts[-1] != Start(index):
            self._begin(Start(index))
        whole = max(self._limit - self._head - line - RESERVE, LEAST)
        room = max(self._limit - self._used - line - RESERVE, LEAST)
        begins = cut(text, None, whole, self._measure, room)
        for begin in begins[1:]:
            self._begin(Start(index, begin))
        self._used += line + self._measure(text[begins[-1].start :])
