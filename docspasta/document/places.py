"""Positions, anchors and duplicates of a job's pages: what the end of a job stores. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from .anchors import page_anchors
from .duplicates import find_duplicates
from .order import StoredPage


class Place(NamedTuple):
    """Where a page stands. A duplicate has position 0 and the anchor of the page that stays."""

    page_id: int
    position: int
    anchor: str
    duplicate_of: int | None


def find_places(ordered: Sequence[StoredPage[Any]]) -> Iterator[Place]:
    """The place of each page, duplicates last; `ordered` is `ReadingOrder.finish()`.

    Duplicates are found at once, anchors one by one: some places can be stored while the next are found.
    """
    return _places(ordered, find_duplicates(ordered))


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
