"""jobs behind a name whose answers are cached, as in a cluster: replaced under load, nothing is refused."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from tests import stack as stacks
from tests.e2e.drain.conftest import SETTINGS
from tests.e2e.drain.fleet import Fleet, Replica
from tests.e2e.drain.test_rolling_upgrade import LIMITLESS, started
from tests.e2e.drain.watcher import Watcher
from tests.e2e.pipeline.site import Site, serving, tree
from tests.integration.serving.names import NameServer, name_server
from tests.sizes import FULL

CACHED = 3.0  # seconds that an answer is kept, as CoreDNS keeps one for 30
BEFORE_SIGTERM = 3.5  # seconds that a replica serves on, as `preStopSeconds` are 35
LONGEST_SILENCE = 15.0  # seconds without an event; a name that is asked too seldom costs 30
HOSTS = ("127.0.0.1", "127.0.0.2")


class NamedFleet(Fleet):
    """Its jobs replicas share a port and differ in their address; the gateway knows their name alone."""

    names: NameServer
    host = HOSTS[0]

    def target(self, service: str) -> str:
        if service != "jobs":
            return super().target(service)
        return self.names.target("jobs.docs.svc", self.ports["jobs"][0])

    def environment(self, service: str, port: int, health: int, metrics: int) -> dict[str, str]:
        found = super().environment(service, port, health, metrics)
        if service == "jobs":
            found["DOCSPASTA_JOBS_LISTEN"] = f"{self.host}:{self.ports['jobs'][0]}"
        return found

    async def replace_jobs(self) -> int:
        """A replica at the other address; the old one leaves the name, serves on, and then stops."""
        old: Replica = self.running["jobs"]
        self.host = HOSTS[1 - HOSTS.index(self.host)]
        await self.start("jobs")
        await asyncio.sleep(random.uniform(0, CACHED))  # anywhere in the life of the answer that is kept
        leaving = time.monotonic()
        while time.monotonic() - leaving < BEFORE_SIGTERM:
            if time.monotonic() - leaving > CACHED:
                self.names.addresses = [self.host]
            await asyncio.sleep(0.05)
        status, _ = await old.stopped()
        return status


@dataclass
class Asking:
    """Asks for a job, again and again, each time over a new connection."""

    url: str
    token: str
    answers: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
            while True:
                try:
                    async with session.get(self.url) as answer:
                        self.answers[str(answer.status)] += 1
                except (aiohttp.ClientError, OSError) as error:
                    self.answers[repr(error)] += 1
                await asyncio.sleep(0.03)


class TimedWatcher(Watcher):
    """Notes the longest time between two events."""

    longest, seen = 0.0, 0.0

    def dispatch(self, event: dict[str, str]) -> None:
        if "data" in event:
            now = time.monotonic()
            self.longest = max(self.longest, now - (self.seen or now))
            self.seen = now
        super().dispatch(event)


@pytest.mark.skipif(not FULL, reason="replaces jobs three times under load; runs in make test-full")
@pytest.mark.timeout(300)
async def test_jobs_behind_a_cached_name_is_replaced_unnoticed(
    database: stacks.Database, redis_url: str
) -> None:
    site = Site(tree(120), latency=1.0)
    with stacks.short_directory() as directory:
        fleet = NamedFleet(directory, database, redis_url, dict(SETTINGS))
        try:
            async with name_server(HOSTS[0]) as names, serving(site):
                fleet.names = names
                await replaced_under_load(fleet, site)
        finally:
            fleet.close()


async def replaced_under_load(fleet: NamedFleet, site: Site) -> None:
    await fleet.up()
    async with aiohttp.ClientSession(timeout=LIMITLESS) as session:
        links = await started(fleet, session, site)
        gateway = f"http://127.0.0.1:{fleet.running['gateway'].port}"
        watcher = TimedWatcher([gateway], links["stream"], fleet.token(), random.Random(1))
        asking = Asking(gateway + links["self"], fleet.token())
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(asking.run())]
        watching = asyncio.create_task(watcher.run(session))
        statuses = [await fleet.replace_jobs() for _ in range(3)]
        longest = watcher.longest
        site.latency = 0.0
        await asyncio.wait_for(watching, 120)
        for task in tasks:
            task.cancel()
    print(f"answers {asking.answers}, longest silence {longest:.1f} s, connections {watcher.connections}")
    assert statuses == [0, 0, 0], fleet.logs()
    assert set(asking.answers) == {"200"}, asking.answers
    assert longest <= LONGEST_SILENCE
    assert watcher.trouble == [] and watcher.ended == "job_completed" and watcher.resets == 0
