"""Postgres: reads facts about the server and the role (postgres.sql), and judges them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from docspasta.store.statements import Statements, parse

from .findings import Finding, good, note, wrong

OLDEST_VERSION = 150000
SKEW = 2.0  # seconds that two clocks may differ
LONG_TRANSACTION = 600.0


@cache
def statements() -> Statements:
    """postgres.sql."""
    return parse("postgres.sql", files(__package__).joinpath("postgres.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class PostgresFacts:
    """What was read. `skew` is the server's clock less ours, seconds; `pending` migrations."""

    version: int
    synchronous_commit: str
    fsync: str
    max_connections: int
    encoding: str
    standby: bool
    role: str
    superuser: bool
    bypasses: bool
    tls: bool
    skew: float
    pending: tuple[str, ...]
    unprotected: tuple[str, ...]
    oldest_transaction: float


async def read_postgres(dsn: str) -> PostgresFacts:
    """Read the facts. Raises asyncpg's errors and OSError if the server can't be reached or refuses us."""
    import asyncpg

    from docspasta.store.migrate import check
    from docspasta.store.pool import split_dsn

    connection = await asyncpg.connect(split_dsn(dsn)[0], timeout=10, statement_cache_size=0)
    try:
        before = time.time()
        row = dict(await connection.fetchrow(statements().facts.text))
        clock = row.pop("clock") - (before + time.time()) / 2
        unprotected = tuple(
            found["relname"] for found in await connection.fetch(statements().unprotected.text)
        )
        oldest = await connection.fetchval(statements().oldest.text)
    finally:
        await connection.close()
    pending = tuple(await check(dsn))
    return PostgresFacts(
        **row, skew=clock, pending=pending, unprotected=unprotected, oldest_transaction=oldest
    )


def judge_postgres(facts: PostgresFacts, subject: str) -> list[Finding]:
    """Findings about one address; good ones too, so that people see what was examined."""
    found = list(_wrongs(facts, subject))
    version = f"{facts.version // 10000}.{facts.version % 10000}"
    if not found:
        found = [good(subject, f"PostgreSQL {version} as {facts.role}, migrated, durable, clock in step")]
    return found


def _wrongs(facts: PostgresFacts, subject: str) -> Iterator[Finding]:
    if facts.version < OLDEST_VERSION:
        yield wrong(subject, f"PostgreSQL {facts.version // 10000} is too old", "use 15 or newer")
    if facts.standby:
        remedy = (
            "use a name that always leads to the primary, because versions are read from the primary only"
        )
        yield wrong(subject, "is a standby", remedy)
    if facts.synchronous_commit == "off":
        remedy = f"ALTER ROLE {facts.role} RESET synchronous_commit, and set it to on for the server"
        yield wrong(
            subject, "synchronous_commit is off: a crash would undo versions that clients have seen", remedy
        )
    if facts.fsync == "off":
        yield wrong(subject, "fsync is off: a crash may destroy the data", "set fsync = on")
    if facts.encoding != "UTF8":
        yield wrong(
            subject, f"the database's encoding is {facts.encoding}", "create it again with ENCODING 'UTF8'"
        )
    if facts.superuser or facts.bypasses:
        power = "is a superuser" if facts.superuser else "has BYPASSRLS"
        remedy = f"ALTER ROLE {facts.role} NOSUPERUSER NOBYPASSRLS"
        yield wrong(subject, f"the role {facts.role} {power}: users are not separated", remedy)
    if facts.pending:
        remedy = "run the migration: python -m docspasta.store.migrate, or kubectl get jobs"
        yield wrong(subject, f"migrations are pending: {', '.join(facts.pending)}", remedy)
    for table in facts.unprotected:
        remedy = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        yield wrong(subject, f"{table} has no forced row-level security", remedy)
    if abs(facts.skew) > SKEW:
        remedy = "synchronise the clocks of both machines (chrony, systemd-timesyncd)"
        yield wrong(
            subject,
            f"its clock differs from ours by {facts.skew:+.1f} s, which affects deadlines and tokens",
            remedy,
        )
    if facts.max_connections < 50:
        remedy = "raise it, or put PgBouncer in front (&statement_cache_size=0)"
        yield note(subject, f"max_connections is {facts.max_connections}", remedy)
    if facts.oldest_transaction > LONG_TRANSACTION:
        remedy = "see pg_stat_activity; it stops autovacuum from cleaning up"
        yield note(subject, f"a transaction has been open for {facts.oldest_transaction:.0f} s", remedy)
