"""The pages as files in the site's own paths, in a zip: links between them relative, with a list to read them
by and one to check them by. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from docspasta.document.parts import NO_GAP
from docspasta.document.paths import path_key
from docspasta.document.text import escaped, heading_line, link
from docspasta.domain import PageReason

from .book import Book, PageText
from .llms import PageList, opening
from .page import file_text
from .paths import INDEX, Names, link_from, page_path
from .zip import Held, Zip


class Files:
    """The path of each page of a book. Only those are kept that its address alone does not tell."""

    def __init__(self, book: Book) -> None:
        self._plan = book.plan
        self._host = urlsplit(book.about.source).netloc
        self._told_apart: dict[int, PurePosixPath] = {}
        names = Names(self._host)
        for index in range(len(self._plan)):
            url = self._plan.entry(index).url
            if (path := names.of(url)) != page_path(url, self._host):
                self._told_apart[index] = path

    def path(self, index: int) -> PurePosixPath:
        """Where a page's file is."""
        known = self._told_apart.get(index)
        return known or page_path(self._plan.entry(index).url, self._host)

    def destination(self, here: PurePosixPath) -> Callable[[str, str], str | None]:
        """Where links in the file `here` lead: another file, or None."""

        def found(url: str, fragment: str) -> str | None:
            index = self._plan.index_of(url)
            if index is None:
                return None
            return link_from(here, self.path(index)) + (f"#{fragment}" if fragment else "")

        return found


class Tree:
    """format=zip: a page a file, index.md, llms.txt and manifest.json."""

    def __init__(self, book: Book) -> None:
        self._book, self._zip, self._list = book, Zip(), PageList(book.about.source)
        self._files: Files
        self._llms, self._manifest = Held(), Held()

    def begin(self) -> Iterator[bytes]:
        """The list of pages."""
        self._files = Files(self._book)
        yield from self._zip.stream(INDEX, index_text(self._book, self._files.path))
        self._llms.add(opening(self._book))
        self._manifest.add(_head(self._book))

    def page(self, page: PageText) -> Iterator[bytes]:
        """A page's file."""
        path = self._files.path(page.index)
        text = file_text(self._book, page, self._files.destination(path))
        self._llms.add(self._list.line(page, quote(path.as_posix())))
        self._manifest.add((b",\n" if page.index else b"\n") + _entry(page, path, text))
        yield self._zip.file(path.as_posix(), text)

    def end(self) -> Iterator[bytes]:
        """What lists the pages for programs."""
        yield from self._zip.held("llms.txt", self._llms)
        self._manifest.add(b"\n]}\n")
        yield from self._zip.held("manifest.json", self._manifest)
        yield from self._zip.finish()


def index_text(book: Book, path: Callable[[int], PurePosixPath]) -> Iterator[bytes]:
    """The list of pages in reading order, then the addresses that are missing and why."""
    yield f"{heading_line(1, book.about.title)}\n\nSource: <{book.about.source}>\n\n".encode()
    for index in range(len(book.plan)):
        where = quote(path(index).as_posix())
        yield f"- {link(book.plan.entry(index).title, where)}\n".encode()
    told = sorted((m for m in book.plan.missing if m.reason not in NO_GAP), key=lambda m: path_key(m.url))
    if told:
        yield b"\n## What is missing\n\n"
    for missing in told:
        yield f"- <{missing.url}>: {escaped(PageReason(missing.reason).sentence)}\n".encode()


def _head(book: Book) -> bytes:
    facts = {
        "title": book.about.title,
        "source": book.about.source,
        "generator": book.about.generator,
        "version": book.history,
        "complete": book.about.complete and not book.about.cancelled,
        "pages": len(book.plan),
        "missing": len(book.plan.missing),
    }
    return json.dumps(facts, ensure_ascii=False)[:-1].encode() + b', "files": ['


def _entry(page: PageText, path: PurePosixPath, text: bytes) -> bytes:
    facts = {
        "path": path.as_posix(),
        "url": page.url,
        "title": page.title,
        "bytes": len(text),
        "tokens": page.tokens,
        "sha256": hashlib.sha256(text).hexdigest(),
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
