"""Sites that never end: when pages only repeat each other, their links are not followed any further. No I/O.

A calendar, a session in each address, an answer for every address that ever was: each gives page after page
with nothing new in it, and links to more. Pages of one content are followed a few times, for a page may stand
under two addresses; in all no more often than a few times, and once for each ten contents. Pages that differ
in numbers, dates and their own address alone are followed a few times more (so are pages that differ in a few
words, where the address has a query or ends in a number), counted only where they lead to each other: a
reference whose pages are alike hangs on an index, a trap on itself. Ordinary sites stay below these bounds,
so that nothing of them depends on which page came first.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from docspasta.content.sameness import kind

SAME = 3  # pages of one content whose links are followed
AGAIN = 5  # pages of a content that was followed before, beside one in CONTENTS contents
CONTENTS = 10
ALIKE = 4  # pages of one likeness that pages of this likeness link to
ALIKES = 6  # such pages of all likenesses, beside one in CONTENTS likenesses
REMEMBERED = 4_096  # contents and likenesses a job; what never ends comes again and again
FEW = 32  # addresses remembered that a page without its like links to
LINKED = 5_000  # addresses remembered that pages of one likeness link to


class Seen(Protocol):
    """What pages are compared by."""

    @property
    def page_id(self) -> int: ...
    @property
    def url_key(self) -> str: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def likeness(self) -> str: ...


@dataclass(slots=True)
class _Group:
    """Pages with something in common: how many were seen, whose links were followed, where those lead."""

    seen: int = 0
    followed: set[int] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)


class Repeats:
    """The pages of one job whose links were followed, by what they have in common. `version` is the job's
    newest of which all pages are known here; other processors record pages of the job, too."""

    def __init__(self) -> None:
        self.version = 0
        self._groups: dict[str, _Group] = {}
        self._again: set[int] = set()
        self._alikes: set[int] = set()
        self._contents = self._likenesses = 0

    def follow(self, page: Seen, links: Iterable[str]) -> bool:
        """Whether the links of a page are to be followed; `links` are the url_keys of what it links to. The
        same page gets the same answer again."""
        return self._same(page) and self._alike(page, links)

    def learn(self, pages: Iterable[tuple[Seen, Iterable[str]]]) -> Generator[None]:
        """Take in pages that others recorded, and their links: a page a step."""
        for page, links in pages:
            self.follow(page, links)
            yield

    def knows_like(self, page: Seen) -> bool:
        """Whether pages like this one were seen: then it matters where it leads."""
        return bool(page.likeness) and kind(page.likeness) in self._groups

    def _same(self, page: Seen) -> bool:
        if not page.content_hash:
            return True
        if page.content_hash not in self._groups:
            self._contents += 1
        group = self._group(page.content_hash)
        if not group.followed or page.page_id in group.followed:
            group.followed.add(page.page_id)
            return True
        if len(self._again) >= AGAIN + self._contents // CONTENTS:
            return False
        if not _counted(group, page.page_id, SAME):
            return False
        self._again.add(page.page_id)
        return True

    def _alike(self, page: Seen, links: Iterable[str]) -> bool:
        if not page.likeness:
            return True
        name = kind(page.likeness)
        if name not in self._groups:
            self._likenesses += 1
        group = self._group(name)
        group.seen += 1
        known = page.url_key in group.linked
        room = FEW if group.seen == 1 else LINKED  # hardly any page has its like: little is kept of one
        group.linked.update(islice(links, max(room - len(group.linked), 0)))
        if not known or page.page_id in group.followed:
            return True
        if len(self._alikes) >= ALIKES + self._likenesses // CONTENTS:
            return False
        if _counted(group, page.page_id, ALIKE):
            self._alikes.add(page.page_id)
            return True
        return False

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
