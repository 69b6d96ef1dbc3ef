"""Parsing processes shared between users by what their pages cost: who used least CPU lately goes first.

A page's cost is known once it was paid, so it is charged afterwards: every CPU second counts for the page's
user, and half of what was counted is forgotten each minute. Who used much leaves one process to the others.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from .parsing_process import ParsingProcess

HALF_LIFE = 60.0  # seconds after which half of what was used is forgotten
HEAVY = 10.0  # CPU seconds lately, from which on a user leaves a process to the others
FORGOTTEN = 0.01  # CPU seconds that are not worth remembering
REMEMBERED = 1_000  # users, from which on the forgotten ones are dropped


class Slots:
    """Hands out the processes, one for one group of pages. `clock` is monotonic seconds."""

    def __init__(
        self, processes: Sequence[ParsingProcess], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle, self._total, self._clock = list(processes), len(processes), clock
        self._holding: Counter[str] = Counter()
        self._served: dict[ParsingProcess, str] = {}  # whose pages a process had last
        self._waiting: dict[str, deque[asyncio.Future[ParsingProcess]]] = {}
        self._used: dict[str, tuple[float, float]] = {}  # CPU seconds, at which time

    @asynccontextmanager
    async def slot(self, user: str) -> AsyncIterator[ParsingProcess]:
        """A process for a user while the block lasts, as soon as it is their turn."""
        process = await self._take(user)
        try:
            yield process
        finally:
            self._give_back(user, process)

    def charge(self, user: str, seconds: float) -> None:
        """A user's page took so many CPU seconds."""
        self._used[user] = (self.used(user) + seconds, self._clock())
        if len(self._used) > REMEMBERED:
            self._used = {name: kept for name, kept in self._used.items() if self.used(name) > FORGOTTEN}

    def used(self, user: str) -> float:
        """The CPU seconds that a user used lately."""
        seconds, then = self._used.get(user, (0.0, 0.0))
        return seconds * 0.5 ** ((self._clock() - then) / HALF_LIFE) if seconds else 0.0

    def heavy(self, user: str) -> bool:
        """Whether a user used so much that the others go first."""
        return self.used(user) > HEAVY

    async def _take(self, user: str) -> ParsingProcess:
        future: asyncio.Future[ParsingProcess] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user, deque()).append(future)
        self._assign()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give_back(user, future.result())
            raise

    def _give_back(self, user: str, process: ParsingProcess) -> None:
        self._idle.append(process)
        self._served[process] = user
        self._holding[user] -= 1
        if not self._holding[user]:
            del self._holding[user]
        self._assign()

    def _assign(self) -> None:
        """Give what is idle to who waits: first to who holds least, and among those to who used least."""
        while self._idle and (users := [user for user in self._waiting if self._may(user)]):
            user = min(users, key=lambda name: (self._holding[name], self.used(name)))
            future = self._waiting[user].popleft()
            if not self._waiting[user]:
                del self._waiting[user]
            if not future.done():
                self._holding[user] += 1
                future.set_result(self._idle_for(user))

    def _may(self, user: str) -> bool:
        return not self.heavy(user) or self._holding[user] < max(1, self._total - 1)

    def _idle_for(self, user: str) -> ParsingProcess:
        """An idle process: best one that had this user's pages last, for a process has one user's only."""
        best = max(
            self._idle, key=lambda process: (self._served.get(process) == user, process not in self._served)
        )
        self._idle.remove(best)
        return best
