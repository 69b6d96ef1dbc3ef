"""The init container of jobs and processor: waits for the migration Job, and changes nothing itself."""

from __future__ import annotations

import asyncio
import os
import sys

from docspasta.store.migrate import migrate
from tests.stack import PostgresServer


async def test_pods_wait_until_somebody_migrated(postgres_server: PostgresServer) -> None:
    name = f"waiting_{os.getpid()}"
    await postgres_server.execute(f"CREATE DATABASE {name} OWNER docspasta_owner")
    try:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("DOCSPASTA_POSTGRES")},
            "DOCSPASTA_POSTGRES_DSN": postgres_server.dsn("docspasta_app", name),
        }
        waiting = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "docspasta.store.migrate", "--check", "--wait"),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert waiting.stderr is not None
        said = await asyncio.wait_for(waiting.stderr.readline(), 30)
        assert b"waiting, pending: 0001" in said
        assert waiting.returncode is None
        await migrate(postgres_server.dsn("docspasta_owner", name))
        output, _ = await asyncio.wait_for(waiting.communicate(), 30)
        assert (waiting.returncode, output) == (0, b"the schema is up to date\n")
    finally:
        await postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_wait_without_check_is_bad_usage() -> None:
    asked = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "docspasta.store.migrate", "--wait"),
        env={**os.environ, "DOCSPASTA_POSTGRES_OWNER_DSN": "postgresql:///nowhere"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asked.communicate()
    assert asked.returncode == 2
    assert b"usage" in said
