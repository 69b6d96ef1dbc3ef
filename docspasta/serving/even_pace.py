"""How fast a process hands out long answers, in all: so that its loop has time for the short ones. No I/O.

A client that reads as fast as it can would otherwise have a chunk in each of the loop's rounds, and eight of
them eight: everybody else's request, which takes a few rounds, would wait for all of those.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

STEP = 0.0002  # seconds of pause for a chunk of any size, and
PER_BYTE = 0.0008 / (256 * 1024)  # for each byte: together twice of what a chunk of 256 KiB costs a loop
LATE = 0.002, 0.01  # seconds that a loop may be late without a meaning; and beyond which it does not matter


class EvenPace:
    """`clock` is monotonic seconds, `sleep` waits some."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._next = 0.0

    async def turn(self, size: int) -> None:
        """Wait until a chunk of `size` bytes may go out."""
        now = self._clock()
        due = max(self._next, now)
        self._next = due + STEP + size * PER_BYTE
        if due > now:
            await self._sleep(due - now)
            late = min(self._clock() - due, LATE[1])
            if late > LATE[0]:  # the loop has much to do: what is long gives way
                self._next = max(self._next, self._clock() + 2 * late)
