"""Reading order: a rel=next chain, else the start page's navigation; other navigations merged in; then paths.

A function of what the pages say, never of when they came: pages are taken in path order throughout, so that
any order of arrival gives the same document. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from .paths import path_key

Name = TypeVar("Name")  # names a stored navigation


class StoredPage(NamedTuple, Generic[Name]):
    """What order needs of a page. `redirected_to` is set for a page that only leads to another.

    A tuple: a large job makes 50,000 of them while somebody waits, and a frozen dataclass takes five times
    as long.
    """

    page_id: int
    url: str
    key: str  # url_key
    depth: int = 0
    redirected_to: str = ""
    rel_next: str = ""
    rel_prev: str = ""
    navigation: Name | None = None
    content_hash: str = ""
    likeness: str = ""
    canonical: str = ""
    markdown_bytes: int = 0


def start_of(pages: Iterable[StoredPage[Name]]) -> StoredPage[Name] | None:
    """The page at which the job started, or to which that led: the first by path of those least deep."""
    found = (page for page in pages if not page.redirected_to)
    return min(found, key=lambda page: (page.depth, path_key(page.url)), default=None)


class ReadingOrder(Generic[Name]):
    """Built from all pages; then fed the navigations it asks for, in order; then read off.

    The work is linear in pages and navigation entries (but for sorting paths).
    """

    def __init__(self, pages: Sequence[StoredPage[Name]], own_list: Sequence[str] = ()) -> None:
        """`own_list`: the URLs that the start page's content links to, in its order."""
        everything = sorted(pages, key=lambda page: path_key(page.url))
        self.pages = [page for page in everything if not page.redirected_to]
        self._by_url = {page.url: index for index, page in enumerate(self.pages)}
        self._follow_redirects([page for page in everything if page.redirected_to])
        self._by_key = {page.key: self._by_url[page.url] for page in everything if page.url in self._by_url}
        self._after: dict[int, int] = {-1: -1}  # a ring: page -> follower; -1 joins its ends
        self._before: dict[int, int] = {-1: -1}
        self.start = min(range(len(self.pages)), key=lambda index: self.pages[index].depth, default=-1)
        self._chains = self._find_chains()
        self._own = [self._by_url[url] for url in dict.fromkeys(own_list) if url in self._by_url]
        self.place(self._leading_chain())

    def navigations(self) -> list[Name]:
        """The navigations to `merge`, each once: the start page's, then the others' in path order."""
        indexes = ([self.start] if self.pages else []) + list(range(len(self.pages)))
        named = (self.pages[index].navigation for index in indexes)
        return list(dict.fromkeys(name for name in named if name is not None))

    def merge(self, keys: Iterable[str]) -> None:
        """Place the pages of one navigation (url_keys, in its order) that have no place yet. The start page's
        own list goes before the first navigation that knows fewer pages, if it knows most of them."""
        indexes = [self._by_key[key] for key in keys if key in self._by_key]
        own, self._own = self._own, []
        if 2 * len(own) >= len(self.pages) and len(own) > len(set(indexes)):
            self.place([self.start, *own])
        self.place(indexes)

    def finish(self) -> list[StoredPage[Name]]:
        """All pages in reading order. Those in no navigation follow in path order."""
        self.merge(())
        for chain in self._chains:
            self.place(chain)
        if self.pages and self.start not in self._after:
            self._insert(self.start, -1)
        for index in range(len(self.pages)):
            if index not in self._after:
                self._insert(index, self._before[-1])
        return [self.pages[index] for index in self._walk()]

    def place(self, indexes: Sequence[int]) -> None:
        """Put what is new behind its placed forerunner; what stands before all placed ones, before those."""
        leading: list[int] = []
        at: int | None = None
        for index in dict.fromkeys(indexes):
            placed = index in self._after
            if not placed and at is None:
                leading.append(index)
                continue
            if at is None:
                self._insert_all(leading, self._before[index])
            elif not placed:
                self._insert(index, at)
            at = index
        if at is None:
            self._insert_all(leading, self._before[-1])

    def _follow_redirects(self, redirects: Sequence[StoredPage[Name]]) -> None:
        target = {page.url: page.redirected_to for page in redirects}
        for url in target:
            seen = {url}
            end = target[url]
            while end in target and end not in seen:
                seen.add(end)
                end = target[end]
            if end in self._by_url:
                self._by_url[url] = self._by_url[end]

    def _find_chains(self) -> list[list[int]]:
        """The maximal rel=next chains of two pages or more; each page in one, heads in path order."""
        following, has_forerunner = self._next_links()
        chains, seen = [], set[int]()
        heads = [index for index in following if index not in has_forerunner]
        for head in [*heads, *following]:  # a ring has no head: its first page by path begins it
            chain = []
            at: int | None = head
            while at is not None and at not in seen:
                seen.add(at)
                chain.append(at)
                at = following.get(at)
            if len(chain) > 1:
                chains.append(chain)
        return chains

    def _next_links(self) -> tuple[dict[int, int], set[int]]:
        following: dict[int, int] = {}
        taken: set[int] = set()
        pages = list(enumerate(self.pages))
        by_next = [(index, self._by_url.get(page.rel_next)) for index, page in pages if page.rel_next]
        by_prev = [(self._by_url.get(page.rel_prev), index) for index, page in pages if page.rel_prev]
        for index, target in [*by_next, *by_prev]:
            if index is None or target is None or index == target or index in following or target in taken:
                continue
            following[index] = target
            taken.add(target)
        return following, taken

    def _leading_chain(self) -> list[int]:
        """The longest chain when it holds half of the pages or more; else none leads."""
        longest = max(self._chains, key=len, default=[])
        return longest if 2 * len(longest) >= len(self.pages) else []

    def _insert(self, index: int, behind: int) -> None:
        follower = self._after[behind]
        self._after[behind], self._after[index] = index, follower
        self._before[follower], self._before[index] = index, behind

    def _insert_all(self, indexes: Sequence[int], behind: int) -> None:
        for index in indexes:
            self._insert(index, behind)
            behind = index

    def _walk(self) -> Iterable[int]:
        at = self._after[-1]
        while at != -1:
            yield at
            at = self._after[at]
