"""When a page is drawn: the network is quiet, then its text is the same over two looks. Pure."""

from __future__ import annotations

QUIET = 0.5  # seconds without a request under way
BETWEEN = 0.25  # seconds between two looks at the text
EMPTY = 4.0  # seconds that a page without words has after the network is quiet
FEW = 40  # characters of a page that is hardly drawn


class Stillness:
    """Told of requests and of looks at the text; times are monotonic seconds."""

    def __init__(self, now: float) -> None:
        self._under_way: set[str] = set()
        self._last = now  # when the network last moved
        self._text: tuple[int, int] | None = None
        self._same_since = now
        self.loaded = False

    def begins(self, request: str, now: float) -> None:
        """A request begins."""
        self._under_way.add(request)
        self._last = now

    def ends(self, request: str, now: float) -> None:
        """A request ends, well or badly."""
        if request in self._under_way:
            self._under_way.discard(request)
            self._last = now

    def is_quiet(self, now: float) -> bool:
        """Whether the network is."""
        return self.loaded and not self._under_way and now - self._last >= QUIET

    def look(self, text: tuple[int, int], now: float) -> bool:
        """Whether the page is drawn, seeing its text (its length and a hash) now."""
        if text != self._text:
            self._text, self._same_since = text, now
            return False
        still = now - self._same_since >= BETWEEN
        if text[0] < FEW and now - max(self._last, self._same_since) < EMPTY:
            return False
        return still and self.is_quiet(now)
