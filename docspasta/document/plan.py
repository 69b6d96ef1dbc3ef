"""The plan of a document: one packed row a page, and where a link to a URL leads inside it. Pure.

At most 300 bytes a page in all, so that the plan of a document of hundreds of megabytes is small: a page is
one `bytes`, a URL in the table of links eight bytes of its hash.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from .titles import Shared

TITLE = 200  # characters of a title that the contents show
NOTHING_SHARED = Shared()
_FIXED = struct.Struct(">16sqQ")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that the document includes. `size` is its Markdown's bytes."""

    page_id: int
    url: str
    title: str
    anchor: str
    result_id: UUID
    size: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A page that the document does not include, though the job found it."""

    url: str
    state: str
    reason: str
    http_status: int


class Stale(NamedTuple):
    """A page that could not be had: since when its text is kept (ISO 8601, UTC), and why it is old."""

    url: str
    since: str
    why: str


class BrokenList(NamedTuple):
    """A sitemap or an llms.txt that could not be read to its end, and why."""

    url: str
    detail: str


class Plan:
    """The included pages, in reading order; `index` is a page's place in it, from 0. `titles` is what all of
    their titles share, `left_out` are addresses of pages that only repeat others. `keeps_all`: lines that
    most pages repeat stay in them."""

    def __init__(self, titles: Shared = NOTHING_SHARED) -> None:
        self.titles = titles
        self.keeps_all = False
        self.left_out: list[str] = []
        self.broken_lists: list[BrokenList] = []
        self.stale: list[Stale] = []
        self._rows: list[bytes] = []
        self._by_url: dict[int, int] = {}
        self._redirects: list[tuple[int, int]] = []
        self.missing: list[Missing] = []
        self.no_turn: dict[str, int] = {}  # pages that had no turn, by the reason why: there may be a million
        self.size = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, entry: Entry) -> int:
        """Include a page, behind those added before. Returns its index."""
        texts = "\0".join((entry.url, entry.title[:TITLE], entry.anchor)).encode("utf-8", "replace")
        self._rows.append(_FIXED.pack(entry.result_id.bytes, entry.page_id, entry.size) + texts)
        self._by_url[hash(entry.url)] = index = len(self._rows) - 1
        self.size += entry.size
        return index

    def also(self, url: str, index: int) -> None:
        """A duplicate's URL leads to the page that stays."""
        self._by_url.setdefault(hash(url), index)

    def redirect(self, url: str, target: str) -> None:
        """A redirected URL leads wherever its target does; known once all are added and `resolve` ran."""
        self._redirects.append((hash(url), hash(target)))

    def resolve(self) -> None:
        """Follow redirects to the pages at their ends."""
        leads = dict(self._redirects)
        for url, target in self._redirects:
            seen = {url}
            while target in leads and target not in self._by_url and target not in seen:
                seen.add(target)
                target = leads[target]
            if target in self._by_url:
                self._by_url.setdefault(url, self._by_url[target])
        self._redirects.clear()

    def only(self, wanted: Callable[[int, str], bool]) -> Plan:
        """The plan of those pages whose position, from 1, and URL are wanted."""
        some, places = Plan(self.titles), dict[int, int]()
        some.keeps_all = self.keeps_all
        for index in range(len(self)):
            entry = self.entry(index)
            if wanted(index + 1, entry.url):
                places[index] = some.add(entry)
        for url, index in self._by_url.items():
            if index in places:
                some._by_url.setdefault(url, places[index])
        return some

    def index_of(self, url: str) -> int | None:
        """The index of the page to which a link to this URL leads, None when it leaves the document."""
        return self._by_url.get(hash(url))

    def entry(self, index: int) -> Entry:
        row = self._rows[index]
        result, page_id, size = _FIXED.unpack_from(row)
        url, title, anchor = row[_FIXED.size :].decode().split("\0")
        return Entry(page_id, url, title, anchor, UUID(bytes=result), size)

    def anchor(self, index: int) -> str:
        return self._rows[index].rpartition(b"\0")[2].decode()

    def batches(self, pages: int, size: int) -> Iterator[range]:
        """Ranges of indexes in order, each of at most `pages` pages and `size` bytes, or of one page."""
        start, total = 0, 0
        for index, row in enumerate(self._rows):
            weight: int = _FIXED.unpack_from(row)[2]
            if index > start and (index - start >= pages or total + weight > size):
                yield range(start, index)
                start, total = index, 0
            total += weight
        if start < len(self._rows):
            yield range(start, len(self._rows))
