"""A page's time. Seconds in which its browser waited for a processor are not counted: a page is not lost
because its machine is busy.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from pathlib import Path

MOST = 4.0  # times a page's own time, that its browser may have waited


class Budget:
    """The seconds that one page may take. `note` is told how long each process of its browser has waited
    for a processor since it began."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._now = seconds, now
        self._begun = now()
        self._delays: Mapping[int, float] | None = None
        self._waited = 0.0
        self._bounds: list[tuple[asyncio.Timeout, float]] = []

    @property
    def left(self) -> float:
        """Seconds until the page's time is over."""
        return self._begun + self._seconds + self._waited - self._now()

    def note(self, delays: Mapping[int, float]) -> None:
        """Process id -> seconds. What the one that waited longest did since the last time is not counted."""
        if self._delays is not None:
            before = self._delays
            longest = max((seconds - before.get(pid, 0.0) for pid, seconds in delays.items()), default=0.0)
            more = max(0.0, min(longest, MOST * self._seconds - self._waited))
            self._waited += more
            self._bounds = [(bound, when + more) for bound, when in self._bounds]
            for bound, when in self._bounds:
                with contextlib.suppress(RuntimeError):  # it is over already
                    bound.reschedule(when)
        self._delays = dict(delays)

    @contextlib.asynccontextmanager
    async def bound(self, seconds: float) -> AsyncIterator[None]:
        """Let the block take so long. Raises TimeoutError."""
        when = asyncio.get_running_loop().time() + seconds
        async with asyncio.timeout_at(when) as timeout:
            self._bounds.append((timeout, when))
            try:
                yield
            finally:
                self._bounds = [each for each in self._bounds if each[0] is not timeout]


def delays(pids: Iterable[int]) -> dict[int, float]:
    """Seconds that the main thread of each process has waited for a processor (Linux; elsewhere nothing)."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            found[pid] = int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    return found
