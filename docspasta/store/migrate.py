"""Migrations: ordered SQL files, applied once each by the owner role under one advisory lock.

    python -m docspasta.store.migrate            apply what is pending; wait 5 minutes for the database
    python -m docspasta.store.migrate --check    exit 1 while something is pending; changes nothing
    python -m docspasta.store.migrate --check --wait
                                                 look again every second until nothing is pending

The address is DOCSPASTA_POSTGRES_OWNER_DSN; to --check, DOCSPASTA_POSTGRES_DSN will do.
A file that was applied is never edited: add the next number.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

import asyncpg

from .connection import Connection
from .pool import split_dsn
from .reachable import address, described, when_reachable
from .statements import load

SQL = load("migrate.sql")
ROLES = ("docspasta_app", "docspasta_tend")
USAGE = "usage: DOCSPASTA_POSTGRES_OWNER_DSN=… python -m docspasta.store.migrate [--check [--wait]]"
WAIT_SECONDS = 1.0
REACHABLE_WITHIN = 300.0  # seconds: a first installation starts its database at the same time


class MigrationError(Exception):
    """The schema cannot be brought or found up to date; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its name without `.sql`, its text and the text's SHA-256."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations of this version, in order."""
    folder = files("docspasta.store").joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [Migration(name.removesuffix(".sql"), folder.joinpath(name).read_text("utf-8")) for name in names]


async def migrate(owner_dsn: str) -> list[str]:
    """Apply what is pending and return its names, in order. Safe to run from many places at once."""
    connection: Connection = await asyncpg.connect(split_dsn(owner_dsn)[0], statement_cache_size=0)
    try:
        await _provide_roles(connection)
        applied: list[str] = []
        while name := await _apply_next(connection):
            applied.append(name)
        return applied
    finally:
        await connection.close()


async def check(dsn: str) -> list[str]:
    """The names of what is pending; empty when the schema is this version's. Any role of ours may ask.

    Raises MigrationError when an applied migration is not the one of this version.
    """
    connection: Connection = await asyncpg.connect(split_dsn(dsn)[0], statement_cache_size=0)
    try:
        if not await SQL.ledger_exists.value(connection, bool):
            return [migration.name for migration in migrations()]
        return [migration.name for migration in pending(await _ledger(connection))]
    finally:
        await connection.close()


def pending(applied: dict[str, str]) -> list[Migration]:
    """What of this version's migrations is not in `applied` (name -> checksum).

    Names that this version lacks are a newer version's: expand first, contract later, so they are let be.
    """
    left = []
    for migration in migrations():
        checksum = applied.get(migration.name)
        if checksum is None:
            left.append(migration)
        elif checksum != migration.checksum:
            raise MigrationError(
                f"migration {migration.name} was applied with another text; restore the file that was "
                "applied, and write what has to change as a new migration"
            )
    return left


class _Applied(NamedTuple):
    name: str
    checksum: str


async def _apply_next(connection: Connection) -> str:
    async with connection.transaction():
        await SQL.lock.execute(connection)
        await SQL.make_ledger.execute(connection)
        left = pending(await _ledger(connection))
        if not left:
            return ""
        await connection.execute(left[0].text)
        await SQL.note.execute(connection, name=left[0].name, checksum=left[0].checksum)
        return left[0].name


async def _ledger(connection: Connection) -> dict[str, str]:
    return {row.name: row.checksum for row in await SQL.applied.all(connection, _Applied)}


async def _provide_roles(connection: Connection) -> None:
    missing = await SQL.missing_roles.column(connection, str, roles=list(ROLES))
    if not missing:
        return
    if not await SQL.may_create_roles.value(connection, bool):
        wanted = "; ".join(f"CREATE ROLE {role} LOGIN" for role in missing)
        raise MigrationError(f"these roles are missing and the owner may not create them; run: {wanted}")
    for role in missing:
        await connection.execute(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS")


def main(arguments: list[str]) -> int:
    """The command; 0: up to date, 1: pending or refused, 2: bad usage."""
    checking, waiting = "--check" in arguments, "--wait" in arguments
    dsn = os.environ.get("DOCSPASTA_POSTGRES_OWNER_DSN", "")
    dsn = dsn or (os.environ.get("DOCSPASTA_POSTGRES_DSN", "") if checking else "")
    if not dsn or set(arguments) - {"--check", "--wait"} or (waiting and not checking):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        if waiting:
            names = asyncio.run(_until_migrated(dsn))
        elif checking:
            names = asyncio.run(check(dsn))
        else:
            names = asyncio.run(when_reachable(migrate, dsn, REACHABLE_WITHIN, _say))
    except (MigrationError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        _say(f"Postgres at {address(dsn)}: {described(error)}")
        return 1
    done = "pending" if checking else "applied"
    print("\n".join(f"{done} {name}" for name in names) or "the schema is up to date")
    return 1 if names and checking else 0


def _say(sentence: str) -> None:
    print(f"migrate: {sentence}", file=sys.stderr, flush=True)


async def _until_migrated(dsn: str) -> list[str]:
    """Wait until nothing is pending, however long it takes. Says what it waits for when that changes."""
    said = ""
    while True:
        try:
            names = await check(dsn)
            reason = f"pending: {', '.join(names)}"
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            names, reason = ["?"], f"Postgres at {address(dsn)} does not answer: {described(error)}"
        if not names:
            return []
        if reason != said:
            _say(f"waiting, {reason}")
            said = reason
        await asyncio.sleep(WAIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
