"""How many pages are scraped at once: by this process, for a user, for a client's address. No I/O.

A scrape costs a fetch, a parsing process and a place in memory at three processes, and nothing is kept of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from .problems import Problem


class ScrapeLimits:
    """At most `process` at once, `user` of one user, `client` of one address or /64."""

    def __init__(self, process: int, user: int, client: int) -> None:
        self._process, self._user, self._client = process, user, client
        self._open: Counter[str] = Counter()
        self.running = 0

    @contextmanager
    def place(self, user: str, client: str) -> Iterator[None]:
        """A place for one scrape. Raises Problem: 429 when the caller has too many, 503 when all have."""
        names = (f"user {user}", f"client {client}")
        if self._open[names[0]] >= self._user or self._open[names[1]] >= self._client:
            raise Problem(
                429,
                "too-many-scrapes",
                "Other pages are still being scraped for you or your address; ask again in a moment.",
                retry_after=2,
            )
        if self.running >= self._process:
            raise Problem(
                503, "busy", "Too many pages are being scraped just now; try again soon.", retry_after=5
            )
        self.running += 1
        self._open.update(names)
        try:
            yield
        finally:
            self.running -= 1
            self._open.subtract(names)
            for name in names:
                if not self._open[name]:
                    del self._open[name]
