"""Pages that are one page under several addresses: the same content, or another view of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .order import StoredPage
from .paths import plain_view


def find_duplicates(pages: Sequence[StoredPage[Any]]) -> dict[int, int]:
    """page_id -> page_id of the page that stays, the first in reading order. `pages` are in that order.

    Equal content is one page, whatever its addresses. A canonical link from A to B, one of `pages`, folds
    more only where A's address says that it is a view of B to print or for phones, or spells B's otherwise:
    many a template puts one canonical on every page, or one without the query that names the page.
    """
    groups = _Groups(len(pages))
    by_url = {page.url: index for index, page in enumerate(pages)}
    by_content: dict[str, int] = {}
    for index, page in enumerate(pages):
        if page.content_hash and (same := by_content.setdefault(page.content_hash, index)) != index:
            groups.join(same, index)
        named = by_url.get(page.canonical)
        if named is not None and named != index and _is_view(page, pages[named]):
            groups.join(named, index)
    first = ((index, groups.first(index)) for index in range(len(pages)))
    return {pages[index].page_id: pages[stays].page_id for index, stays in first if stays != index}


def _is_view(page: StoredPage[Any], named: StoredPage[Any]) -> bool:
    return page.url != plain_view(page.url) == plain_view(named.url)


class _Groups:
    """Union-find whose groups are known by their smallest member."""

    def __init__(self, size: int) -> None:
        self._up = list(range(size))

    def first(self, index: int) -> int:
        while self._up[index] != index:
            self._up[index] = self._up[self._up[index]]
            index = self._up[index]
        return index

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._up[high] = low
