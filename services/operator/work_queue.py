"""Which resources are to be looked at, and when. One is never looked at twice at once. No I/O."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class WorkQueue(Generic[K]):
    """`clock` is monotonic seconds. Of several times for the same key the earliest counts."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: dict[K, float] = {}
        self._order: list[tuple[float, int, K]] = []
        self._taken: set[K] = set()
        self._again: set[K] = set()  # taken, and due again meanwhile
        self._changed = asyncio.Event()
        self._count = 0

    def add(self, key: K, after: float = 0.0) -> None:
        """Look at it in so many seconds, or sooner when that was said before."""
        due = self._clock() + after
        if self._due.get(key, due + 1) <= due:
            return
        self._due[key] = due
        self._push(due, key)

    def drop(self, key: K) -> None:
        """It is no more."""
        self._due.pop(key, None)

    def done(self, key: K) -> None:
        """It was looked at."""
        self._taken.discard(key)
        if key in self._again:
            self._again.discard(key)
            self._push(self._due.get(key, self._clock()), key)

    def ready(self) -> K | None:
        """Take one whose time has come; None when there is none."""
        while self._order and self._order[0][0] <= self._clock():
            due, _, key = heapq.heappop(self._order)
            if self._due.get(key) != due:
                continue  # it was brought forward, or is no more
            if key in self._taken:
                self._again.add(key)
                continue
            del self._due[key]
            self._taken.add(key)
            return key
        return None

    def wait(self) -> float | None:
        """Seconds until the next one's time comes; None when nothing waits."""
        return max(0.0, self._order[0][0] - self._clock()) if self._order else None

    def _push(self, due: float, key: K) -> None:
        self._count += 1
        heapq.heappush(self._order, (due, self._count, key))
        self._changed.set()

    async def take(self) -> K:
        """The next one, as soon as its time comes. Give it back with `done`."""
        while True:
            self._changed.clear()
            if (key := self.ready()) is not None:
                return key
            try:
                async with asyncio.timeout(self.wait()):
                    await self._changed.wait()
            except TimeoutError:
                continue
