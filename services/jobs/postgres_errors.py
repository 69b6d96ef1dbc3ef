"""The record as handlers see it: trouble with Postgres that passes is Unavailable, and says so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from docspasta.errors import Unavailable
from docspasta.store.connection import Connection
from docspasta.store.pool import Pool
from docspasta.telemetry.logs import logger

# The server is away, starting, stopping or full; the connection broke; a statement took too long.
PASSING = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)
log = logger("record")


class TranslatedPool(Pool):
    """The same connections as `pool`, with its trouble translated."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool.connections, pool.timeout_ms / 1000)

    @asynccontextmanager
    async def transaction(self, user_id: str, *, snapshot: bool = False) -> AsyncIterator[Connection]:
        """As the pool's; raises Unavailable for trouble that passes."""
        with translated():
            async with super().transaction(user_id, snapshot=snapshot) as connection:
                yield connection

    @asynccontextmanager
    async def key_transaction(self, key_hash: str) -> AsyncIterator[Connection]:
        """As the pool's; raises Unavailable for trouble that passes."""
        with translated():
            async with super().key_transaction(key_hash) as connection:
                yield connection

    @asynccontextmanager
    async def push_transaction(self, job_id: str) -> AsyncIterator[Connection]:
        """As the pool's; raises Unavailable for trouble that passes."""
        with translated():
            async with super().push_transaction(job_id) as connection:
                yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Postgres's trouble as Unavailable."""
    try:
        yield
    except PASSING as error:
        log.warning("the record could not be reached", error=repr(error))
        raise Unavailable("The database cannot be reached just now; ask again.", retry_after=1.0) from error
