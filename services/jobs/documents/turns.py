"""Whose turn it is: a few pieces of work at once, one of each user, in the order of users. No I/O."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """At most `most` holders at once, one of each user."""

    def __init__(self, most: int) -> None:
        self._most = asyncio.Semaphore(most)
        self._own: dict[str, asyncio.Lock] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, user: str) -> AsyncIterator[None]:
        """A turn of a user's while the block lasts, once it has come."""
        self._users[user] += 1
        try:
            async with self._own.setdefault(user, asyncio.Lock()), self._most:
                yield
        finally:
            self._users[user] -= 1
            if not self._users[user]:
                del self._users[user], self._own[user]
