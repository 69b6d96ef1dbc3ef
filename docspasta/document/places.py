"""Positions, anchors and duplicates of a job's pages: what the end of a job stores. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .anchors import page_anchors
from .duplicates import find_duplicates
from .order import StoredPage


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands. A duplicate has position 0 and the anchor of the page that stays."""

    page_id: int
    position: int
    anchor: str
    duplicate_of: int | None


def find_places(ordered: Sequence[StoredPage[Any]]) -> list[Place]:
    """The place of each page; `ordered` is `ReadingOrder.finish()`."""
    duplicates = find_duplicates(ordered)
    kept = [page for page in ordered if page.page_id not in duplicates]
    anchors = dict(zip((page.page_id for page in kept), page_anchors(page.url for page in kept), strict=True))
    places = [Place(page.page_id, number, anchors[page.page_id], None) for number, page in enumerate(kept, 1)]
    places += [Place(page, 0, anchors[stays], stays) for page, stays in duplicates.items()]
    return places
