"""The epoch: which history of the database a version belongs to. A cursor is `<epoch>-<version>`.

A failover that lost commits, and a restored dump, hand versions out a second time; the epoch differs then,
so that no client takes them for the past. Read it again on each new connection.

    python -m docspasta.store.epoch          print the epoch
    python -m docspasta.store.epoch --new    begin a new one (owner role), after restoring a dump
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys

import asyncpg

from .connection import Connection
from .pool import split_dsn
from .statements import load

SQL = load("epoch.sql")
USAGE = "usage: DOCSPASTA_POSTGRES_OWNER_DSN=… python -m docspasta.store.epoch [--new]"


async def read_epoch(connection: Connection) -> str:
    """The epoch of the database behind this connection: 10 characters of [0-9a-f].

    Raises asyncpg.ObjectNotInPrerequisiteStateError on a standby: versions are read from the primary.
    """
    facts = await SQL.read_epoch.value(connection, str)
    return hashlib.blake2b((facts or "").encode(), digest_size=5).hexdigest()


async def epoch(dsn: str, *, new: bool = False) -> str:
    """The epoch at `dsn`; with `new`, of the one that begins now (`dsn` is the owner's)."""
    connection: Connection = await asyncpg.connect(split_dsn(dsn)[0], statement_cache_size=0)
    try:
        if new:
            await SQL.replace_seed.execute(connection)
        return await read_epoch(connection)
    finally:
        await connection.close()


def main(arguments: list[str]) -> int:
    """The command; 0: printed, 1: refused, 2: bad usage."""
    dsn = os.environ.get("DOCSPASTA_POSTGRES_OWNER_DSN", "")
    if not dsn or set(arguments) - {"--new"}:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        print(asyncio.run(epoch(dsn, new="--new" in arguments)))
    except (asyncpg.PostgresError, OSError) as error:
        print(f"epoch: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
