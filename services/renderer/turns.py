"""A page's requests to its own host take turns: one at a time, on the slot at the host that drawing the page
holds. Pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

SLOW = 2.0  # seconds after which a request that is still under way (a stream, a worker's) lets the next begin


class Turns:
    """`ask` and `over` are told the browser's id of a request; times are monotonic seconds."""

    def __init__(self) -> None:
        self._current, self._since = "", 0.0
        self._waiting: deque[tuple[str, Callable[[], None]]] = deque()

    def ask(self, request: str, begin: Callable[[], None], now: float) -> None:
        """Let a request begin when it is its turn. One that was redirected has its turn already."""
        if self._current and request != self._current:
            self._waiting.append((request, begin))
            return
        self._current, self._since = request, now
        begin()

    def over(self, request: str, now: float) -> None:
        """A request ended, well or badly, or was given up while it waited."""
        if request == self._current:
            self._next(now)
        elif self._waiting:
            self._waiting = deque(each for each in self._waiting if each[0] != request)

    def look(self, now: float) -> None:
        """Let the next begin when the one under way is slow."""
        if self._current and now - self._since > SLOW:
            self._next(now)

    def _next(self, now: float) -> None:
        self._current = ""
        if self._waiting:
            self.ask(*self._waiting.popleft(), now)
