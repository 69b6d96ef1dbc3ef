"""A deterministic web in this process: hosts with latencies, an access log, and crawlers and a processor that
drive the real Lua steps on a virtual clock. Nothing sleeps: events are worked off in order of their time."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise

from docspasta.domain import JobKey
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.hosts import Pace
from docspasta.queues.messages import Fetched, JobCrawl, LeasedUrl, QueuedUrl
from docspasta.urls import host as host_of

LEASE = 30.0
PROCESSOR_LEASE = 60.0
BODY = b"<p>page</p>"


@dataclass(frozen=True)
class Request:
    """A line of the access log, in ms."""

    host: str
    began: float
    ended: float


@dataclass
class World:
    """Time, chance, the access log, and what the record (Postgres) holds."""

    seed: int
    url: str
    shards: int = 4
    ms: int = 1_700_000_000_000
    log: list[Request] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)  # robots.txt's Crawl-delay, s
    latencies: dict[str, tuple[int, int]] = field(default_factory=dict)
    queued: dict[int, QueuedUrl] = field(default_factory=dict)
    ended: dict[int, tuple[int, str]] = field(default_factory=dict)  # page -> when, reason
    takes: Counter[int] = field(default_factory=Counter)
    links: Callable[[QueuedUrl], Sequence[QueuedUrl]] = lambda url: ()
    crawlers: list[Crawler] = field(default_factory=list)
    events: list[tuple[float, int, Callable[[], Awaitable[None]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        print(f"seed {self.seed}")
        self.rng = random.Random(self.seed)
        self.order = count()
        self.queues: Queues
        self.jobs: set[JobKey] = set()

    def clock(self) -> int:
        return self.ms

    async def connect(self, name: str) -> Queues:
        return await open_queues(self.url, name=name, shards=self.shards, pace=Pace(), clock=self.clock)

    def at(self, when: float, act: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self.events, (when, next(self.order), act))

    async def run(self, done: Callable[[], bool], seconds: float) -> None:
        """Work events off until `done`, or fail after so many virtual seconds."""
        until = self.ms + seconds * 1000
        while not done():
            assert self.events, f"nothing is left to happen and {len(self.queued)} pages are queued"
            when, _, act = heapq.heappop(self.events)
            self.ms = max(self.ms, int(when))
            assert self.ms < until, f"{len(self.queued)} pages are still queued: {list(self.queued)[:5]}"
            await act()

    async def open(self, job: JobKey, urls: Sequence[QueuedUrl], **wish: object) -> None:
        """A job and its first pages."""
        self.jobs.add(job)
        await self.queues.frontier.jobs.open(job, JobCrawl(**wish))  # type: ignore[arg-type]
        await self.add(urls)

    async def add(self, urls: Sequence[QueuedUrl]) -> None:
        """The record first, then the frontier, whose doorbell rings the crawlers."""
        new = [url for url in urls if url.page_id not in self.queued and url.page_id not in self.ended]
        self.queued |= {url.page_id: url for url in new}
        if new:
            await self.queues.frontier.add(new)
            for crawler in self.crawlers:
                for url in new:
                    crawler.queues.frontier.due[crawler.queues.frontier.shards.of(host_of(url.url))] = 0
                crawler.wake(self.ms + 1)

    def request(self, host: str, began: float) -> float:
        """One request reaches a host; when it ends."""
        low, high = self.latencies.get(host, (20, 300))
        ended = began + self.rng.uniform(low, high)
        self.log.append(Request(host, began, ended))
        return ended

    async def process(self, most: int = 64, lose: bool = False) -> None:
        """A processor: commit, add what it found, release. `lose`: it is killed before its first commit."""
        while pages := await self.queues.pages.claim(most, 1 << 24, PROCESSOR_LEASE):
            if lose:
                return
            for page in pages:
                if self.queued.pop(page.queued.page_id, None) is not None:
                    self.ended[page.queued.page_id] = self.ms, page.fetched.reason
                    await self.add(self.links(page.queued))
            await self.queues.pages.complete(pages)

    async def tend(self) -> None:
        """A round of tending: reopen, add what is unknown, expire; again in five seconds."""
        frontier = self.queues.frontier
        for job in self.jobs:
            mine = [url for url in self.queued.values() if url.job == job]
            counts = await frontier.jobs.counts(job)
            if counts.state == "":
                await frontier.jobs.open(job, JobCrawl(), recovered=True)
            if counts.total < len(mine):
                known = await frontier.known(mine)
                await frontier.add([url for url in mine if url.page_id not in known])
        await self.queues.pages.expire()
        self.queues.pages.look_everywhere()
        await self.process()
        for crawler in self.crawlers:
            crawler.queues.frontier.look_everywhere()
            crawler.wake(self.ms + 1)
        self.at(self.ms + 5000, self.tend)

    async def close(self) -> None:
        for crawler in self.crawlers:
            await crawler.queues.close()
        await self.queues.close()


@dataclass
class Crawler:
    """A crawler process that is always a little late."""

    world: World
    queues: Queues
    slots: int = 32
    open: int = 0
    alive: bool = True
    woken: float = 0.0
    known: set[str] = field(default_factory=set)

    def wake(self, when: float) -> None:
        """Have a turn at `when`, a few ms late as processes are; an earlier one stands."""
        if self.woken > self.world.ms and self.woken <= when:
            return
        self.woken = when + self.world.rng.uniform(0, 5)
        mark = self.woken
        self.world.at(self.woken, lambda: self.turn(mark))

    async def turn(self, mark: float) -> None:
        if not self.alive or mark != self.woken:
            return
        self.woken = 0.0
        free = self.slots - self.open
        if free <= 0:
            return  # a fetch that ends wakes it
        taken = await self.queues.frontier.claim(free, LEASE)
        for one in taken:
            await self.begin(one)
        wait = min(self.queues.frontier.due) - self.world.ms
        if wait < 10_000:
            self.wake(self.world.ms + max(1.0, wait))

    async def begin(self, taken: LeasedUrl) -> None:
        """Fetch; a host's robots.txt is known to the crawler at its first page."""
        host = host_of(taken.queued.url)
        if host in self.world.delays and host not in self.known:
            self.known.add(host)
            await self.queues.frontier.hosts.set_delay(host, self.world.delays[host])
        self.open += 1
        self.world.takes[taken.queued.page_id] += 1
        ended = self.world.request(host, self.world.ms + taken.start_in * 1000)
        self.world.at(ended, lambda: self.end(taken))

    async def end(self, taken: LeasedUrl) -> None:
        if not self.alive:
            return
        self.open -= 1
        [kept] = await self.queues.frontier.complete([(taken, Fetched(taken.queued.url, 200, body=BODY))])
        if not kept:
            await self.queues.frontier.release([taken])
        self.world.queues.pages.look_everywhere()
        await self.world.process()
        self.wake(self.world.ms + 1)


async def make_world(url: str, seed: int, crawlers: int = 3, slots: int = 32) -> World:
    """A world with crawlers and no jobs."""
    world = World(seed, url)
    world.queues = await world.connect("rest")
    for _ in range(crawlers):
        world.crawlers.append(Crawler(world, await world.connect("crawler"), slots))
    world.at(world.ms + 5000, world.tend)
    return world


def impolite(log: Sequence[Request], delays: dict[str, float], at_once: int = 2) -> list[str]:
    """What the access log shows of hosts asked too fast (0.9 of the delay) or too often at once."""
    found: list[str] = []
    by_host: dict[str, list[Request]] = {}
    for request in log:
        by_host.setdefault(request.host, []).append(request)
    for host, requests in by_host.items():
        requests.sort(key=lambda request: request.began)
        delay = max(0.2, delays.get(host, 0.0)) * 1000
        for one, two in pairwise(requests):
            if two.began - one.began < 0.9 * delay:
                found.append(f"{host}: {two.began - one.began:.0f} ms between starts")
        for at, request in enumerate(requests):
            still = sum(other.ended > request.began for other in requests[:at]) + 1
            if still > at_once:
                found.append(f"{host}: {still} requests at once")
    return found
