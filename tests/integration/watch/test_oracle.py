"""The database is the oracle: whatever is committed, dropped, killed or restarted, clients converge to it."""

from __future__ import annotations

import asyncio
import copy
import itertools
import os
import random
import time

import pytest

from docspasta.store.epoch import epoch
from tests.sizes import size
from tests.stack import running_valkey

from .installation import Crawl, Installation, Records, Service, installed
from .sse import Follower, follow

SEED = int(os.environ.get("DOCSPASTA_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
CLIENTS = 4
CONVERGED = 60.0  # seconds; the slow poll behind a dropped bell is the longest wait in here
STEPS = {
    "commit": 10,
    "commit without a ring": 3,
    "commit with a late ring": 2,
    "pause and resume": 2,
    "cancel": 0.5,
    "finish": 0.5,
    "kill a gateway": 1,
    "kill jobs": 1,
    "restart Valkey": 1,
    "new epoch": 1,
    "come back from the past": 4,
    "newcomer": 2,
}


class Client:
    """One that follows a job for ever, each time through another gateway."""

    def __init__(self, world: World, crawl: Crawl, follower: Follower) -> None:
        self.follower = follower
        self.task = asyncio.create_task(self._follow(world, crawl))

    async def _follow(self, world: World, crawl: Crawl) -> None:
        while self.follower.ended is None:
            address = world.chance.choice(world.installation.gateways).address
            try:
                status = await follow(address, crawl.job_id, world.token, self.follower)
            except (OSError, asyncio.IncompleteReadError):
                status = 0
            assert status in (0, 200, 204), status
            if status == 204:
                return
            await asyncio.sleep(0.05)

    async def converged(self, crawl: Crawl) -> None:
        """Wait until what is held is what the database holds."""
        until = time.monotonic() + CONVERGED
        while differences := self.follower.differences(await crawl.truth()):
            if self.follower.wrong or time.monotonic() > until:
                raise AssertionError(f"DOCSPASTA_TEST_SEED={SEED}: {differences[:5]}")
            if self.task.done():
                self.task.result()
            await asyncio.sleep(0.02)


class World:
    """One job at a time, its clients, and what is done to them."""

    def __init__(self, installation: Installation, records: Records, valkey, seed: int) -> None:
        self.installation, self.records, self.valkey = installation, records, valkey
        self.chance, self.token = random.Random(seed), installation.token()
        self.clients: list[Client] = []
        self.past: list[Follower] = []
        self.log: list[str] = []
        self.crawl: Crawl

    async def begin(self) -> None:
        """A new job, watched from its first moment."""
        await self.let_go()
        self.crawl = await self.records.crawl(self.chance.randint(30, 900))
        self.past = []
        self.clients = [Client(self, self.crawl, Follower()) for _ in range(CLIENTS)]

    async def let_go(self) -> None:
        """Cut every client."""
        for client in self.clients:
            client.task.cancel()
        await asyncio.gather(*(client.task for client in self.clients), return_exceptions=True)
        self.clients = []

    async def step(self, name: str) -> None:
        """Do one thing, then see every client converge."""
        self.log.append(name)
        await getattr(self, name.replace(" ", "_"))()
        await asyncio.gather(*(client.converged(self.crawl) for client in self.clients))
        if self.chance.random() < 0.3:
            self.past.append(copy.deepcopy(self.chance.choice(self.clients).follower))
        if (await self.crawl.truth())["state"] in ("completed", "cancelled"):
            await self.come_back_from_the_past()
            await asyncio.gather(*(client.converged(self.crawl) for client in self.clients))
            await self.begin()

    async def commit(self) -> None:
        await self.crawl.advance(self.chance.choice([1, 1, 3, 20, 60]), self.chance)

    async def commit_without_a_ring(self) -> None:
        self.records.rings = False
        await self.commit()
        self.records.rings = True

    async def commit_with_a_late_ring(self) -> None:
        await self.commit_without_a_ring()
        await self.records.ring(self.crawl.key, 1)  # says nothing true about the version: nobody may care

    async def pause_and_resume(self) -> None:
        await self.crawl.pause()
        if self.chance.random() < 0.5:
            await self.commit()
        await self.crawl.resume()

    async def cancel(self) -> None:
        await self.crawl.cancel()

    async def finish(self) -> None:
        await self.crawl.finish()

    async def kill_a_gateway(self) -> None:
        await self._restart(self.chance.choice(self.installation.gateways))

    async def kill_jobs(self) -> None:
        await self._restart(self.chance.choice(self.installation.jobs))

    async def _restart(self, service: Service) -> None:
        await asyncio.to_thread(service.kill)
        await self.commit()
        service.start()

    async def restart_Valkey(self) -> None:
        await asyncio.to_thread(self.valkey.server.stop, self.valkey.children)
        await self.commit_without_a_ring()
        self.valkey.server.start(self.valkey.children)
        await self.valkey.server.ready()
        await self.commit()

    async def new_epoch(self) -> None:
        """A dump was restored, say: versions go on as if nothing had been."""
        await epoch(self.installation.database.superuser_dsn, new=True)
        await self.commit()

    async def come_back_from_the_past(self) -> None:
        """Somebody who was away since an earlier step."""
        for follower in self.past[-2:]:
            self._another(copy.deepcopy(follower))

    async def newcomer(self) -> None:
        self._another(Follower())

    def _another(self, follower: Follower) -> None:
        if len(self.clients) >= 2 * CLIENTS:
            self.clients.pop(0).task.cancel()
        self.clients.append(Client(self, self.crawl, follower))


@pytest.fixture(scope="module")
def world_of(postgres_server):
    """Two gateways over two jobs processes, and a Valkey that may be restarted."""
    with running_valkey() as valkey, installed(postgres_server, valkey.url) as made:
        for _ in range(2):
            made.add_gateway(made.add_jobs(JOBS_POLL_INTERVAL="0.5"))
        made.ready()
        yield made, valkey


@pytest.mark.timeout(1200)
async def test_clients_converge_to_the_database(world_of):
    print(f"DOCSPASTA_TEST_SEED={SEED}")
    installation, valkey = world_of
    async with Records.of(installation) as records:
        world = World(installation, records, valkey, SEED)
        await world.begin()
        names = world.chance.choices(list(STEPS), list(STEPS.values()), k=size("steps of the oracle"))
        try:
            for name in itertools.chain(
                names, ["kill jobs", "new epoch", "restart Valkey", "kill a gateway"]
            ):
                await world.step(name)
        except BaseException:
            print("steps:", ", ".join(world.log))
            raise
        finally:
            await world.let_go()
