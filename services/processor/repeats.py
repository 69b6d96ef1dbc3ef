"""Sites that never end: when pages only repeat each other, their links are not followed any further. No I/O.

A calendar, a session in each address, an answer for every address that ever was: each gives page after page
with nothing new in it, and links to more. Pages of one content are followed a few times, for a page may stand
under two addresses. Pages that differ in numbers, dates and their own address alone are followed a few times
more, counted only where they lead to each other: a reference whose pages are alike hangs on an index, a trap
on itself. Ordinary sites stay below both bounds, so that nothing of them depends on which page came first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from docspasta.content import Page

SAME = 3  # pages of one content whose links are followed
ALIKE = 6  # pages of one likeness that pages of this likeness link to
REMEMBERED = 4_096  # contents and likenesses a job; what never ends comes again and again
FEW = 32  # addresses remembered that a page without its like links to
LINKED = 5_000  # addresses remembered that pages of one likeness link to


@dataclass(slots=True)
class _Group:
    """Pages with something in common: how many were seen, whose links were followed, where those lead."""

    seen: int = 0
    followed: set[int] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)


class Repeats:
    """The pages of one job whose links were followed, by what they have in common."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}

    def follow(self, page_id: int, key: str, page: Page, links: Iterable[str]) -> bool:
        """Whether the links of a page are to be followed: `key` is its url_key, `links` are those of what it
        links to. The same page gets the same answer again."""
        return self._same(page_id, page) and self._alike(page_id, key, page, links)

    def _same(self, page_id: int, page: Page) -> bool:
        return not page.content_hash or _counted(self._group(page.content_hash), page_id, SAME)

    def _alike(self, page_id: int, key: str, page: Page, links: Iterable[str]) -> bool:
        if not page.likeness:
            return True
        group = self._group(page.likeness)
        group.seen += 1
        known = key in group.linked
        room = FEW if group.seen == 1 else LINKED  # hardly any page has its like: little is kept of one
        group.linked.update(islice(links, max(room - len(group.linked), 0)))
        return not known or _counted(group, page_id, ALIKE)

    def _group(self, name: str) -> _Group:
        group = self._groups.pop(name, None) or _Group()
        self._groups[name] = group
        while len(self._groups) > REMEMBERED:
            self._groups.pop(next(iter(self._groups)))
        return group


def _counted(group: _Group, page_id: int, most: int) -> bool:
    """Whether a page is one of the first `most` of its group."""
    if page_id not in group.followed and len(group.followed) >= most:
        return False
    group.followed.add(page_id)
    return True
