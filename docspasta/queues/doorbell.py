"""The doorbell: Redis pub/sub that says "look again". It carries no state; who listens reads the record.

One pub/sub connection for each process, shared by all its listeners.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from docspasta.queues.messages import JobKey


class Bell:
    """What a listener holds: `ringing()` returns at the next ring, or after a reconnect (rings were missed)."""

    async def ringing(self, at_most: float | None = None) -> bool:
        """Wait for a ring since the last call; False when `at_most` seconds passed without one."""
        raise NotImplementedError


class Doorbell:
    """Rings and listens. `start()` opens nothing until the first listener; `close()` ends it."""

    async def ring(self, job: JobKey, version: int) -> None:
        """Say that the job has a new state version."""
        raise NotImplementedError

    @asynccontextmanager
    async def listen(self, job: JobKey) -> AsyncIterator[Bell]:
        """A bell for one job; when the block begins the subscription stands (SUBSCRIBE, then read)."""
        raise NotImplementedError
        yield Bell()

    async def close(self) -> None:
        """End the connection."""
        raise NotImplementedError
