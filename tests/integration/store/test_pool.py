"""Transactions belong to a user and leave nothing on the connection, so that PgBouncer may sit between."""

from __future__ import annotations

import asyncio
from importlib.resources import files

import asyncpg
import pytest

from docspasta.domain import JobKey
from docspasta.store.pool import open_pool, split_dsn
from docspasta.store.record import record_batch
from docspasta.store.statements import parse

from .crawls import NOON, SITE, make_job, processed
from .sql_files import STATEMENTS

STORED = sorted(entry.name for entry in files("docspasta.store").iterdir() if entry.name.endswith(".sql"))
STORED.remove("schema.sql")


async def settings(connection) -> dict[str, str]:
    rows = await connection.fetch(
        "SELECT name, setting FROM pg_settings WHERE source IN ('session', 'override')"
    )
    return {row["name"]: row["setting"] for row in rows if row["name"] not in ("transaction_read_only",)}


async def test_nothing_outlives_a_transaction(database):
    """Write false for true in a set_config of begin_as: the setting stays."""
    pool = await open_pool(database.app_dsn, size=1)
    async with pool.connection() as connection:
        before = await settings(connection)
    async with pool.transaction("alice", snapshot=True):
        pass
    async with pool.transaction("alice") as connection:
        assert await connection.fetchval("SELECT current_setting('docspasta.user_id')") == "alice"
    async with pool.key_transaction("0" * 64):
        pass
    async with pool.connection() as connection:
        assert await settings(connection) == before
        assert not await connection.fetchval("SELECT current_setting('docspasta.user_id', true)")
        assert not await connection.fetchval("SELECT current_setting('docspasta.key_hash', true)")
        assert await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
    await pool.close()


async def test_no_statement_stays_prepared_when_the_address_says_so(database):
    """Behind PgBouncer in transaction mode the next statement may go to another server connection."""
    pool = await open_pool(database.app_dsn + "&statement_cache_size=0", size=1)
    [seed] = await make_job(pool, JobKey("alice", "job1"))
    recorded = await record_batch(pool, JobKey("alice", "job1"), [processed(seed, f"{SITE}/")], NOON)
    async with pool.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''") == 0
    assert recorded.ended
    await pool.close()


def test_our_option_is_taken_out_of_the_address():
    assert split_dsn("postgresql://u@/d?host=/s&statement_cache_size=0") == ("postgresql://u@/d?host=%2Fs", 0)
    assert split_dsn("postgresql://u@h/d?sslmode=verify-full") == (
        "postgresql://u@h/d?sslmode=verify-full",
        200,
    )


async def test_an_exception_rolls_back_and_the_connection_goes_on(database):
    pool = await open_pool(database.app_dsn, size=1)
    with pytest.raises(KeyError):
        async with pool.transaction("alice") as connection:
            await connection.execute("INSERT INTO usage_daily (user_id, day) VALUES ('alice', now())")
            raise KeyError
    async with pool.transaction("alice") as connection:
        assert await connection.fetchval("SELECT count(*) FROM usage_daily") == 0
    await pool.close()


async def asleep(watcher: asyncpg.Connection) -> None:
    """Wait until a statement sleeps in the database. What is cancelled before that goes on."""
    async with asyncio.timeout(30):
        while not await watcher.fetchval(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event = 'PgSleep' AND datname = current_database()"
        ):
            await asyncio.sleep(0.01)


async def test_a_cancelled_task_gives_its_connection_back_rolled_back(database):
    pool = await open_pool(database.app_dsn, size=1)
    watcher = await asyncpg.connect(database.app_dsn)

    async def work() -> None:
        async with pool.transaction("alice") as connection:
            await connection.execute("INSERT INTO usage_daily (user_id, day) VALUES ('alice', now())")
            await connection.execute("SELECT pg_sleep(600)")

    task = asyncio.create_task(work())
    await asleep(watcher)
    await watcher.close()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with pool.transaction("alice") as connection:
        assert await connection.fetchval("SELECT count(*) FROM usage_daily") == 0
    await pool.close()


async def test_a_commit_that_is_cut_short_leaves_no_transaction_behind(database, monkeypatch):
    """Take COMMIT out of the try of _begun: the next user stands in this one's transaction."""
    pool = await open_pool(database.app_dsn, size=1)
    original = asyncpg.Connection.execute

    async def cut(self, query, *arguments, **options):
        if query == "COMMIT":
            raise asyncio.CancelledError
        return await original(self, query, *arguments, **options)

    with pytest.raises(asyncio.CancelledError):
        async with pool.transaction("alice") as connection:
            await connection.execute("INSERT INTO usage_daily (user_id, day) VALUES ('alice', now())")
            monkeypatch.setattr(asyncpg.Connection, "execute", cut)
    monkeypatch.undo()
    async with pool.connection() as connection:
        assert not connection.is_in_transaction()
    await pool.close()


async def test_a_statement_is_cut_at_its_time(database):
    pool = await open_pool(database.app_dsn, size=1, statement_timeout=1.0)
    with pytest.raises(asyncpg.QueryCanceledError):
        async with pool.transaction("alice") as connection:
            await connection.execute("SELECT pg_sleep(60)")
    await pool.close()


@pytest.mark.parametrize("file", STORED)
def test_every_statement_has_a_name_and_a_purpose(file):
    for name, statement in STATEMENTS[file].texts.items():
        text = statement.text
        assert text.startswith("-- ") and text.count("\n"), name


def test_a_bad_file_of_statements_is_refused():
    with pytest.raises(ValueError, match="twice"):
        parse("x.sql", "-- a --\n-- Purpose.\nSELECT 1\n\n-- a --\n-- Purpose.\nSELECT 2\n")
    with pytest.raises(ValueError, match="no line that says its purpose"):
        parse("x.sql", "-- a --\nSELECT 1\n")
    with pytest.raises(AttributeError, match="no statement 'b'"):
        _ = parse("x.sql", "-- a --\n-- Purpose.\nSELECT 1\n").b
