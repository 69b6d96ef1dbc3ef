"""Bounds the memory of bodies under way, and shares what is bounded fairly between users."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator

from docspasta.codings import WINDOWED

from .answer import Limits
from .postponed import Postponed
from .reading import Reading
from .requester import NOBODY, Requester

SMALL_BODY = 256 * 1024  # a body may grow to this without asking for room
MIDDLING_BODY = 1024 * 1024
HURRY_SECONDS = 2.0  # while others wait for its slot, a body is looked at so often
MIDDLING_BYTES, LARGE_BYTES = 32 * 1024, 128 * 1024  # and must have brought so much since
REMEMBERED = 1_000  # users who were given a slot
ROOM_PATIENCE = 60.0  # seconds that a body waits for a slot before its URL makes room and comes again
ROOM_PAUSE = 5.0


class FairSlots:
    """`count` slots. A free one goes to the waiting user who holds the fewest; of those, to who was given one
    longest ago; within a user, in order."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._given: OrderedDict[str, int] = OrderedDict()  # users, and when: the number of the slot
        self._number = 0

    @property
    def wanted(self) -> bool:
        """Whether somebody waits."""
        return bool(self._waiting)

    @contextlib.asynccontextmanager
    async def slot(self, user: str) -> AsyncIterator[None]:
        """One slot while the block lasts; waits for it."""
        await self.acquire(user)
        try:
            yield
        finally:
            self.release(user)

    async def acquire(self, user: str) -> None:
        """Wait for a slot; `release` it."""
        if self._free:
            self._free -= 1
            self._give(user)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(user)
            else:
                self._leave(user, turn)
            raise

    def release(self, user: str) -> None:
        """Give a slot back."""
        self._held[user] -= 1
        if not self._held[user]:
            del self._held[user]
        while self._waiting:
            served = min(self._waiting, key=lambda one: (self._held[one], self._given.get(one, 0)))
            turns = self._waiting[served]
            turn = turns.popleft()
            if not turns:
                del self._waiting[served]
            if not turn.done():  # else its waiter has just been cancelled
                self._give(served)
                turn.set_result(None)
                return
        self._free += 1

    def _give(self, user: str) -> None:
        self._held[user] += 1
        self._number += 1
        self._given[user] = self._number
        self._given.move_to_end(user)
        if len(self._given) > REMEMBERED:
            self._given.popitem(last=False)

    def _leave(self, user: str, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.get(user)
        if turns is not None and turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[user]


class BodyRoom:
    """Few bodies at once may grow large; the others wait their turn.

    Below 256 KiB, where nearly every page stays, nobody waits for a site. A coded body is gathered first.
    When its decoder keeps a window of up to 16 MiB, it is decoded in its turn, for that is as much as a large
    body; only one that is longer than 256 KiB even so keeps its decoder while it comes in. A body that comes
    slowly gives its slot up when others wait for it.
    """

    def __init__(self, middling: int = 3) -> None:
        self._large = FairSlots(1)
        self._middling = FairSlots(middling)

    async def read(
        self, reading: Reading, limits: Limits, deadline: asyncio.Timeout, requester: Requester = NOBODY
    ) -> None:
        """Read a body up to its bound and a piece. Waiting for room does not count as the site's time.

        Raises BadCoding, TooSlow, and Postponed when no room came free in a minute, or there is none for the
        requester's results.
        """
        async with contextlib.AsyncExitStack() as claims:
            if reading.coding and await reading.gather(SMALL_BODY) and limits.coded:
                return
            if reading.coding in WINDOWED:
                await _claim(claims, self._large, deadline, requester)
                reading.hurry(HURRY_SECONDS, LARGE_BYTES, lambda: self._large.wanted)
                await reading.until(limits.body)
                return
            if await reading.until(min(SMALL_BODY, limits.body)):
                return
            await _claim(claims, self._middling, deadline, requester)
            reading.hurry(HURRY_SECONDS, MIDDLING_BYTES, lambda: self._middling.wanted)
            if await reading.until(min(MIDDLING_BODY, limits.body)):
                return
            await _claim(claims, self._large, deadline, requester)
            wanted = (self._large, self._middling)
            reading.hurry(HURRY_SECONDS, LARGE_BYTES, lambda: any(slots.wanted for slots in wanted))
            await reading.until(limits.body)


async def _claim(
    claims: contextlib.AsyncExitStack, slots: FairSlots, deadline: asyncio.Timeout, requester: Requester
) -> None:
    """Wait for a slot while the deadline stands still."""
    loop = asyncio.get_running_loop()
    left = (deadline.when() or loop.time()) - loop.time()
    deadline.reschedule(None)
    try:
        async with asyncio.timeout(ROOM_PATIENCE):
            await claims.enter_async_context(slots.slot(requester.user))
    except TimeoutError:
        raise Postponed("too many large pages are under way", ROOM_PAUSE) from None
    if not requester.may_grow():  # asked last: who waited for room knows what waits now
        raise Postponed("many pages of this user wait to be converted", ROOM_PAUSE)
    deadline.reschedule(loop.time() + left)
