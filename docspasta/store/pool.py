"""Connections of one role, and transactions that belong to one user.

Nothing outlives a transaction on a connection (no session settings, no session locks, no prepared
statement by name when `statement_cache_size=0` stands in the address), so that PgBouncer may sit
between in transaction mode.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from docspasta.telemetry import metrics

from .connection import Connection, Connections
from .statements import load

SQL = load("pool.sql")
USER_ID = re.compile(r"[a-z0-9_-]{1,64}")
KEY_HASH = re.compile(r"[0-9a-f]{64}")


class Pool:
    """At most `size` connections of one role. Build it with `open_pool`, end it with `close`."""

    def __init__(self, connections: Connections, statement_timeout: float) -> None:
        self.connections = connections
        self.timeout_ms = int(statement_timeout * 1000)

    async def close(self) -> None:
        """Wait for open transactions, then close every connection."""
        await self.connections.close()

    async def ping(self) -> None:
        """Raise (asyncpg's errors or OSError) when the database does not answer this role."""
        async with self.connections.acquire() as connection:
            await SQL.answer.execute(connection)

    @asynccontextmanager
    async def transaction(self, user_id: str, *, snapshot: bool = False) -> AsyncIterator[Connection]:
        """A transaction in which row-level security shows `user_id`'s rows; yields the asyncpg connection.

        `snapshot`: all statements see one and the same state (REPEATABLE READ), for reading.
        Commits at the end; any exception rolls back. Raises ValueError for what is not a user id.
        """
        if not USER_ID.fullmatch(user_id):
            raise ValueError(f"{user_id[:80]!r} is not a user id; it must match [a-z0-9_-]{{1,64}}")
        isolation = "REPEATABLE READ, READ ONLY" if snapshot else "READ COMMITTED"
        begin = SQL.begin_as.text.format(isolation=isolation, user_id=user_id, timeout_ms=self.timeout_ms)
        async with self._begun(begin) as connection:
            yield connection

    @asynccontextmanager
    async def key_transaction(self, key_hash: str) -> AsyncIterator[Connection]:
        """A transaction that sees the one API key with this SHA-256 (64 hex digits), and nothing else."""
        if not KEY_HASH.fullmatch(key_hash):
            raise ValueError("an API key's hash is 64 hex digits")
        begin = SQL.begin_key.text.format(key_hash=key_hash, timeout_ms=self.timeout_ms)
        async with self._begun(begin) as connection:
            yield connection

    @asynccontextmanager
    async def push_transaction(self, job_id: str) -> AsyncIterator[Connection]:
        """A transaction that sees the secrets of one push job, whoever's it is, and nothing else."""
        if not USER_ID.fullmatch(job_id):
            raise ValueError("a job's id matches [a-z0-9_-]{1,64}")
        async with self._begun(
            SQL.begin_push.text.format(job_id=job_id, timeout_ms=self.timeout_ms)
        ) as connection:
            yield connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection without a transaction or a user: for single statements of the maintenance role."""
        async with self.connections.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def _begun(self, begin: str) -> AsyncIterator[Connection]:
        async with self.connections.acquire() as connection:
            try:
                await connection.execute(begin)
                yield connection
                await connection.execute("COMMIT")
            except BaseException:
                await _roll_back(connection)
                raise


async def _roll_back(connection: Connection) -> None:
    """Leave no transaction open, a COMMIT that was cut short included: another user's would go on in it."""
    try:
        await connection.execute("ROLLBACK")
    except BaseException:
        connection.terminate()
        raise


async def open_pool(
    dsn: str, *, size: int = 8, statement_timeout: float = 30.0, name: str = "docspasta", at_least: int = 0
) -> Pool:
    """A pool for `dsn`. `statement_cache_size=N` in its query is ours (0 behind PgBouncer in transaction
    mode), all else is PostgreSQL's. `statement_timeout` is seconds, `name` what pg_stat_activity shows."""
    if not dsn:
        raise ValueError(f"no Postgres address for {name}: set DOCSPASTA_POSTGRES_DSN and what goes with it")
    dsn, cached = split_dsn(dsn)
    connections: Connections = await asyncpg.create_pool(
        dsn,
        min_size=at_least,
        max_size=size,
        statement_cache_size=cached,
        command_timeout=statement_timeout + 5,
        max_inactive_connection_lifetime=300,
        server_settings={"application_name": name},
        reset=_nothing_to_reset,
    )
    metrics.watch_pool(name, connections)
    return Pool(connections, statement_timeout)


def split_dsn(dsn: str) -> tuple[str, int]:
    """The address without our own option, and the number of prepared statements kept a connection."""
    parts = urlsplit(dsn)
    query = parse_qsl(parts.query, keep_blank_values=True)
    cached = next((int(value) for name, value in query if name == "statement_cache_size"), 200)
    kept = [(name, value) for name, value in query if name != "statement_cache_size"]
    return urlunsplit(parts._replace(query=urlencode(kept))), cached


async def _nothing_to_reset(connection: Connection) -> None:
    """asyncpg's own reset is a round trip a use; every setting here ends with its transaction."""
