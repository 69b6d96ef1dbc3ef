"""The whole stack of one machine: started in parallel, supervised, stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from docspasta.chromium import find
from docspasta.embedded.children import Children
from docspasta.embedded.directory import DataDirectory
from docspasta.embedded.environment import (
    LOOPBACK,
    MODULES,
    NO_BROWSER,
    RENDERER,
    SERVICES,
    Addresses,
    Choices,
    environment_of,
    preloading,
)
from docspasta.embedded.failures import StackFailure
from docspasta.embedded.health import gateway_ready, service_ready
from docspasta.embedded.keys import Keys, load_keys
from docspasta.embedded.postgres import EmbeddedPostgres
from docspasta.embedded.process import Process
from docspasta.embedded.valkey import EmbeddedValkey
from docspasta.modules import module_of

GRACE = 8.0  # seconds that the four processes have between SIGTERM and SIGKILL


class PortTaken(StackFailure):
    """Another program listens on the port that was asked for."""


class NotOurAddress(StackFailure):
    """The address to listen on is not one of this machine."""


class SchemaRefused(StackFailure):
    """The database in the data directory can't be migrated to this version."""


@dataclass
class Stack:
    """One stack on an opened data directory. `kind` is the command that runs it, told to those who join."""

    directory: DataDirectory
    choices: Choices = field(default_factory=Choices)
    port: int = 0  # of the gateway; 0 picks a free one
    kind: str = "crawl"
    say: Callable[[str], None] = lambda text: None  # prints a message for the person
    postgres_settings: dict[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=lambda: MODULES)

    def __post_init__(self) -> None:
        sockets = self.directory.sockets
        log = self.directory.log
        self.keys: Keys = load_keys(self.directory.keys)
        self.postgres = EmbeddedPostgres(
            self.directory.postgres, sockets, log("postgres"), self.postgres_settings
        )
        self.valkey = EmbeddedValkey(self.directory.valkey, sockets / "valkey.sock", log("valkey"))
        chromium = os.environ.get("DOCSPASTA_RENDERER_CHROMIUM", "")
        self.draws = chromium != NO_BROWSER and bool(find(chromium))
        self.addresses = Addresses(
            app_dsn=self.postgres.dsn("docspasta_app"),
            maintenance_dsn=self.postgres.dsn("docspasta_tend"),
            redis_url=self.valkey.url,
            gateway=f"127.0.0.1:{free_port(self.port, self.choices.host)}",
            **{service: f"unix:{sockets / service}.sock" for service in SERVICES},
            renderer=f"unix:{sockets / RENDERER}.sock" if self.draws else "",
        )
        modules = {**self.modules, **({RENDERER: module_of(RENDERER)} if self.draws else {})}
        self.processes = {name: self._process(name, module) for name, module in modules.items()}
        self._children = Children()
        self._watch: asyncio.Task[None] | None = None
        self._stopping = False

    def _process(self, name: str, module: str) -> Process:
        address = self.addresses.of(name)
        return Process(
            name=name,
            module=module,
            environment=environment_of(name, self.addresses, self.keys, self.choices, os.environ),
            log=self.directory.log(name),
            answers=gateway_ready(address) if name == "gateway" else service_ready(address),
        )

    async def start(self) -> None:
        """Start everything and wait until it is ready.

        Postgres, Valkey and the processes that need no Postgres start at once. The others start once the
        schema is migrated.
        """
        self._children.preload(
            [process.module for process in self.processes.values()],
            log=self.directory.log("preload"),
            environment=preloading(self.directory.path, os.environ),
        )
        self.valkey.start(self._children)
        await asyncio.gather(self._start_postgres(), self._start("gateway", "crawler"))
        await self._start("jobs", "processor")
        async with asyncio.TaskGroup() as group:
            group.create_task(self.valkey.ready())
            for name, process in self.processes.items():
                if name != RENDERER:  # nobody waits for it until a page needs it
                    group.create_task(process.ready())
        if self.draws:  # behind the others, so that it takes no time from the start
            await self._start(RENDERER)
        self._watch = asyncio.create_task(self._supervise())
        self._publish()

    async def _start(self, *names: str) -> None:
        for name in names:
            await self.processes[name].start(self._children)

    async def _start_postgres(self) -> None:
        await asyncio.to_thread(self.postgres.make, self._children)
        self.postgres.start(self._children)
        await self.postgres.ready()
        await self._prepare_database()

    async def _prepare_database(self) -> None:
        """Create roles, database and schema, each once."""
        import asyncpg

        from docspasta.store.migrate import MigrationError, migrate

        try:
            await self.postgres.make_roles()
            await migrate(self.postgres.dsn("docspasta_owner"))
        except (MigrationError, asyncpg.PostgresError) as error:
            raise SchemaRefused(
                f"The database in {self.directory.path} can't be migrated to this version: {error}"
            ) from error

    def _publish(self) -> None:
        """Publish where everything is, for commands that join."""
        servers = {"postgres": self.postgres.process, "valkey": self.valkey.process}
        self.directory.write_state(
            {
                "ready": True,
                "kind": self.kind,
                "gateway": f"http://{self.addresses.gateway}",
                "addresses": {service: self.addresses.of(service) for service in SERVICES},
                "processes": {
                    **{name: process.process for name, process in self.processes.items()},
                    **{name: running.pid if running else 0 for name, running in servers.items()},
                },
            }
        )

    async def _supervise(self) -> None:
        """Restart whatever dies, as long as the stack runs."""
        died = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGCHLD, died.set)
        try:
            while True:
                died.clear()
                await self._restart_exited()
                for process in self.processes.values():
                    process.when_ended(died.set)
                await died.wait()
        finally:
            loop.remove_signal_handler(signal.SIGCHLD)

    async def _restart_exited(self) -> None:
        """One round. The two servers come first, because the processes need them."""
        self._children.restart_watchdog()
        if self.postgres.process is not None and self.postgres.process.poll() is not None:
            self.say("PostgreSQL ended unexpectedly; restarting it")
            self._children.forget(self.postgres.process)
            self.postgres.start(self._children)
            self._publish()
        if self.valkey.process is not None and self.valkey.process.poll() is not None:
            self.say("Valkey ended unexpectedly; restarting it")
            self._children.forget(self.valkey.process)
            self.valkey.start(self._children)
            self._publish()
        for process in self.processes.values():
            if process.exited:
                self.say(f"the {process.name} process ended unexpectedly; restarting it")
                await process.restart(self._children)
                self._publish()

    async def stop(self) -> None:
        """Stop the four processes, then the servers. Nothing keeps running."""
        if self._stopping:
            return
        self._stopping = True
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        for process in self.processes.values():
            process.terminate()
        await asyncio.gather(*(process.stop(self._children, GRACE) for process in self.processes.values()))
        self.valkey.stop(self._children)
        self.postgres.stop(self._children)
        self._children.close()
        self.directory.close()


def free_port(wanted: int, host: str = LOOPBACK) -> int:
    """A port of an address that is free now: the wanted one, or any if 0."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, wanted))
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise NotOurAddress(f"--host {host} is no IPv4 address of this machine.") from error
            raise PortTaken(f"Port {wanted} is in use ({error.strerror}). Choose another: --port") from error
        port: int = listener.getsockname()[1]
        return port
