"""llms.txt (llmstxt.org): the pages as a list of links with what each says of itself. Pure.

An H1, a quote, then H2 lists in reading order, one for each folder right below the start address.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from docspasta.document.text import escaped, heading_line, link
from docspasta.urls import directory, path

from .book import Book, PageText
from .page import document_part

HERE = "Docs"  # what the list of pages in no folder is called
NOTE = 300  # characters of a description


class LlmsTxt:
    """llms.txt; links lead to the pages where they are on the web."""

    def __init__(self, book: Book) -> None:
        self._book, self._list = book, PageList(book.about.source)

    def begin(self) -> Iterator[bytes]:
        """Title and source."""
        yield opening(self._book)

    def page(self, page: PageText) -> Iterator[bytes]:
        """A page's line, below its folder's heading."""
        yield self._list.line(page, page.url)

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())


class LlmsFullTxt:
    """llms-full.txt: the same title, then the pages themselves."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def begin(self) -> Iterator[bytes]:
        """Title and source."""
        yield opening(self._book) + b"\n"

    def page(self, page: PageText) -> Iterator[bytes]:
        """A page."""
        yield document_part(self._book, page)

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())


def opening(book: Book) -> bytes:
    """What llms.txt begins with: the name, and where it is from."""
    count = len(book.plan)
    pages = f"{count:,} page{'' if count == 1 else 's'}"
    return f"{heading_line(1, book.about.title)}\n\n> {pages} of <{book.about.source}>\n".encode()


class PageList:
    """The lines of the list, and the headings between them."""

    def __init__(self, source: str) -> None:
        self._base = directory(path(source))
        self._folder = ""

    def line(self, page: PageText, target: str) -> bytes:
        """A page's line; before the first of another folder its heading."""
        folder, heading = self.folder(page.url), ""
        if folder != self._folder:
            self._folder, heading = folder, f"\n{heading_line(2, folder)}\n\n"
        note = " ".join(page.description.split())
        note = f": {escaped(note[:NOTE])}" if note else ""
        return f"{heading}- {link(page.title, target)}{note}\n".encode()

    def folder(self, url: str) -> str:
        """The folder below the start address that a page is in."""
        where = path(url)
        inside = where.startswith(self._base)
        first, slash, _ = (where[len(self._base) :] if inside else where.lstrip("/")).partition("/")
        return unquote(first) if slash and first else HERE
