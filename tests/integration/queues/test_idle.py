"""Nothing polls: an idle process sends next to nothing, and wakes at once when there is work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import redis

from docspasta.domain import JobKey
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.hosts import Pace
from docspasta.queues.messages import Fetched, JobCrawl, QueuedUrl

JOB = JobKey("ann", "one")
SHARDS = 16


class Process:
    """A crawler or a processor of the real loop's shape; `times` says when it got each page."""

    def __init__(self, queues: Queues) -> None:
        self.queues = queues
        self.times: dict[int, float] = {}

    async def crawl(self) -> None:
        while True:
            taken = await self.queues.frontier.claim(8, 30)
            for one in taken:
                self.times[one.queued.page_id] = time.monotonic() + one.start_in
                await self.queues.frontier.complete([(one, Fetched(one.queued.url, 200, body=b"<p>"))])
            if not taken:
                await self.queues.frontier.wait()

    async def record(self) -> None:
        while True:
            pages = await self.queues.pages.claim(64, 1 << 20, 30)
            for page in pages:
                self.times[page.queued.page_id] = time.monotonic()
            if pages:
                await self.queues.pages.complete(pages)
            else:
                await self.queues.pages.wait()


@pytest.fixture
async def processes(redis_url: str) -> AsyncIterator[tuple[Queues, Process, Process]]:
    """A jobs service, a crawler and a processor that have come to rest."""
    names = ("jobs", "crawler", "processor")
    jobs, *others = [await open_queues(redis_url, name=name, shards=SHARDS, pace=Pace()) for name in names]
    await jobs.frontier.jobs.open(JOB, JobCrawl())
    crawler, processor = (Process(queues) for queues in others)
    tasks = [asyncio.create_task(crawler.crawl()), asyncio.create_task(processor.record())]
    await asyncio.sleep(0)
    with redis.Redis.from_url(redis_url) as admin:
        async with asyncio.timeout(30):
            while admin.pubsub_numsub("docspasta:work", "docspasta:pages") != [
                (b"docspasta:work", 1),
                (b"docspasta:pages", 1),
            ]:
                await asyncio.sleep(0.01)
    async with asyncio.timeout(30):  # both have looked everywhere once more
        while min(crawler.queues.frontier.due) < float("inf") or processor.queues.pages.ready:
            await asyncio.sleep(0.01)
    yield jobs, crawler, processor
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 30)
    for queues in (jobs, *others):
        await queues.close()


SENT = ("evalsha", "eval", "ping", "subscribe", "client|setname")


def commands(url: str) -> int:
    """Commands that the processes have sent; those inside a script are not counted."""
    with redis.Redis.from_url(url) as admin:
        stats = admin.info("commandstats")
    return sum(stats[f"cmdstat_{name}"]["calls"] for name in SENT if f"cmdstat_{name}" in stats)


async def test_idle_processes_send_next_to_nothing(
    processes: tuple[Queues, Process, Process], redis_url: str
) -> None:
    before, began = commands(redis_url), time.monotonic()
    await asyncio.sleep(4)
    sent = commands(redis_url) - before
    assert sent <= 5 * (time.monotonic() - began)  # both together


async def test_new_work_wakes_a_crawler_and_a_result_a_processor(
    processes: tuple[Queues, Process, Process],
) -> None:
    jobs, crawler, processor = processes
    for page in range(1, 11):
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await jobs.frontier.add([QueuedUrl(JOB, page, f"https://h{page}.example/", "t")])
        async with asyncio.timeout(30):
            while page not in processor.times:
                await asyncio.sleep(0.001)
        assert crawler.times[page] - began < 7, "without a ring it would look again after 10 s"


async def test_the_next_start_is_waited_for_without_asking(
    processes: tuple[Queues, Process, Process], redis_url: str
) -> None:
    """Ten pages of one host: a few steps each, and the pace is kept."""
    jobs, crawler, _ = processes
    before = commands(redis_url)
    await jobs.frontier.add([QueuedUrl(JOB, page, f"https://docs.example/{page}", "t") for page in range(10)])
    async with asyncio.timeout(30):
        while len(crawler.times) < 10:
            await asyncio.sleep(0.01)
    starts = sorted(crawler.times.values())
    assert commands(redis_url) - before <= 10 * 8
    # This process times the starts, and the machine may stop it; the pace has its proof in contracts.
    assert 9 * 0.2 / 2 <= starts[-1] - starts[0] <= 9 * 0.2 + 15
