"""The doctor on real servers: what is good is good, what was broken on purpose is found."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import redis

from docspasta import doctor
from docspasta.identity.installation import fresh_keys
from tests.ports import free_port
from tests.stack import Database, PostgresServer


async def told(environment: dict[str, str]) -> tuple[int, str]:
    """The exit status and what was said."""
    lines: list[str] = []
    status = await asyncio.to_thread(doctor.run, environment=environment, say=lines.append)
    return status, "\n".join(lines)


@pytest.fixture
def environment(database: Database, redis_url: str) -> dict[str, str]:
    """What jobs is given, with its own keys."""
    keys = {name: value for name, value in fresh_keys().items() if name.startswith("DOCSPASTA_")}
    del keys["DOCSPASTA_ANONYMOUS_KEY"]
    return {
        **keys,
        "DOCSPASTA_POSTGRES_DSN": database.app_dsn,
        "DOCSPASTA_POSTGRES_MAINTENANCE_DSN": database.maintenance_dsn,
        "DOCSPASTA_REDIS_URL": redis_url,
    }


async def superuser(database: Database, statement: str) -> None:
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_good_installation_has_nothing_wrong(environment: dict[str, str], database: Database) -> None:
    # The tests' server runs without fsync, which the doctor rightly dislikes.
    status, said = await told(environment)
    wrongs = [line for line in said.splitlines() if line.startswith("WRONG")]
    assert all("fsync is off" in line for line in wrongs), said
    assert status == (1 if wrongs else 0)
    assert "ok    redis: Valkey" in said


async def test_pending_migrations_are_named(
    environment: dict[str, str], postgres_server: PostgresServer
) -> None:
    name = "doctor_empty"
    await postgres_server.execute(f"CREATE DATABASE {name} OWNER docspasta_owner")
    try:
        environment["DOCSPASTA_POSTGRES_DSN"] = postgres_server.dsn("docspasta_app", name)
        status, said = await told(environment)
        assert status == 1
        assert "WRONG postgres: migrations are pending: 0001_schema" in said
    finally:
        await postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_role_that_sees_everybody_is_found(environment: dict[str, str], database: Database) -> None:
    environment["DOCSPASTA_POSTGRES_DSN"] = database.superuser_dsn
    status, said = await told(environment)
    assert status == 1
    assert "is a superuser: users are not separated" in said


async def test_row_level_security_that_was_switched_off(
    environment: dict[str, str], database: Database
) -> None:
    await superuser(database, "ALTER TABLE crawled_pages NO FORCE ROW LEVEL SECURITY")
    _, said = await told(environment)
    assert "crawled_pages has no forced row-level security" in said


async def test_commits_that_do_not_last(environment: dict[str, str], database: Database) -> None:
    await superuser(database, f"ALTER DATABASE {database.name} SET synchronous_commit = off")
    _, said = await told(environment)
    assert "synchronous_commit is off" in said


async def test_redis_that_evicts_or_is_closed(environment: dict[str, str]) -> None:
    with redis.Redis.from_url(environment["DOCSPASTA_REDIS_URL"]) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            _, said = await told(environment)
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert "maxmemory-policy is allkeys-lru" in said
    assert "CONFIG SET maxmemory-policy noeviction" in said


async def test_a_redis_user_that_may_hardly_do_anything(environment: dict[str, str]) -> None:
    url = environment["DOCSPASTA_REDIS_URL"]
    with redis.Redis.from_url(url) as client:
        client.acl_setuser(
            "narrow", enabled=True, passwords=["+secret"], categories=["-@all"], commands=["+ping"]
        )
        try:
            environment["DOCSPASTA_REDIS_URL"] = url.replace("unix://", "unix://narrow:secret@", 1)
            _, said = await told(environment)
            assert "its user may not run INFO" in said
            environment["DOCSPASTA_REDIS_URL"] = url.replace("unix://", "unix://narrow:wrong@", 1)
            status, said = await told(environment)
        finally:
            client.acl_deluser("narrow")
    assert status == 1
    assert "WRONG redis: refuses us" in said
    assert "secret" not in said


async def test_what_does_not_answer_is_said_not_thrown(environment: dict[str, str]) -> None:
    port = free_port()
    environment |= {
        "DOCSPASTA_POSTGRES_DSN": f"postgresql://docspasta_app@127.0.0.1:{port}/docspasta",
        "DOCSPASTA_REDIS_URL": f"redis://jobs@127.0.0.1:{port}/0",
        "DOCSPASTA_JOBS_ADDRESS": f"127.0.0.1:{port}",
    }
    status, said = await told(environment)
    assert status == 1
    for subject in ("postgres", "redis", "jobs"):
        assert f"WRONG {subject}: " in said
        assert "Traceback" not in said


async def test_services_by_their_health(environment: dict[str, str]) -> None:
    from docspasta.serving.probes import Probes

    wanted = [True]

    async def ready() -> bool:
        return wanted[0]

    address = f"127.0.0.1:{free_port()}"
    probes = Probes(address, ready)
    await probes.start()
    try:
        environment["DOCSPASTA_PROCESSOR_ADDRESS"] = address
        _, said = await told(environment)
        assert f"ok    processor: {address} serves" in said
        wanted[0] = False
        _, said = await told(environment)
        assert f"note  processor: {address} answers, but is not ready" in said
    finally:
        await probes.stop()


async def test_it_changes_nothing(environment: dict[str, str], database: Database, tmp_path: Path) -> None:
    with redis.Redis.from_url(environment["DOCSPASTA_REDIS_URL"]) as client:
        before = client.dbsize(), await dumped(database)
        await told(environment)
        assert (client.dbsize(), await dumped(database)) == before


async def dumped(database: Database) -> list[tuple[str, int]]:
    """Rows of every table."""
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        names = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname !~ '^(pg|sql)_'"
        )
        return [(row[0], await connection.fetchval(f'SELECT count(*) FROM "{row[0]}"')) for row in names]
    finally:
        await connection.close()


def test_it_is_quick_to_import() -> None:
    """No client is imported before it is needed: the command line starts with it."""
    code = (
        "import sys, docspasta.doctor; print({'asyncpg', 'redis', 'kubernetes', 'grpc'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "kubernetes" not in done.stdout
