"""The users and roles of a trial's and compose's databases, set up by their scripts on real servers."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError
from redis.retry import Retry

from docspasta.embedded.binaries import postgres_program, valkey_server
from docspasta.embedded.children import Children
from docspasta.embedded.postgres import UNSAFE_SETTINGS, EmbeddedPostgres
from docspasta.queues.acl import SERVICES
from docspasta.store.migrate import check, migrate
from tests.stack import short_directory, wait_until
from tests.unit.chart import helm

FILES = helm.CHART / "files"
ONCE = Retry(NoBackoff(), 0)


@contextmanager
def serving(command: list[str], directory: Path, **environment: str) -> Iterator[Path]:
    """A Valkey that `command` starts, with its socket."""
    socket, log = directory / "v.sock", directory / "log"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(directory)]
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, *options], env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: socket.exists() or server.poll() is not None, 10, "Valkey listens")
        assert server.poll() is None, log.read_text()
        yield socket
    finally:
        server.kill()
        server.wait()


def client(socket: Path, user: str, password: str) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), username=user, password=password, retry=ONCE)


def test_each_service_is_a_user_of_its_own() -> None:
    """dev-redis-users.sh starts a server with no default user and one user a service."""
    with short_directory() as directory:
        path = f"{Path(valkey_server()).parent}:{os.environ['PATH']}"
        passwords = {f"{name.upper()}_PASSWORD": f"{name}-secret" for name in SERVICES}
        command = ["sh", str(FILES / "dev-redis-users.sh")]
        with serving(command, directory, PATH=path, TMPDIR=str(directory), **passwords) as socket:
            for name, rule in SERVICES.items():
                with client(socket, rule.name, f"{name}-secret") as own:
                    assert own.ping()
                with client(socket, rule.name, "another") as wrong, pytest.raises(AuthenticationError):
                    wrong.ping()
            with (
                redis.Redis(unix_socket_path=str(socket), retry=ONCE) as nobody,
                pytest.raises(AuthenticationError),
            ):
                nobody.ping()
            with client(socket, SERVICES["crawler"].name, "crawler-secret") as crawler:
                with pytest.raises(NoPermissionError):
                    crawler.get("rate:ann")
                with pytest.raises(NoPermissionError):
                    crawler.config_get("*")


def test_the_printed_users_are_a_file_that_valkey_takes() -> None:
    """`docspasta redis-acl > users.acl`, a password added to each line, as operations.md says."""
    printed = subprocess.run(
        [sys.executable, "-m", "docspasta.cli", "redis-acl"], capture_output=True, text=True, check=True
    )
    assert "password" in printed.stderr
    with short_directory() as directory:
        users = directory / "users.acl"
        lines = [f"{line} >secret" if "default" not in line else line for line in printed.stdout.splitlines()]
        users.write_text("\n".join(lines) + "\n")
        with serving([valkey_server(), "--aclfile", str(users)], directory) as socket:
            for rule in SERVICES.values():
                with client(socket, rule.name, "secret") as own:
                    assert own.ping()


async def roles_of(dsn: str) -> dict[str, tuple[str, bool]]:
    """Each role's password, hashed, and whether it is above row-level security."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "SELECT rolname, rolpassword, rolsuper OR rolbypassrls AS above FROM pg_authid"
            " WHERE rolname LIKE 'docspasta%'"
        )
        owner = await connection.fetchval(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'docspasta'"
        )
    finally:
        await connection.close()
    assert owner == "docspasta_owner"
    return {row["rolname"]: (row["rolpassword"], row["above"]) for row in rows}


def documented_sql() -> str:
    """The statements of operations.md, as one would type them."""
    (block,) = re.findall(r"(?ms)^ *```sql\n(.*?)^ *```$", (helm.ROOT / "docs" / "operations.md").read_text())
    return block.replace("…", "secret")


def test_each_role_has_a_password_of_its_own() -> None:
    """operations.md's statements, and dev-postgres-roles.sh as the image runs it on an empty volume."""
    children = Children()
    with short_directory() as directory:
        cluster = EmbeddedPostgres(directory / "data", directory, directory / "log", dict(UNSAFE_SETTINGS))
        try:
            cluster.make(children)
            cluster.start(children)
            asyncio.run(cluster.ready())
            psql = {"PATH": f"{Path(postgres_program('psql')).parent}:{os.environ['PATH']}"}
            env = {**os.environ, **psql, "PGHOST": str(directory)}
            psql_run = ["psql", "-q", "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
            subprocess.run(psql_run, input=documented_sql(), text=True, env=env, check=True)
            documented = asyncio.run(roles_of(cluster.dsn("postgres")))
            assert asyncio.run(migrate(cluster.dsn("docspasta_owner")))
            for name in ("docspasta_app", "docspasta_tend"):
                assert asyncio.run(check(cluster.dsn(name))) == []
            again = ["DROP DATABASE docspasta", *(f"DROP ROLE {name}" for name in documented)]
            for statement in (*again, "CREATE DATABASE docspasta"):
                subprocess.run([*psql_run, "-c", statement], env=env, check=True)
            passwords = {"OWNER_PASSWORD": "o'1", "APP_PASSWORD": "a2", "TEND_PASSWORD": "t3"}
            subprocess.run(["sh", str(FILES / "dev-postgres-roles.sh")], env={**env, **passwords}, check=True)
            roles = asyncio.run(roles_of(cluster.dsn("postgres")))
        finally:
            cluster.stop(children)
            children.close()
    assert set(roles) == set(documented) == {"docspasta_owner", "docspasta_app", "docspasta_tend"}
    assert not any(above for _, above in documented.values())
    assert len({password for password, _ in roles.values()}) == 3
    assert not any(above for _, above in roles.values())
