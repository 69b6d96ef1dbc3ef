"""A stack as a small cluster runs it: jobs, gateway, two crawlers, two processors, Valkey, Postgres with
fsync. Real processes, on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from bench import processes
from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from tests import stack as stacks
from tests.e2e.drain.fleet import Fleet, fleet_of
from tests.ports import free_port

SERVICES = ("jobs", "gateway", "crawler", "crawler", "processor", "processor")
POSTGRES = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "128MB"}


@dataclass
class Stack:
    """`web` is the port of the generated sites."""

    fleet: Fleet
    server: stacks.PostgresServer
    valkey: stacks.ValkeyServer
    web: int
    sites: subprocess.Popen[str]

    def token(self, user: str) -> str:
        """An hour's token of a user."""
        signer = Signer.from_pem(self.fleet.keys["LOCAL_KEY"], LOCAL_ISSUER)
        return signer.sign(user, ("read", "write"), 6 * 3600, time.time())

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.fleet.running['gateway'].port}"

    def pids(self) -> dict[str, list[int]]:
        """Processes by what they are."""
        found = {"postgres": [self.server.pid], "valkey": [self.valkey.pid], "sites": [self.sites.pid]}
        for one in self.fleet.started:
            found.setdefault(one.service, []).append(one.process.pid)
        return found

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each so far."""
        return {name: processes.cpu(pids) for name, pids in self.pids().items()}


@contextlib.contextmanager
def generated_sites(port: int) -> Iterator[subprocess.Popen[str]]:
    """The process that serves them; who ends its stdin gets what was asked for."""
    command = [sys.executable, "-m", "bench.generated_sites", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.asynccontextmanager
async def two_of_each(**settings: str) -> AsyncIterator[Stack]:
    """The stack while the block lasts. Settings are DOCSPASTA_* names without their prefix."""
    web = free_port()
    own = {
        "CRAWLER_PORTS": f"80,443,{web}",
        "ALLOW_PRIVATE": "127.0.0.0/8",
        "GATEWAY_REQUESTS_PER_SECOND": "0",
        "FRONTIER_PAUSE": "1",
        "LOG_LEVEL": "warning",
    }
    with contextlib.ExitStack() as opened:
        server = await asyncio.to_thread(opened.enter_context, stacks.running_postgres(**POSTGRES))
        valkey = await asyncio.to_thread(opened.enter_context, stacks.running_valkey())
        await stacks.make_template(server)
        database = await stacks.create_database(server)
        fleet = opened.enter_context(fleet_of(database, valkey.url, **{**own, **settings}))
        sites = opened.enter_context(generated_sites(web))
        for service in SERVICES:
            await fleet.start(service)
        yield Stack(fleet, server, valkey, web, sites)
