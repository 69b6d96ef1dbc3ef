"""Many clients of many jobs while gateways are replaced twice: no event may be lost, and memory goes back.

    python -m bench.rolled_streams                      400 clients of 20 jobs, a minute
    python -m bench.rolled_streams --clients 10000 --jobs 500 --seconds 600

Real jobs and gateway processes; the pages' results are recorded as processors record them. Every client holds
what it was told, comes back with its last id as a browser does, and is compared with the record at the end:
events that are missing, come twice or out of turn are counted. Memory is private bytes (USS) of jobs and of
the gateway: before the clients, at most, and after the last has left.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import time
from dataclasses import dataclass, field

import psutil

from tests import stack as stacks
from tests.integration.watch.installation import Crawl, Installation, Records, Service, installed
from tests.integration.watch.sse import Follower, follow

USERS = 50
BATCH = 3  # pages of a commit
COMMIT_EVERY = 30.0  # seconds between two commits of a job
RETURN = (0.5, 2.5)  # seconds until a client comes back, as `retry:` asks
LEFT = 12.0  # seconds in which a process forgets jobs that nobody watches
AT_ONCE = 200  # clients that connect at once
AGAIN = (OSError, asyncio.IncompleteReadError)


@dataclass
class Fleet:
    """The gateways that answer, newest last, and the most memory of each kind, bytes."""

    installation: Installation
    answering: list[Service] = field(default_factory=list)
    most: dict[str, int] = field(default_factory=dict)

    def memory(self) -> dict[str, int]:
        """Private bytes now, of jobs and of the newest gateway."""
        pids = {"jobs": self.installation.jobs[0].pid, "gateway": self.answering[-1].pid}
        found = {name: int(psutil.Process(pid).memory_full_info().uss) for name, pid in pids.items()}
        self.most = {name: max(value, self.most.get(name, 0)) for name, value in found.items()}
        return found

    async def add(self) -> None:
        """Another gateway, once it is ready."""
        service = self.installation.add_gateway(GRACE="20")
        while (await asyncio.to_thread(self.installation.get, service, "/readyz"))[0] != 200:
            await asyncio.sleep(0.1)
        self.answering.append(service)

    async def roll(self) -> float:
        """Replace the gateway; seconds until the old one has sent its clients away."""
        await self.add()
        old, began = self.answering.pop(0), time.monotonic()
        status = await asyncio.to_thread(old.stop, within=60)
        assert status == 0, f"the gateway ended with {status}"
        return time.monotonic() - began


@dataclass
class Client:
    """One browser: it follows a job to its end over any number of connections."""

    crawl: Crawl
    token: str
    follower: Follower = field(default_factory=Follower)
    connections: int = 0

    async def run(self, fleet: Fleet, turn: asyncio.Semaphore) -> None:
        """Come back until the terminal event was seen; at first wait for a turn to connect."""
        async with turn:
            await asyncio.sleep(0.1)
        while self.follower.ended is None:
            self.connections += 1
            address = random.choice(fleet.answering).address
            try:
                status = await follow(address, self.crawl.job_id, self.token, self.follower)
            except AGAIN:
                status = 0
            assert status in (0, 200), status
            if self.follower.ended is None:
                await asyncio.sleep(random.uniform(*RETURN))


async def committed(crawl: Crawl, seconds: float) -> None:
    """Record a job's pages over so many seconds, then its end."""
    until = time.monotonic() + seconds
    await asyncio.sleep(random.uniform(0, min(COMMIT_EVERY, seconds)))
    while time.monotonic() < until and len(crawl.queued) > BATCH:
        await crawl.advance(BATCH, random.Random(len(crawl.queued)))
        await asyncio.sleep(COMMIT_EVERY)
    await crawl.finish()


async def rolled(fleet: Fleet, clients: list[Client], crawls: list[Crawl], seconds: float) -> None:
    """All clients and all commits; two rolls, a third and two thirds through."""
    turn = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(client.run(fleet, turn))
        for crawl in crawls:
            group.create_task(committed(crawl, seconds))
        for _ in range(2):
            await asyncio.sleep(seconds / 3)
            fleet.memory()
            print(f"a gateway was replaced within {await fleet.roll():.1f} s", flush=True)


async def run(installation: Installation, clients: int, jobs: int, seconds: float) -> list[str]:
    """Everything; what went wrong, as sentences."""
    fleet = Fleet(installation)
    await fleet.add()
    async with Records.of(installation) as records:
        await rolled_once(fleet, await records.crawl(1, "user0"))
        pages = int(seconds / COMMIT_EVERY + 2) * BATCH
        users = [f"user{at % USERS}" for at in range(jobs)]
        crawls = [await records.crawl(pages, user) for user in users]
        tokens = {user: installation.token(user, 4 * 3600) for user in users}
        made = [Client(crawls[at % jobs], tokens[users[at % jobs]]) for at in range(clients)]
        before, began = fleet.memory(), time.monotonic()
        await rolled(fleet, made, crawls, seconds)
        print(f"{clients} clients of {jobs} jobs, {time.monotonic() - began:.0f} s")
        await asyncio.sleep(LEFT)
        told(before, fleet.most, fleet.memory())
        truths = {crawl.job_id: await crawl.truth() for crawl in crawls}
    events, connections = sum(one.follower.events for one in made), sum(one.connections for one in made)
    print(f"{events} events over {connections} connections")
    return [text for client in made for text in client.follower.differences(truths[client.crawl.job_id])]


def told(before: dict[str, int], most: dict[str, int], after: dict[str, int]) -> None:
    """Print the memory of both."""
    for name in before:
        texts = [f"{value[name] / 2**20:.1f}" for value in (before, most, after)]
        print(f"{name}: {' -> '.join(texts)} MiB before, at most, after")


async def rolled_once(fleet: Fleet, crawl: Crawl) -> None:
    """One client of one job, so that everything was used once."""
    client = Client(crawl, fleet.installation.token("user0"))
    async with asyncio.TaskGroup() as group:
        group.create_task(client.run(fleet, asyncio.Semaphore(1)))
        group.create_task(committed(crawl, 1))
    await asyncio.sleep(LEFT)


def main() -> None:
    """The command line; exit status 1 when an event was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with stacks.running_postgres() as server, stacks.running_valkey() as valkey:
        asyncio.run(stacks.make_template(server))
        with installed(server, valkey.url) as installation:
            installation.add_jobs()
            wrong = asyncio.run(run(installation, given.clients, given.jobs, given.seconds))
    print(f"{len(wrong)} events lost or wrong {wrong[:5]}")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
