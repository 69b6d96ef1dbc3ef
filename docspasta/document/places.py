"""Positions, anchors and duplicates of a job's pages: what the end of a job stores. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from .anchors import page_anchors
from .duplicates import find_duplicates
from .no_such_page import NoSuchPage
from .order import StoredPage

_UNKNOWN = NoSuchPage()


class Place(NamedTuple):
    """Where a page stands. A duplicate has position 0 and the anchor of the page that stays; a page that
    turned out to be no page has position 0 and no anchor."""

    page_id: int
    position: int
    anchor: str
    duplicate_of: int | None
    is_missing: bool = False


def find_places(ordered: Sequence[StoredPage[Any]], no_such_page: NoSuchPage = _UNKNOWN) -> Iterator[Place]:
    """The place of each page, duplicates last; `ordered` is `ReadingOrder.finish()`.

    A page that is only the site's answer for an address that cannot exist is none. Duplicates are found at
    once, anchors one by one: some places can be stored while the next are found.
    """
    gone = [page for page in ordered if no_such_page.is_answer(page)]
    if gone:
        ids = {page.page_id for page in gone}
        ordered = [page for page in ordered if page.page_id not in ids]
    yield from _places(ordered, find_duplicates(ordered))
    yield from (Place(page.page_id, 0, "", None, is_missing=True) for page in gone)


def _places(ordered: Sequence[StoredPage[Any]], duplicates: dict[int, int]) -> Iterator[Place]:
    staying = set(duplicates.values())
    shared: dict[int, str] = {}
    kept = [page for page in ordered if page.page_id not in duplicates]
    anchors = page_anchors(page.url for page in kept)
    for number, (page, anchor) in enumerate(zip(kept, anchors, strict=True), 1):
        if page.page_id in staying:
            shared[page.page_id] = anchor
        yield Place(page.page_id, number, anchor, None)
    for page_id, stays in duplicates.items():
        yield Place(page_id, 0, shared[stays], stays)
