"""Whose page is drawn next: a free turn goes to who has the fewest pages in work, so that one whose pages
take long costs the others one page's time at most. No I/O.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from docspasta.errors import ResourceExhausted

REMEMBERED = 1_000  # shares that were given a turn


class FairTurns:
    """`pages` turns at once, for which at most `waiting` wait. When all places are taken, a share that has
    clearly fewer than the fullest one takes that one's last."""

    def __init__(self, pages: int, waiting: int) -> None:
        self._free, self._room = pages, waiting
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._given: OrderedDict[str, int] = OrderedDict()  # shares, and when: the number of the turn
        self._number = 0

    @asynccontextmanager
    async def turn(self, share: str) -> AsyncIterator[None]:
        """A turn while the block lasts; waits for it. Raises ResourceExhausted when too many wait."""
        if self._free:
            self._free -= 1
            self._give(share)
        else:
            await self._wait(share)
        try:
            yield
        finally:
            self._release(share)

    async def _wait(self, share: str) -> None:
        self._make_room(share)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(share, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._release(share)  # its turn came just now
            else:
                self._leave(share, place)
            raise

    def _make_room(self, share: str) -> None:
        if sum(map(len, self._waiting.values())) < self._room:
            return
        fullest = max(self._waiting, key=lambda one: len(self._waiting[one]), default="")
        most, own = len(self._waiting.get(fullest, ())), len(self._waiting.get(share, ()))
        if own + 1 >= most:
            raise ResourceExhausted("too many pages wait to be drawn")
        last = self._waiting[fullest][-1]
        self._leave(fullest, last)
        if not last.done():
            last.set_exception(ResourceExhausted("others have fewer pages that wait to be drawn"))

    def _release(self, share: str) -> None:
        self._held[share] -= 1
        if not self._held[share]:
            del self._held[share]
        while self._waiting:
            served = min(self._waiting, key=lambda one: (self._held[one], self._given.get(one, 0)))
            place = self._waiting[served][0]
            self._leave(served, place)
            if not place.done():  # else its caller has just gone away
                self._give(served)
                place.set_result(None)
                return
        self._free += 1

    def _give(self, share: str) -> None:
        self._held[share] += 1
        self._number += 1
        self._given[share] = self._number
        self._given.move_to_end(share)
        if len(self._given) > REMEMBERED:
            self._given.popitem(last=False)

    def _leave(self, share: str, place: asyncio.Future[None]) -> None:
        places = self._waiting.get(share)
        if places is not None and place in places:
            places.remove(place)
            if not places:
                del self._waiting[share]
