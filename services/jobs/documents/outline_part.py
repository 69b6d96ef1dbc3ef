"""A part of an outline as one answer: so many pages at most, and so many headings. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docspasta.v1.jobs_pb2 import OutlineEntry

MOST_ENTRIES = 1_000  # a page may have any number; an answer costs a loop some 3 ms


class OutlinePart:
    """Headings of the pages `after` .. `after + pages`, without the first `skip` of page `after`."""

    def __init__(self, after: int, skip: int, pages: int) -> None:
        self.pages = range(after, after + pages)
        self.entries: list[OutlineEntry] = []
        self.next: tuple[int, int] | None = None  # `after` and `skip` of the next part
        self._at, self._of_page, self._skip = after, 0, skip

    def add(self, rows: Sequence[Any]) -> bool:
        """Take rows (docspasta.store.outline) in their order, up to the end; whether that is reached."""
        for index, level, text, anchor, page_id in rows:
            if index not in self.pages or self.next is not None:
                continue
            if index != self._at:
                self._at, self._of_page = index, 0
            if index == self.pages.start and self._of_page < self._skip:
                self._of_page += 1
                continue
            if len(self.entries) == MOST_ENTRIES:
                self.next = index, self._of_page
                return True
            self._of_page += 1
            self.entries.append(OutlineEntry(level=level, text=text, anchor=anchor, page_id=str(page_id)))
        return self.next is not None

    def end(self, included: int) -> None:
        """There are no more rows of these pages; the document includes so many pages."""
        if self.next is None and included > self.pages.stop:
            self.next = self.pages.stop, 0
