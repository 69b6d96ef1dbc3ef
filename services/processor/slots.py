"""Parsing processes shared between users by what their pages cost: who used least CPU lately goes first.

A page's cost is known once it was paid, so it is charged afterwards: every CPU second counts for the page's
user, and half of what was counted is forgotten each minute. One process is never given to who used much, nor
to a page that is known to take long, however many those are.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from .parsing_process import ParsingProcess

HALF_LIFE = 60.0  # seconds after which half of what was used is forgotten
HEAVY = 10.0  # CPU seconds lately, from which on a user leaves a process to the others
FORGOTTEN = 0.01  # CPU seconds that are not worth remembering
REMEMBERED = 1_000  # users, from which on the forgotten ones are dropped


class Turn(NamedTuple):
    """For whom a process is, and whether for a page that takes long."""

    user: str
    slow: bool


class Slots:
    """Hands out the processes, one for one group of pages. `clock` is monotonic seconds."""

    def __init__(
        self, processes: Sequence[ParsingProcess], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle, self._total, self._clock = list(processes), len(processes), clock
        self._held: dict[ParsingProcess, Turn] = {}
        self._served: dict[ParsingProcess, str] = {}  # whose pages a process had last
        self._waiting: dict[Turn, deque[asyncio.Future[ParsingProcess]]] = {}
        self._used: dict[str, tuple[float, float]] = {}  # CPU seconds, at which time

    @asynccontextmanager
    async def slot(self, user: str, *, slow: bool = False) -> AsyncIterator[ParsingProcess]:
        """A process for a user while the block lasts, as soon as it is their turn. `slow`: for a page that is
        known to take long."""
        process = await self._take(Turn(user, slow))
        try:
            yield process
        finally:
            self._give_back(process)

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

    async def _take(self, turn: Turn) -> ParsingProcess:
        future: asyncio.Future[ParsingProcess] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(turn, deque()).append(future)
        self._assign()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give_back(future.result())
            raise

    def _give_back(self, process: ParsingProcess) -> None:
        self._idle.append(process)
        self._served[process] = self._held.pop(process).user
        self._assign()

    def _assign(self) -> None:
        """Give what is idle to who waits: first to who holds least, and among those to who used least."""
        while self._idle and (turns := [turn for turn in self._waiting if self._may(turn)]):
            holding = Counter(held.user for held in self._held.values())
            turn = min(turns, key=lambda one: (holding[one.user], self.used(one.user)))
            future = self._waiting[turn].popleft()
            if not self._waiting[turn]:
                del self._waiting[turn]
            if not future.done():
                process = self._idle_for(turn.user)
                self._held[process] = turn
                future.set_result(process)

    def _may(self, turn: Turn) -> bool:
        if not self._costly(turn):
            return True
        return sum(map(self._costly, self._held.values())) < max(1, self._total - 1)

    def _costly(self, turn: Turn) -> bool:
        return turn.slow or self.heavy(turn.user)

    def _idle_for(self, user: str) -> ParsingProcess:
        """An idle process: best one that had this user's pages last, for a process has one user's only."""
        best = max(
            self._idle, key=lambda process: (self._served.get(process) == user, process not in self._served)
        )
        self._idle.remove(best)
        return best
