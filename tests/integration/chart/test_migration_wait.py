"""The init container of jobs and processor: waits for the migration Job, and changes nothing itself."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from docspasta.store.migrate import migrate
from docspasta.store.reachable import address, described, when_reachable
from tests.ports import free_port
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
        said = await asyncio.wait_for(waiting.stderr.readline(), 60)
        assert b"waiting, pending: 0001" in said
        assert waiting.returncode is None
        await migrate(postgres_server.dsn("docspasta_owner", name))
        output, _ = await asyncio.wait_for(waiting.communicate(), 60)
        assert (waiting.returncode, output) == (0, b"the schema is up to date\n")
    finally:
        await postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_the_migration_waits_for_a_database_that_starts(postgres_server: PostgresServer) -> None:
    """It says which address it waits for, without the password, and migrates once something answers there."""
    name, host, port = f"late_{os.getpid()}", "127.0.0.1", free_port()
    await postgres_server.execute(f"CREATE DATABASE {name} OWNER docspasta_owner")
    try:
        migrating = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "docspasta.store.migrate"),
            env={
                **os.environ,
                "DOCSPASTA_POSTGRES_OWNER_DSN": f"postgresql://docspasta_owner:secret@{host}:{port}/{name}",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert migrating.stderr is not None
        said = (await asyncio.wait_for(migrating.stderr.readline(), 60)).decode()
        assert f"for Postgres at {host}:{port}/{name}: " in said and "secret" not in said
        sockets = postgres_server.sockets
        async with await asyncio.start_server(forwarding_to(sockets / ".s.PGSQL.5432"), host, port):
            output, _ = await asyncio.wait_for(migrating.communicate(), 60)
        assert migrating.returncode == 0 and output.startswith(b"applied 0001")
    finally:
        await postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def forwarding_to(path: Path) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """A server's handler that passes everything on to a Unix socket."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(str(path))
        await asyncio.gather(copied(reader, back), copied(there, writer))

    return forward


async def copied(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        sink.write(data)
        await sink.drain()
    sink.close()


async def test_a_database_that_does_not_answer_has_a_name() -> None:
    """An error without a text is not an empty line."""
    assert described(TimeoutError()) == "no answer in time"
    assert address("postgresql://user:secret@db:5432/docspasta?sslmode=require") == "db:5432/docspasta"

    async def never(dsn: str) -> None:
        raise TimeoutError

    heard: list[str] = []
    with pytest.raises(TimeoutError):
        await when_reachable(never, "postgresql://db/docspasta", 0.0, heard.append)


async def test_a_wait_without_check_is_bad_usage() -> None:
    asked = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "docspasta.store.migrate", "--wait"),
        env={**os.environ, "DOCSPASTA_POSTGRES_OWNER_DSN": "postgresql:///nowhere"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asked.communicate()
    assert asked.returncode == 2
    assert b"usage" in said
