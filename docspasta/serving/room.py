"""How many bytes of requests are held at once: by this process, for a user. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from docspasta.errors import ResourceExhausted

RETRY_AFTER = 2.0  # seconds


class Held:
    """What one request holds of a room."""

    def __init__(self, room: Room, user: str) -> None:
        self._room, self._user, self.bytes = room, user, 0

    def grow(self, size: int) -> None:
        """Hold so many bytes more. Raises ResourceExhausted when there is no room for them."""
        self._room.take(self._user, size)
        self.bytes += size


class Room:
    """At most `process` bytes together, `user` of one user. `what` is for refusals: `pushed pages`."""

    def __init__(self, process: int, user: int, what: str) -> None:
        self._process, self._user, self._what = process, user, what
        self._held: Counter[str] = Counter()

    @contextmanager
    def place(self, user: str) -> Iterator[Held]:
        """What is held while the block lasts, out of `user`'s share."""
        held = Held(self, user)
        try:
            yield held
        finally:
            self._held[user] -= held.bytes
            if not self._held[user]:
                del self._held[user]

    def take(self, user: str, size: int) -> None:
        """Raises ResourceExhausted when that is more than is free."""
        if self._held[user] + size > self._user:
            raise self._refusal(f"Too many {self._what} of yours are on their way; send fewer at once.")
        if self._held.total() + size > self._process:
            raise self._refusal(f"Too many {self._what} are on their way just now; ask again in a moment.")
        self._held[user] += size

    def _refusal(self, sentence: str) -> ResourceExhausted:
        return ResourceExhausted(sentence, reason="too-many-at-once", retry_after=RETRY_AFTER)
