"""What a selection comes to, and how its pages spread over the folders of the site. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from docspasta.urls import directory, origin, path

from .selection import Selection


class PageSize(NamedTuple):
    """A page of the document. `position` is 0 while the job goes on; `tokens` is the estimate."""

    page_id: int
    url: str
    title: str
    position: int
    tokens: int
    markdown_bytes: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Pages, those of them that are selected, and the size of these. `first` is the first page's place."""

    pages: int = 0
    selected: int = 0
    tokens: int = 0
    bytes: int = 0
    first: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.pages + other.pages,
            self.selected + other.selected,
            self.tokens + other.tokens,
            self.bytes + other.bytes,
            min(self.first, other.first) if self.pages and other.pages else self.first or other.first,
        )


class Entry(NamedTuple):
    """A folder, or a page of the folder that is looked at."""

    path: str
    sum: Sum
    page: PageSize | None = None


class Folders:
    """Takes the pages of a job in order; then `under` and `entries` tell of a folder."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._sums: dict[str, Sum] = {}
        self._place = 0

    def add(self, pages: Iterable[PageSize]) -> None:
        """Take some pages."""
        for page in pages:
            self._place += 1
            where, size = folder(page.url), self._size(page)
            known = self._sums.get(where)
            self._sums[where] = size if known is None else known + size

    @property
    def total(self) -> Sum:
        """All pages."""
        return sum(self._sums.values(), Sum())

    def shared(self) -> str:
        """The deepest folder that all pages are in; '' for none."""
        first, last = min(self._sums, default=""), max(self._sums, default="")
        same = first[
            : next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
        ]
        return same[: same.rfind("/") + 1] if same.count("/") >= 3 else ""

    def below(self, under: str) -> list[Entry]:
        """The folders right below a folder. Below '' are the sites."""
        sums: dict[str, Sum] = {}
        start = len(under) if under else len("https://")
        for where, size in self._sums.items():
            if where.startswith(under) and where != under:
                child = where[: where.index("/", start) + 1]
                known = sums.get(child)
                sums[child] = size if known is None else known + size
        return [Entry(child, size) for child, size in sums.items()]

    def _size(self, page: PageSize) -> Sum:
        place = page.position or self._place
        if not self._selection.wants(place, page.url):
            return Sum(1, first=place)
        return Sum(1, 1, page.tokens, page.markdown_bytes, place)


def pages_in(under: str, pages: Iterable[PageSize], selection: Selection, before: int) -> Iterator[Entry]:
    """The pages that are right in a folder; `before` pages came before these."""
    for place, page in enumerate(pages, before + 1):
        if folder(page.url) == under:
            position = page.position or place
            some = selection.wants(position, page.url)
            size = Sum(1, 1, page.tokens, page.markdown_bytes, position) if some else Sum(1, first=position)
            yield Entry(page.url, size, page)


def folder(url: str) -> str:
    """The folder that a page is in, as the beginning of its address up to a slash."""
    return origin(url) + directory(path(url))
