"""The two servers really start, from nothing and after a kill, and really go."""

from __future__ import annotations

import asyncio
import subprocess

import asyncpg
import redis.asyncio as redis

from docspasta.embedded.children import Children
from docspasta.embedded.postgres import UNSAFE_SETTINGS, EmbeddedPostgres
from tests.stack import short_directory


async def test_each_role_reaches_its_own_database(database):
    for dsn in (database.owner_dsn, database.app_dsn, database.maintenance_dsn):
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("SELECT current_database()") == database.name
        await connection.close()


async def test_the_database_is_utf8_without_the_machines_locale(database):
    connection = await asyncpg.connect(database.owner_dsn)
    row = await connection.fetchrow(
        "SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider, datlocale"
        " FROM pg_database WHERE datname = current_database()"
    )
    assert tuple(row) == ("UTF8", b"b", "C.UTF-8")
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()


async def test_valkey_is_empty_and_never_evicts(redis_url):
    async with redis.Redis.from_url(redis_url) as client:
        assert await client.dbsize() == 0
        assert (await client.config_get("maxmemory-policy"))["maxmemory-policy"] == "noeviction"
        await client.set("a", 1)


async def test_valkey_is_empty_again(redis_url):
    async with redis.Redis.from_url(redis_url) as client:
        assert await client.dbsize() == 0


def test_a_lock_file_with_a_reused_number_does_not_hinder():
    """After a kill -9 another program may carry the number that the lock file names."""
    with short_directory() as directory, subprocess.Popen(["sleep", "600"]) as other:
        children = Children()
        server = EmbeddedPostgres(directory / "data", directory, directory / "log", dict(UNSAFE_SETTINGS))
        server.make(children)
        (directory / "data" / "postmaster.pid").write_text(f"{other.pid}\n{directory / 'data'}\n")
        try:
            server.start(children)
            asyncio.run(server.ready())
        finally:
            server.stop(children)
            children.close()
            other.kill()
