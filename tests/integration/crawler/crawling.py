"""A crawler's parts on a real Valkey, and a drain that stands in for nothing: it reads the pages queue."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from docspasta.domain import JobKey, PageKind
from docspasta.egress.addresses import allowance
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.frontier import Pace
from docspasta.queues.messages import Fetched, JobCrawl, QueuedUrl, WaitingPage
from services.crawler.exchange import ByHand, Exchange
from services.crawler.fetch import Fetcher
from services.crawler.requester import NO_HEADERS
from services.crawler.robots import RobotsVerdicts
from services.crawler.visit import Outcome, Visit, Visitor
from services.crawler.worker import Headers, Worker

BODY = 10 * 1024 * 1024
_page_ids = itertools.count(1)


@dataclass
class Crawling:
    """One crawler process's parts, and what it handed on."""

    queues: Queues
    egress: Egress
    visitor: Visitor
    worker: Worker
    results: dict[int, Fetched] = field(default_factory=dict)
    handed: list[WaitingPage] = field(default_factory=list)

    async def open(self, job: JobKey, crawl: JobCrawl | None = None) -> None:
        await self.queues.frontier.jobs.open(job, crawl or JobCrawl())

    async def add(self, job: JobKey, *urls: str, kind: PageKind = PageKind.PAGE) -> list[int]:
        """Queue URLs; their page ids."""
        queued = [QueuedUrl(job, next(_page_ids), url, "ticket", kind) for url in urls]
        await self.queues.frontier.add(queued)
        return [one.page_id for one in queued]

    async def by_hand(self, visit: Visit) -> Outcome:
        """A visit that nobody queued, as FetchPages makes it."""
        async with ByHand(self.queues.frontier) as tokens:
            return await self.visitor.visit(visit, tokens)

    async def drain(self) -> None:
        """Read the pages queue for ever."""
        while True:
            pages = await self.queues.pages.claim(64, 1 << 26, 60.0)
            for page in pages:
                self.handed.append(page)
                self.results[page.queued.page_id] = page.fetched
            if pages:
                await self.queues.pages.complete(pages)
            else:
                await self.queues.pages.wait(1.0)

    async def fetched(self, *ids: int, seconds: float = 20.0) -> list[Fetched]:
        """The results of these pages, once they are there."""
        async with asyncio.timeout(seconds):
            while not all(one in self.results for one in ids):
                await asyncio.sleep(0.01)
        return [self.results[one] for one in ids]

    async def of(
        self, job: JobKey, *urls: str, kind: PageKind = PageKind.PAGE, seconds: float = 20.0
    ) -> list[Fetched]:
        """Queue URLs and wait for their results."""
        return await self.fetched(*await self.add(job, *urls, kind=kind), seconds=seconds)


@asynccontextmanager
async def crawling(
    redis_url: str,
    *,
    pace: Pace | None = None,
    allow: str = "127.0.0.0/8",
    ports: frozenset[int] | None = None,
    slots: int = 16,
    lease: float = 5.0,
    headers: Headers = lambda taken: NO_HEADERS,
    egress: Egress | None = None,
    draining: bool = True,
    total: float = 30.0,
) -> AsyncIterator[Crawling]:
    """A crawler that runs until the block ends, with every loopback port open to it."""
    ports = ports or frozenset(range(1, 65536))
    queues = await open_queues(redis_url, name="crawler", shards=1, pace=pace or Pace(0, 8, 0, 8, 64))
    egress = egress or Egress(EgressSettings(ports=ports, allow=allowance(allow)))
    frontier = queues.frontier
    exchange = Exchange(frontier, egress, Fetcher(egress))
    visitor = Visitor(exchange, RobotsVerdicts(frontier, exchange), BODY, total)
    worker = Worker(frontier, visitor, headers, slots=slots, lease=lease)
    made = Crawling(queues, egress, visitor, worker)
    tasks = [asyncio.create_task(worker.run())]
    if draining:
        tasks.append(asyncio.create_task(made.drain()))
    try:
        yield made
    finally:
        worker.stop()
        await asyncio.wait_for(tasks[0], 30)
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await egress.close()
        await queues.close()
