"""The figure that crawlers scale on: URLs that could be taken now. Real Valkey, the chart's arithmetic."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

import pytest

from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.figures import read_figures
from docspasta.queues.hosts import Pace
from tests.contracts.frontier.driver import Clock, Crawl
from tests.contracts.frontier.servers import Server
from tests.sizes import size
from tests.unit.chart import helm

SHARDS = 16


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def queues(redis_url: str, clock: Clock) -> AsyncIterator[Queues]:
    made = await open_queues(redis_url, name="scaling", shards=SHARDS, pace=Pace(), clock=clock)
    yield made
    await made.close()


@pytest.fixture
def crawl(queues: Queues, clock: Clock, redis_url: str) -> Crawl:
    return Crawl(queues, clock, Server(redis_url, False))


async def due(queues: Queues) -> int:
    figures = await read_figures(queues.frontier.shards, Pace().max_concurrency)
    return figures.due_urls


def crawlers(due_urls: int, taken: int) -> int:
    """What KEDA's HPA would ask for, within the chart's bounds."""
    scaled = helm.named(helm.rendered("keda"), "ScaledObject", "-crawler")["spec"]
    wanted = math.ceil((due_urls + taken) / int(scaled["triggers"][0]["metadata"]["threshold"]))
    return int(min(max(wanted, scaled["minReplicaCount"]), scaled["maxReplicaCount"]))


async def test_one_paced_host_needs_no_second_crawler(crawl: Crawl, queues: Queues, clock: Clock) -> None:
    """However long its queue is, at every moment of its crawl."""
    job = await crawl.job()
    urls = size("URLs of one paced host")
    for _ in range(0, urls, 1000):
        await crawl.add(job, 1000)
    clock.pass_seconds(60)
    seen = []
    for _ in range(20):
        before = await due(queues)
        taken = await crawl.take()
        between = await due(queues)
        seen += [crawlers(before, 0), crawlers(between, len(taken))]
        await crawl.finish(taken)
        await crawl.record()
        clock.pass_seconds(0.2)
    assert max(seen) == 1
    assert await due(queues) in (1, 2)


async def test_many_hosts_need_more(crawl: Crawl, queues: Queues, clock: Clock) -> None:
    job = await crawl.job()
    for number in range(200):
        await crawl.add(job, 3, at=f"docs{number}.example")
    clock.pass_seconds(60)
    assert await due(queues) == 400  # two at once to each host
    assert crawlers(400, 0) == 9


async def test_what_is_not_due_does_not_count(crawl: Crawl, queues: Queues, clock: Clock) -> None:
    job = await crawl.job()
    await crawl.add(job, 5)
    assert await due(queues) == 2
    await queues.frontier.jobs.pause(job)
    assert await due(queues) == 0
    await queues.frontier.jobs.resume(job)
    await queues.frontier.hosts.hold("docs.example", 600)
    assert await due(queues) == 0


async def test_waiting_results_are_counted_and_aged(crawl: Crawl, queues: Queues, clock: Clock) -> None:
    job = await crawl.job()
    await crawl.add(job, 1)
    await crawl.finish(await crawl.take(), b"<p>a page</p>" * 100)
    clock.pass_seconds(90)
    figures = await read_figures(queues.frontier.shards, 2)
    assert figures.oldest_seconds == pytest.approx(90, abs=1)
    assert figures.waiting_bytes > 256
    await crawl.record()
    figures = await read_figures(queues.frontier.shards, 2)
    assert (figures.oldest_seconds, figures.waiting_bytes) == (0, 0)
