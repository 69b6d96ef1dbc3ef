"""A real PostgreSQL on a Unix socket under one directory: made once, started, made ready, stopped."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from docspasta.embedded.binaries import postgres_program
from docspasta.embedded.children import Children
from docspasta.embedded.failures import StackFailure
from docspasta.embedded.logs import last_lines

SUPERUSER = "postgres"
DATABASE = "docspasta"
ROLES = ("docspasta_owner", "docspasta_app", "docspasta_tend")

# Durability stays at PostgreSQL's own: only memory and background processes are cut to a laptop's size.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "16MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "jit": "off",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# For tests only: their databases are thrown away.
UNSAFE_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


class PostgresFailed(StackFailure):
    """PostgreSQL could not be set up or started; the text includes the last lines of its log."""


@dataclass
class EmbeddedPostgres:
    """One cluster: `directory` holds its data, `sockets` its socket, `log` its output."""

    directory: Path
    sockets: Path
    log: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def dsn(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        """The address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets))}"

    @property
    def made(self) -> bool:
        """Whether initdb has completed here."""
        return (self.directory / "PG_VERSION").exists()

    def make(self, children: Children) -> None:
        """Run initdb, once a directory. An interrupted run leaves only a directory beside this one."""
        if self.made:
            return
        unfinished = self.directory.with_name(self.directory.name + ".making")
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--data-checksums"]
        locale = ["--locale-provider", "builtin", "--locale", "C", "--builtin-locale", "C.UTF-8"]
        program = [postgres_program("initdb"), "-D", str(unfinished), *options, *locale, "--no-sync"]
        running = children.start(program, log=self.log, unprivileged=refused_user())
        status = running.wait()
        children.forget(running)
        if status != 0:
            raise PostgresFailed(f"PostgreSQL's data directory could not be created:\n{last_lines(self.log)}")
        unfinished.rename(self.directory)

    def start(self, children: Children) -> None:
        """Start the server; `ready` waits for it."""
        self.clear_stale_lock()
        settings = {**SETTINGS, "unix_socket_directories": str(self.sockets), **self.settings}
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        self.process = children.start(
            [postgres_program("postgres"), "-D", str(self.directory), *options],
            log=self.log,
            signal_at_loss=signal.SIGQUIT,  # immediate shutdown: the postmaster ends its children too
            unprivileged=refused_user(),
        )

    def clear_stale_lock(self) -> None:
        """Remove a dead server's lock file if another program has its process id by now.

        PostgreSQL itself ignores a lock file whose process is gone, but not one whose process id was reused.
        The caller holds the data directory's lock, so a live server can't belong to another command.
        """
        lock = self.directory / "postmaster.pid"
        try:
            number = int(lock.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        until = time.monotonic() + 10
        while (arguments := arguments_of(number)) and str(self.directory) in arguments:
            if time.monotonic() > until:  # PostgreSQL itself will report that it is in use
                return
            time.sleep(0.05)  # a dead command's server on its way out
        if arguments:
            lock.unlink(missing_ok=True)

    async def ready(self, within: float = 30.0) -> None:
        """Wait until the server answers, for up to `within` seconds."""
        import asyncpg

        until = time.monotonic() + within
        while True:
            try:
                connection = await asyncpg.connect(self.dsn(database="postgres"), timeout=5)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self.check_running(error)
                if time.monotonic() > until:
                    raise PostgresFailed(
                        f"PostgreSQL did not answer within {within:g} s ({error}):\n{last_lines(self.log)}"
                    ) from error
                await asyncio.sleep(0.02)
            else:
                await connection.close()
                return

    def check_running(self, error: BaseException | None = None) -> None:
        """Raise when the server has ended."""
        if self.process is not None and self.process.poll() is not None:
            raise PostgresFailed(f"PostgreSQL ended at its start:\n{last_lines(self.log)}") from error

    async def make_roles(self) -> None:
        """Create the three roles and the database, once."""
        import asyncpg

        connection = await asyncpg.connect(self.dsn(database="postgres"))
        try:
            there = await connection.fetchval("SELECT array_agg(rolname) FROM pg_roles")
            for role in ROLES:
                if role not in there:
                    await connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLES[0]}")
        finally:
            await connection.close()

    def stop(self, children: Children, grace: float = 10.0) -> None:
        """A fast shutdown: sessions are cut, the next start needs no recovery."""
        if self.process is None:
            return
        children.stop(self.process, signal.SIGINT, grace, signal.SIGQUIT)
        self.process = None


def refused_user() -> bool:
    """Whether PostgreSQL would refuse to run as this user: as root, and as one that has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_uid == 0
    except KeyError:
        return True


def arguments_of(process: int) -> str:
    """The command line of a running program, or '' when there is none of that number."""
    try:
        if sys.platform == "linux":
            return Path(f"/proc/{process}/cmdline").read_text(errors="replace").replace("\0", " ")
        ended = subprocess.run(["ps", "-o", "args=", "-p", str(process)], capture_output=True, text=True)
        return ended.stdout.strip()
    except OSError:
        return ""
