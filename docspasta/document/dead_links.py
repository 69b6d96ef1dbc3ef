"""Links that lead to nothing, each with a page that has it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from docspasta.urls import url_key

from .facts import Facts


class DeadLinks:
    """Addresses that do not exist, and the first page in reading order that links to each."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._page: dict[str, int | None] = {url_key(url): None for url in urls}

    def note(self, index: int, facts: Facts) -> None:
        """Take in the links of the page at `index`. Pages come in reading order."""
        if not self._page:
            return
        for key in facts.links:
            if self._page.get(key, -1) is None:
                self._page[key] = index

    def page_with(self, url: str) -> int | None:
        """The index of a page that links to this address; None when only menus and sitemaps name it."""
        return self._page.get(url_key(url))
