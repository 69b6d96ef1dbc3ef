"""The whole stack of one machine: started in parallel, watched, stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from docspasta.embedded.directory import DataDirectory
from docspasta.embedded.environment import MODULES, SERVICES, Addresses, Choices, environment_of
from docspasta.embedded.failures import StackFailure
from docspasta.embedded.health import gateway_ready, service_ready
from docspasta.embedded.keys import Keys, load_keys
from docspasta.embedded.leash import Leash
from docspasta.embedded.postgres import EmbeddedPostgres
from docspasta.embedded.process import Process
from docspasta.embedded.valkey import EmbeddedValkey

GRACE = 8.0  # seconds that the four processes have between SIGTERM and SIGKILL


class PortTaken(StackFailure):
    """Another program listens on the port that was asked for."""


class SchemaRefused(StackFailure):
    """The database of the data directory cannot be brought to this version."""


@dataclass
class Stack:
    """One stack on an opened data directory. `kind` is the command that runs it, for those who join."""

    directory: DataDirectory
    choices: Choices = field(default_factory=Choices)
    port: int = 0  # of the gateway; 0 picks a free one
    kind: str = "crawl"
    say: Callable[[str], None] = lambda text: None  # what a person should hear of
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
        self.addresses = Addresses(
            app_dsn=self.postgres.dsn("docspasta_app"),
            tend_dsn=self.postgres.dsn("docspasta_tend"),
            redis_url=self.valkey.url,
            gateway=f"127.0.0.1:{free_port(self.port)}",
            **{service: f"unix:{sockets / service}.sock" for service in SERVICES},
        )
        self.processes = {name: self._process(name) for name in self.modules}
        self._leash = Leash()
        self._watch: asyncio.Task[None] | None = None
        self._stopping = False

    def _process(self, name: str) -> Process:
        address = self.addresses.of(name)
        return Process(
            name=name,
            module=self.modules[name],
            environment=environment_of(name, self.addresses, self.keys, self.choices, os.environ),
            log=self.directory.log(name),
            answers=gateway_ready(address) if name == "gateway" else service_ready(address),
        )

    async def start(self) -> None:
        """Start everything and wait until it is ready.

        Postgres, Valkey and those processes that need no Postgres start at once; the others import while
        Postgres recovers, and start when the schema stands.
        """
        self.valkey.start(self._leash)
        for name in ("gateway", "crawler"):
            self.processes[name].start(self._leash)
        await asyncio.to_thread(self.postgres.make, self._leash)
        self.postgres.start(self._leash)
        await self.postgres.ready()
        await self._prepare_database()
        for name in ("jobs", "processor"):
            self.processes[name].start(self._leash)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.valkey.ready())
            for process in self.processes.values():
                group.create_task(process.ready())
        self._watch = asyncio.create_task(self._keep_running())
        self._publish()

    async def _prepare_database(self) -> None:
        """Roles, database and schema, each made once."""
        import asyncpg

        from docspasta.store.migrate import MigrationError, migrate

        try:
            await self.postgres.make_roles()
            await migrate(self.postgres.dsn("docspasta_owner"))
        except (MigrationError, asyncpg.PostgresError) as error:
            raise SchemaRefused(
                f"The database in {self.directory.path} does not take this version's schema: {error}"
            ) from error

    def _publish(self) -> None:
        """Tell those who join where everything is."""
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

    async def _keep_running(self) -> None:
        """Start again whatever dies, for as long as the stack runs."""
        died = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGCHLD, died.set)
        try:
            while True:
                died.clear()
                await self._revive()
                await died.wait()
        finally:
            loop.remove_signal_handler(signal.SIGCHLD)

    async def _revive(self) -> None:
        """One round: the two servers first, for the processes need them."""
        self._leash.revive()
        if self.postgres.process is not None and self.postgres.process.poll() is not None:
            self.say("PostgreSQL ended unexpectedly; starting it again")
            self._leash.reaped(self.postgres.process)
            self.postgres.start(self._leash)
            self._publish()
        if self.valkey.process is not None and self.valkey.process.poll() is not None:
            self.say("Valkey ended unexpectedly; starting it again")
            self._leash.reaped(self.valkey.process)
            self.valkey.start(self._leash)
            self._publish()
        for process in self.processes.values():
            if process.dead:
                self.say(f"the {process.name} process ended unexpectedly; starting it again")
                await process.start_again(self._leash)
                self._publish()

    async def stop(self) -> None:
        """Stop the four processes, then the servers, and leave nothing running."""
        if self._stopping:
            return
        self._stopping = True
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        for process in self.processes.values():
            process.ask_to_stop()
        await asyncio.gather(*(process.stopped(self._leash, GRACE) for process in self.processes.values()))
        self.valkey.stop(self._leash)
        self.postgres.stop(self._leash)
        self._leash.close()
        self.directory.close()


def free_port(wanted: int) -> int:
    """A port of 127.0.0.1 that is free now: the wanted one, or any for 0."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise PortTaken(f"Port {wanted} is in use ({error.strerror}). Choose another: --port") from error
        port: int = listener.getsockname()[1]
        return port
