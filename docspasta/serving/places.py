"""How many calls of a costly kind go on at once, and how often: in this process, for a user. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from docspasta.errors import ResourceExhausted

from .buckets import Buckets

RETRY_AFTER = 2.0  # seconds


class Places:
    """At most `process` calls at once, `user` of one user; of what they cost `a_second` of one user, 0: no
    limit. `what` is for refusals: `documents are read`."""

    def __init__(self, process: int, user: int, what: str, a_second: float = 0.0) -> None:
        self._process, self._user, self._what = process, user, what
        self._open: Counter[str] = Counter()
        self._buckets = Buckets(a_second)

    @contextmanager
    def place(self, user: str, cost: float = 1.0) -> Iterator[None]:
        """A place while the block lasts, out of `user`'s share. Raises ResourceExhausted."""
        if self._open[user] >= self._user:
            raise self._refusal(f"At most {self._user} {self._what} at once for a user; wait for one to end.")
        if self._open.total() >= self._process:
            raise self._refusal(f"Too many {self._what} just now; ask again in a moment.")
        if wait := self._buckets.take(user, cost):
            sentence = "You asked for more than a user may have in a second; wait a moment and go on."
            raise ResourceExhausted(sentence, reason="too-many-requests", retry_after=wait)
        self._open[user] += 1
        try:
            yield
        finally:
            self._open[user] -= 1
            if not self._open[user]:
                del self._open[user]

    def _refusal(self, sentence: str) -> ResourceExhausted:
        return ResourceExhausted(sentence, reason="too-many-at-once", retry_after=RETRY_AFTER)
