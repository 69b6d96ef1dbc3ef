"""The list of pages at the head of a part: nested as their addresses are, as deep as was asked for. Pure."""

from __future__ import annotations

from docspasta.document.contents import indent, levels, path_of
from docspasta.document.headings import PAGE_LEVEL
from docspasta.document.text import escaped, heading_line, link

from .book import Book

HEADING = (heading_line(PAGE_LEVEL, "Contents") + "\n\n").encode()


class PartContents:
    """The lists of a book's parts. A page that lies too deep in the book is in no list."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._levels = bytes(levels([self._path(index) for index in range(len(book.plan))]))

    def weighed(self, index: int) -> bytes:
        """What a page costs its part: its line at most, `b""` for a page that is in no list."""
        if self._levels[index] >= self._book.selection.contents:
            return b""
        return self._line(index, self._levels[index])

    def of(self, pages: range, goes_on: bool) -> bytes:
        """The list of a part's pages. `goes_on`: the first of them began in an earlier part."""
        most = self._book.selection.contents
        shown = [index for index in pages if self._levels[index] < most]
        if not shown:
            return b""
        lines = [HEADING]
        for index, level in zip(shown, levels(list(map(self._path, shown))), strict=True):
            lines.append(self._line(index, level, goes_on and index == pages.start))
        return b"".join([*lines, b"\n"])

    def _path(self, index: int) -> str:
        return path_of(self._book.plan.entry(index).url)

    def _line(self, index: int, level: int, goes_on: bool = False) -> bytes:
        page = self._book.plan.entry(index)
        linked = self._book.selection.links and not goes_on
        text = link(page.title, "#" + page.anchor) if linked else escaped(page.title)
        more = " (continued)" if goes_on else ""
        return f"{indent(level)}- {text}{more}\n".encode("utf-8", "replace")
