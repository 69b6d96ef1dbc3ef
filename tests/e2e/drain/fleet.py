"""The four processes as a cluster runs them: several replicas, replaced one by one, each by SIGTERM.

Every service has two places (ports); its clients know both, as they would know all addresses of a headless
Service. A roll starts the new replica, waits until it is ready, and then tells the old one to stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docspasta.identity.installation import LOCAL_ISSUER, fresh_keys
from docspasta.identity.tokens import Signer
from docspasta.serving.probes import ask
from tests import stack as stacks
from tests.ports import free_port

SERVICES = ("jobs", "crawler", "processor", "gateway")
MODULES = {name: f"services.{name}" for name in SERVICES[:3]} | {"gateway": "gateway"}
SECRETS = {
    "jobs": ("SIGNING_KEY", "SEALING_KEY", "TICKET_KEY"),
    "crawler": ("SEALING_KEY",),
    "processor": ("TICKET_KEY",),
    "gateway": ("ANONYMOUS_KEY",),
}
DOCKERFILE = Path(__file__).parents[3] / "deploy" / "Dockerfile"
IMAGE = dict(re.findall(r"^ +((?:GRPC|MALLOC)_\w+|PYTHONUNBUFFERED)=(\S+)", DOCKERFILE.read_text(), re.M))
GRACE = 6.0  # seconds; the chart's default is 25


@dataclass
class Replica:
    """One process. `port` is what it serves on."""

    service: str
    port: int
    health: int
    metrics: int
    process: subprocess.Popen[bytes]
    log: Path

    async def until_ready(self, within: float = 150) -> None:
        """Wait as a kubelet does, by its readiness probe."""
        until = time.monotonic() + within
        while not await ask(f"127.0.0.1:{self.health}", "readiness"):
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"{self.service} is not ready:\n{self.log.read_text()[-3000:]}")
            await asyncio.sleep(0.05)

    async def stopped(self) -> tuple[int, float]:
        """SIGTERM it; its exit status and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        while self.process.poll() is None:
            if time.monotonic() - began > GRACE + 30:
                raise AssertionError(
                    f"{self.service} did not end in its grace:\n{self.log.read_text()[-3000:]}"
                )
            await asyncio.sleep(0.02)
        return self.process.returncode, time.monotonic() - began


@dataclass
class Fleet:
    """`settings` are DOCSPASTA_* names without their prefix, for all services."""

    directory: Path
    database: stacks.Database
    redis_url: str
    settings: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=fresh_keys)
    running: dict[str, Replica] = field(default_factory=dict)
    started: list[Replica] = field(default_factory=list)
    ports: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = {name: [free_port(), free_port()] for name in SERVICES}

    def target(self, service: str) -> str:
        """What clients of a service know: both of its places."""
        return "ipv4:" + ",".join(f"127.0.0.1:{port}" for port in self.ports[service])

    def environment(self, service: str, port: int, health: int, metrics: int) -> dict[str, str]:
        own = {
            f"{service.upper()}_LISTEN": f"127.0.0.1:{port}",
            "HEALTH_LISTEN": f"127.0.0.1:{health}",
            "METRICS_LISTEN": f"127.0.0.1:{metrics}",
            "IDENTITY_ISSUERS": self.keys["DOCSPASTA_IDENTITY_ISSUERS"],
            "GRACE": str(GRACE),
            "FRONTIER_SHARDS": "2",
            **{name: self.keys[f"DOCSPASTA_{name}"] for name in SECRETS[service]},
        }
        if service != "gateway":
            own["REDIS_URL"] = self.redis_url
        if service in ("jobs", "processor"):
            own["POSTGRES_DSN"] = self.database.app_dsn
        if service == "jobs":
            own["POSTGRES_MAINTENANCE_DSN"] = self.database.maintenance_dsn
        if service == "gateway":
            own |= {f"{name.upper()}_ADDRESS": self.target(name) for name in SERVICES[:3]}
        return {f"DOCSPASTA_{name}": value for name, value in {**own, **self.settings}.items()}

    def launch(self, service: str) -> Replica:
        """A new replica, at the place where none runs, not ready yet."""
        old = self.running.get(service)
        port = next(port for port in self.ports[service] if old is None or port != old.port)
        health, metrics = free_port(), free_port()
        log = self.directory / f"{service}-{len(self.started)}.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", MODULES[service]],
                env={**os.environ, **IMAGE, **self.environment(service, port, health, metrics)},
                stdout=file,
                stderr=file,
            )
        replica = Replica(service, port, health, metrics, process, log)
        self.started.append(replica)
        return replica

    async def start(self, service: str) -> Replica:
        """A new replica, at the place where none runs; returns when it is ready."""
        replica = self.launch(service)
        await replica.until_ready()
        self.running[service] = replica
        return replica

    async def up(self) -> None:
        """All four, each ready."""
        for service in SERVICES:
            await self.start(service)

    async def roll(self, service: str) -> tuple[int, float]:
        """Replace the running replica, as a rolling upgrade does; the old one's exit status and seconds."""
        old = self.running[service]
        await self.start(service)
        return await old.stopped()

    def gateways(self) -> list[str]:
        """Addresses at which a gateway may answer."""
        return [f"http://127.0.0.1:{port}" for port in self.ports["gateway"]]

    def token(self) -> str:
        signer = Signer.from_pem(self.keys["LOCAL_KEY"], LOCAL_ISSUER)
        return signer.sign("local", ("read", "write", "admin"), 3600, time.time())

    def logs(self) -> str:
        """The last lines of every process, for a failed test."""
        return "\n".join(f"== {one.log.name}\n{one.log.read_text()[-1500:]}" for one in self.started)

    def close(self) -> None:
        for one in self.started:
            if one.process.poll() is None:
                one.process.kill()
            one.process.wait()


@contextlib.contextmanager
def fleet_of(database: stacks.Database, redis_url: str, **settings: str) -> Iterator[Fleet]:
    """A fleet without processes, gone with the block."""
    with stacks.short_directory() as directory:
        fleet = Fleet(directory, database, redis_url, settings)
        try:
            yield fleet
        finally:
            fleet.close()
