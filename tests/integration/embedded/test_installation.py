"""`docspasta migrate` and `docspasta epoch`, on the embedded database and on one that is named."""

from __future__ import annotations

import os
import subprocess
import sys

import asyncpg

from tests.stack import short_directory


def docspasta(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "docspasta.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def test_the_embedded_database():
    with short_directory() as directory:
        where = ("--data-dir", str(directory / "data"))
        pending = docspasta("migrate", "--check", *where)
        assert pending.returncode == 1 and pending.stdout.startswith("pending 0001")
        refused = docspasta("epoch", *where)
        assert refused.returncode == 1 and "Traceback" not in refused.stderr
        assert docspasta("migrate", *where).stdout.startswith("applied 0001")
        checked = docspasta("migrate", "--check", *where)
        assert (checked.returncode, checked.stdout) == (0, "the schema is up to date\n")
        first = docspasta("epoch", *where).stdout
        assert docspasta("epoch", *where).stdout == first
        assert docspasta("epoch", "--new", *where).stdout not in ("", first)


async def test_a_named_database(database):
    given = {"DOCSPASTA_POSTGRES_OWNER_DSN": database.owner_dsn}
    before = docspasta("epoch", **given).stdout
    assert docspasta("epoch", "--new", **given).stdout != before
    connection = await asyncpg.connect(database.owner_dsn)
    assert await connection.fetchval("SELECT count(*) FROM installation") == 1
    await connection.close()


def test_an_unreachable_database_is_said():
    done = docspasta("epoch", DOCSPASTA_POSTGRES_OWNER_DSN="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr.startswith("docspasta: ")
