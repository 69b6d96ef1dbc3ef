"""Real servers and the whole stack for tests. conftest.py turns these into fixtures."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from docspasta.embedded.children import Children
from docspasta.embedded.keys import Keys, load_keys
from docspasta.embedded.postgres import UNSAFE_SETTINGS, EmbeddedPostgres
from docspasta.embedded.valkey import EmbeddedValkey
from docspasta.store.migrate import migrate
from tests.ports import free_port

TEMPLATE = "docspasta_template"


@contextmanager
def short_directory() -> Iterator[Path]:
    """A temporary directory whose path leaves room for a socket's name (107 bytes in all)."""
    path = Path(tempfile.mkdtemp(prefix="dp-", dir="/tmp"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class PostgresServer:
    """A running server of this test process. `sockets` is the host to connect to."""

    cluster: EmbeddedPostgres

    @property
    def sockets(self) -> Path:
        return self.cluster.sockets

    @property
    def pid(self) -> int:
        assert self.cluster.process is not None
        return self.cluster.process.pid

    def dsn(self, role: str = "postgres", database: str = "postgres") -> str:
        """The address of a database for a role; by default the superuser's."""
        return self.cluster.dsn(role, database)

    async def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser, outside a transaction."""
        connection = await asyncpg.connect(self.dsn(database=database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@dataclass(frozen=True)
class Database:
    """One migrated database of one test, by its addresses for each role."""

    name: str
    server: PostgresServer

    @property
    def owner_dsn(self) -> str:
        return self.server.dsn("docspasta_owner", self.name)

    @property
    def app_dsn(self) -> str:
        return self.server.dsn("docspasta_app", self.name)

    @property
    def maintenance_dsn(self) -> str:
        return self.server.dsn("docspasta_tend", self.name)

    @property
    def superuser_dsn(self) -> str:
        return self.server.dsn("postgres", self.name)


@contextmanager
def running_postgres(**settings: str) -> Iterator[PostgresServer]:
    """A new cluster with the three roles, gone with the block. Settings are PostgreSQL's own."""
    children = Children()
    with short_directory() as directory:
        cluster = EmbeddedPostgres(
            directory / "data", directory, directory / "log", {**UNSAFE_SETTINGS, **settings}
        )
        try:
            cluster.make(children)
            cluster.start(children)
            asyncio.run(prepared(cluster))
            yield PostgresServer(cluster)
        finally:
            cluster.stop(children)
            children.close()


async def prepared(cluster: EmbeddedPostgres) -> None:
    """Wait for the server and create the roles."""
    await cluster.ready()
    await cluster.make_roles()


async def make_template(server: PostgresServer) -> None:
    """The database that every test's is copied from, built by the migrations."""
    await server.execute(f"CREATE DATABASE {TEMPLATE} OWNER docspasta_owner")
    await migrate(server.dsn("docspasta_owner", TEMPLATE))


async def create_database(server: PostgresServer) -> Database:
    """A fresh copy of the template."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    await server.execute(
        f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER docspasta_owner STRATEGY FILE_COPY"
    )
    return Database(name, server)


async def drop_database(database: Database) -> None:
    """Drop it, whoever is still connected."""
    await database.server.execute(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")


@dataclass(frozen=True)
class ValkeyServer:
    """A running Valkey of this test process."""

    server: EmbeddedValkey
    children: Children

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def pid(self) -> int:
        assert self.server.process is not None
        return self.server.process.pid

    def flush(self) -> None:
        """Empty it, and let go of what an earlier test paused, killed or configured by ACL."""
        import redis

        with redis.Redis.from_url(self.url) as client:
            client.flushall()
            client.function_flush()
            client.script_flush()


@contextmanager
def running_valkey(**settings: str) -> Iterator[ValkeyServer]:
    """A new, empty server, gone with the block. Settings are Valkey's own."""
    children = Children()
    with short_directory() as directory:
        server = EmbeddedValkey(directory, directory / "valkey.sock", directory / "log", settings)
        try:
            server.start(children)
            asyncio.run(server.ready())
            yield ValkeyServer(server, children)
        finally:
            server.stop(children)
            children.close()


def shared_directory(name: str) -> Path | None:
    """A directory beside the checkout (`quality`, `bench`), or None when it is absent."""
    root = Path(__file__).parents[2] / "shared"
    path = Path(os.environ.get("DOCSPASTA_SHARED", root)) / name
    return path if path.is_dir() else None


class RunningStack:
    """The whole stack in a process of its own: `python -m docspasta.embedded`, real and killable."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.directory = directory
        environment = {**os.environ, **{name.upper(): value for name, value in settings.items()}}
        port = ("--port", str(free_port()))
        self.log = directory / "command.log"
        with self.log.open("ab") as log:
            self.command = subprocess.Popen(
                [sys.executable, "-m", "docspasta.embedded", "--data-dir", str(directory / "data"), *port],
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=environment,
            )
        wait_until(self._ready, 150, "the stack is ready")

    def _ready(self) -> bool:
        if self.command.poll() is not None:
            raise AssertionError(f"the stack ended at its start:\n{self.log.read_text()}")
        return bool(self.state.get("ready"))

    @property
    def state(self) -> dict[str, Any]:
        """What the stack publishes, as of now."""
        try:
            state: dict[str, Any] = json.loads((self.directory / "data" / "stack.json").read_text())
        except FileNotFoundError:
            return {}
        return state

    @property
    def gateway(self) -> str:
        """http://127.0.0.1:port of the gateway."""
        return str(self.state["gateway"])

    @property
    def addresses(self) -> dict[str, str]:
        """gRPC targets of jobs, crawler and processor."""
        return dict(self.state["addresses"])

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of jobs, crawler, processor, gateway, postgres and valkey, as of now."""
        return dict(self.state["processes"])

    @property
    def keys(self) -> Keys:
        return load_keys(self.directory / "data" / "keys.json")

    def token(self) -> str:
        """A token of the local person, as the command line uses it."""
        return self.keys.local_token()

    def log_of(self, name: str) -> str:
        """What a process has said so far."""
        return (self.directory / "data" / "logs" / f"{name}.log").read_text(errors="replace")

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Signal a process of the stack; its id is returned. The stack starts it again."""
        process = self.pids[name]
        os.kill(process, number)
        return process

    def restart(self, name: str, number: signal.Signals = signal.SIGKILL, within: float = 60) -> int:
        """Kill a process and wait until another has taken its place; the new id is returned."""
        old = self.kill(name, number)
        wait_until(lambda: self.pids[name] not in (0, old), within, f"{name} was started again")
        return self.pids[name]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the whole stack to stop, and wait; its exit status is returned."""
        if self.command.poll() is None:
            self.command.send_signal(number)
        return self.command.wait(60)


def wait_until(condition: Callable[[], object], within: float, what: str) -> None:
    """Wait for a condition outside this process, at most `within` seconds."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(0.02)


@contextmanager
def running_stack(**settings: str) -> Iterator[RunningStack]:
    """A whole new stack, gone with the block. Settings are DOCSPASTA_* names in any case."""
    with short_directory() as directory:
        stack = RunningStack(directory, **settings)
        try:
            yield stack
        finally:
            stack.stop()
