"""Reading order: a rel=next chain, else the start page's navigation; other navigations merged in; then paths.

A function of what the pages say, never of when they came: pages are taken in path order throughout, so that
any order of arrival gives the same document. Pure.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from .paths import path_key

Name = TypeVar("Name")  # names a stored navigation

CONTENTS = 20  # links of a start page's content that make it a list of the pages


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
    title: str = ""  # of a page that is like the site's answer for an address that cannot exist
    is_menu: bool = False  # a file that holds the site's menu and is no page itself


def start_of(pages: Iterable[StoredPage[Name]]) -> StoredPage[Name] | None:
    """The page at which the job started, or to which that led: the first by path of those least deep."""
    found = (page for page in pages if not page.redirected_to and not page.is_menu)
    return min(found, key=lambda page: (page.depth, path_key(page.url)), default=None)


class ReadingOrder(Generic[Name]):
    """Built from all pages; then fed the navigations it asks for, in order; then read off.

    The work is linear in pages and navigation entries (but for sorting paths).
    """

    def __init__(self, pages: Sequence[StoredPage[Name]], own_list: Sequence[str] = ()) -> None:
        """`own_list`: the URLs that the start page's content links to, in its order."""
        everything = sorted(pages, key=lambda page: path_key(page.url))
        self.pages = [page for page in everything if not page.redirected_to and not page.is_menu]
        self._count = len(self.pages)  # menus stand behind the pages, for they have places, too
        menus = (page for page in everything if page.is_menu)
        self.pages += sorted(menus, key=lambda page: (page.url.count("/"), page.depth))
        self._by_url = {page.url: index for index, page in enumerate(self.pages)}
        self._follow_redirects([page for page in everything if page.redirected_to])
        self._by_key = {page.key: self._by_url[page.url] for page in everything if page.url in self._by_url}
        self._after: dict[int, int] = {-1: -1}  # a ring: page -> follower; -1 joins its ends
        self._before: dict[int, int] = {-1: -1}
        self.start = min(range(self._count), key=lambda index: self.pages[index].depth, default=-1)
        self._home = self._find_home()
        self._chains = self._find_chains()
        own = [self._by_url[url] for url in dict.fromkeys(own_list) if url in self._by_url]
        self._own = [index for index in own if index < self._count]
        self._waiting: dict[int, list[int]] = {}  # lists of one page alone, which has no place yet
        self._listed: dict[int, list[int]] = {}  # what menus list that were not yet placed
        self._only_on = self._find_owners()
        self.place(self._leading_chain())

    def navigations(self) -> list[Name]:
        """The navigations to `merge`, each once: the start page's, those of menu files, the outer ones first,
        then the others' in path order."""
        start = [self.pages[self.start]] if self._count else []
        named = (page.navigation for page in [*start, *self.pages[self._count :], *self.pages])
        return list(dict.fromkeys(name for name in named if name is not None))

    def merge(self, keys: Iterable[str], name: Name | None = None) -> None:
        """Place the pages of one navigation (url_keys, in its order) that have no place yet. The start page's
        own list goes before the first navigation that knows fewer pages, if it knows most of them, or if that
        navigation knows none.

        A list that only one page has, without itself, is of the pages below it: they follow it.
        """
        indexes = [self._by_key[key] for key in keys if key in self._by_key]
        own, self._own = self._own, []
        much = 2 * len(own) >= self._count or (len(own) >= CONTENTS and self._home.issuperset(indexes))
        if much and len(own) > len(set(indexes)):
            self.place([self.start, *own])
        page = self._only_on.get(name, -1) if name is not None else -1
        if page >= self._count:
            self._listed[page] = indexes
            return
        self._place_menus()
        indexes = [index for index in indexes if index < self._count]
        if page < 0:
            self.place(indexes)
        elif self._home.issuperset({*indexes} - {page}) or self._are_beside(page, indexes):
            return  # a menu of home and the page itself says nothing of its place; neighbours are in chains
        elif page in indexes or page in self._after:
            self.place(indexes if page in indexes else [page, *indexes])
        else:
            self._waiting[page] = indexes

    def finish(self) -> list[StoredPage[Name]]:
        """All pages in reading order. Those in no navigation follow in path order."""
        self.merge(())
        self._place_waiting()
        for chain in self._chains:
            self.place(chain)
        if self._count and self.start not in self._after:
            self._insert(self.start, -1)
        for index in range(self._count):
            if index not in self._after:
                self._insert(index, self._before[-1])
        return [self.pages[index] for index in self._walk() if index < self._count]

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

    def _place_menus(self) -> None:
        """Place what menus list, each where another one names it, in the order in which a reader opens them.
        What one has placed another one only leads back to."""
        before = {*self._after}
        for first in list(self._listed):
            opened = [first]
            while opened:
                menu = opened.pop()
                listed = self._listed.pop(menu, [])
                mine = [index for index in listed if index in before or index not in self._after]
                every = [index for index in listed if index < self._count or index not in self._after]
                self.place([menu, *mine] if menu in self._after else every)
                opened.extend(index for index in reversed(listed) if index in self._listed)

    def _are_beside(self, page: int, indexes: Sequence[int]) -> bool:
        """Whether a page's list is of its neighbours, not of what lies below it."""
        own = self.pages[page]
        if page in indexes or not own.rel_prev:
            return False
        return self._by_url.get(own.rel_prev, page) in indexes

    def _find_home(self) -> set[int]:
        """The start page, under all its addresses."""
        if not self._count:
            return set()
        content = self.pages[self.start].content_hash
        alike = (index for index, page in enumerate(self.pages) if content and page.content_hash == content)
        return {self.start, *alike}

    def _find_owners(self) -> dict[Name, int]:
        """The page of each navigation that one page alone has, but for the start page's and menu files'."""
        counts = Counter(page.navigation for page in self.pages)
        return {
            page.navigation: index
            for index, page in enumerate(self.pages)
            if page.navigation is not None and counts[page.navigation] == 1 and index != self.start
        }

    def _place_waiting(self) -> None:
        """Place the lists whose page had no place when they came: first those whose page has one by now."""
        ready = deque(page for page in self._waiting if page in self._after)
        for first in (-1, *list(self._waiting)):
            if first in self._waiting:
                ready.append(first)
            while ready:
                page = ready.popleft()
                below = self._waiting.pop(page, [])
                self.place([page, *below])
                ready.extend(each for each in below if each in self._waiting)

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
        return longest if 2 * len(longest) >= self._count else []

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
