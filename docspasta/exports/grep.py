"""The lines of pages that hold a text. Pure.

A plain text and no regular expression: whatever is asked for, a page is read once and fast.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from docspasta.sections.section import heading_paths

from .book import PageText
from .selection import BadSelection

MAX_PATTERN = 200  # characters
MAX_CONTEXT = 10  # lines
MAX_MATCHES, USUAL = 200, 20
MAX_LINE = 300  # characters of a line that are shown


class Match(NamedTuple):
    """A line of a page that holds the text, with its context."""

    url: str
    title: str
    path: tuple[str, ...]
    anchor: str
    position: int
    line: int
    text: str


class Grep:
    """Looks for `pattern` with `context` lines before and behind, up to `limit` matches."""

    def __init__(self, pattern: str, context: int, limit: int) -> None:
        self._exact = pattern != pattern.lower()
        self._pattern = pattern.encode("utf-8", "replace")
        self._context, self._limit = context, limit
        self.matches: list[Match] = []

    @property
    def full(self) -> bool:
        """Whether there are as many matches as are wanted."""
        return len(self.matches) >= self._limit

    def look(self, page: PageText, position: int) -> None:
        """Look at a page."""
        text = page.markdown if self._exact else page.markdown.lower()
        at = text.find(self._pattern)
        if at < 0:
            return
        offsets = [offset for _, _, _, offset in page.facts.headings]
        paths = heading_paths(page.facts.headings)
        while at >= 0 and not self.full:
            heading = bisect_right(offsets, at) - 1
            path, anchor = paths[heading] if heading >= 0 else ((), "")
            line = page.markdown.count(b"\n", 0, at) + 1
            around = self._around(page.markdown, at)
            self.matches.append(Match(page.url, page.title, path, anchor, position, line, around))
            end = text.find(b"\n", at)
            at = text.find(self._pattern, end) if end >= 0 else -1

    def _around(self, markdown: bytes, at: int) -> str:
        start, end = markdown.rfind(b"\n", 0, at) + 1, markdown.find(b"\n", at)
        end = len(markdown) if end < 0 else end
        for _ in range(self._context):
            start = markdown.rfind(b"\n", 0, max(start - 1, 0)) + 1
            end = markdown.find(b"\n", min(end + 1, len(markdown)))
            end = len(markdown) if end < 0 else end
        return "\n".join(_shown(markdown[start:end], at - start))


def _shown(text: bytes, at: int) -> Iterator[str]:
    """Lines that are not too long; of the one with the match what is around it."""
    begin = 0
    for line in text.split(b"\n"):
        here = at - begin if begin <= at <= begin + len(line) else 0
        first = max(here - MAX_LINE // 2, 0)
        yield line[first : first + MAX_LINE].decode("utf-8", "ignore")
        begin += len(line) + 1


def checked(pattern: str, context: int, limit: int) -> None:
    """Raises BadSelection for what cannot be looked for."""
    if not 1 <= len(pattern) <= MAX_PATTERN or "\n" in pattern:
        raise BadSelection("pattern", f"Give a text of 1 to {MAX_PATTERN} characters, on one line.")
    if not 0 <= context <= MAX_CONTEXT:
        raise BadSelection("context", f"{context} is out of range; give 0 to {MAX_CONTEXT} lines.")
    if not 0 <= limit <= MAX_MATCHES:
        raise BadSelection("limit", f"{limit} is out of range; give 1 to {MAX_MATCHES}.")
