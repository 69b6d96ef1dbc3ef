"""Whether a timeout was the site's or our own: a loop that has no core lets everybody's time run out.

A page whose fetch failed while this process was late is tried again, uncharged, before that counts.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from .answer import Answer

EVERY = 0.1  # seconds between two looks
LATE = 1.0  # seconds that a process was late during a fetch
CHANCES = 3  # times that one URL is tried again for it
REMEMBERED = 10_000  # URLs
PAUSE = 5.0  # seconds until such a URL comes again
OF_TIME = frozenset(("timeout", "dns", "connection"))


class Lateness:
    """Measures how late this process's loop runs what is due. Start it within the loop."""

    def __init__(self) -> None:
        self._total = 0.0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._tried: OrderedDict[str, int] = OrderedDict()

    def start(self) -> None:
        """Measure until `stop`."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + EVERY
        self._timer = loop.call_at(self._due, self._look)

    def stop(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def seconds(self) -> float:
        """How late the loop was in all, with what it is late now."""
        if self._timer is None:
            return self._total
        return self._total + max(asyncio.get_running_loop().time() - self._due, 0.0)

    def excuses(self, url: str, answer: Answer, since: float) -> bool:
        """Whether a fetch that began when `seconds` was `since` failed for want of time while this process
        was late, and has a further chance. It is taken then."""
        if not (answer.passing and answer.reason in OF_TIME) or self.seconds - since < LATE:
            return False
        tried = self._tried.pop(url, 0)
        self._tried[url] = tried + 1
        if len(self._tried) > REMEMBERED:
            self._tried.popitem(last=False)
        return tried < CHANCES

    def _look(self) -> None:
        self._total += max(asyncio.get_running_loop().time() - self._due, 0.0)
        self.start()
