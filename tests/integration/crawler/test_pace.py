"""Three crawler processes and five jobs on one host, seen from the host's own access log."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import statistics
from itertools import pairwise

import pytest
from aiohttp import web

from docspasta.domain import JobKey
from docspasta.queues.connect import Queues
from docspasta.queues.messages import JobCrawl, QueuedUrl
from tests.sizes import size

from .test_process import crawler, queues, results
from .web import Site, page, serving

__all__ = ["queues"]
DELAY = 1.0  # seconds; long beside the tens of milliseconds that two busy cores may be late
JOBS = [JobKey(f"user{n % 3}", f"job{n}") for n in range(5)]


async def fill(queues: Queues, site: Site, pages: int) -> int:
    """Open the jobs and queue `pages` URLs over them."""
    for job in JOBS:
        await queues.frontier.jobs.open(job, JobCrawl())
    rows = [QueuedUrl(JOBS[n % 5], n + 1, site.url(f"/{n}"), "ticket") for n in range(pages)]
    await queues.frontier.add(rows)
    return len(rows)


@pytest.mark.alone
async def test_the_pace_holds_and_is_used_with_three_processes_and_five_jobs(
    redis_url: str, queues: Queues
) -> None:
    pages = size("pages at a host's pace")
    site = Site(pages={f"/{n}": page("x") for n in range(pages)}, seconds=DELAY * 0.8)
    settings = {
        "DOCSPASTA_CRAWLER_MIN_DELAY": str(DELAY),
        "DOCSPASTA_CRAWLER_DELAY": str(DELAY),
        "DOCSPASTA_CRAWLER_MAX_CONCURRENCY": "2",
    }
    other = Site(pages={"/": page("x")})
    async with serving(site, other), contextlib.AsyncExitStack() as processes:
        for _ in range(3):
            process = await processes.enter_async_context(crawler(redis_url, **settings))
            await process.fetch(other.url("/"))  # a process's first request takes tens of milliseconds longer
        found = await results(queues, await fill(queues, site, pages), seconds=60 + pages * DELAY * 2)
    assert {f.reason for f in found.values()} == {""}
    starts = sorted(request.started for request in site.log)
    steady = starts[2:]  # a start may pass unused while everybody waits for robots.txt
    used = DELAY / statistics.median(later - earlier for earlier, later in pairwise(steady))
    # A machine that stops is late with one request, and in time with the next: hence over five delays.
    span = min(later - earlier for earlier, later in zip(starts, starts[5:], strict=False))
    print(f"{len(starts)} requests, least of six in {span:.2f} s, {used:.1%} of the pace used")
    assert len(site.log) == pages + 1  # each page once, and one robots.txt for all
    assert site.most_open <= 2
    assert span >= 4.2 * DELAY
    assert used >= 0.97


async def test_killed_processes_lose_no_url_and_fetch_few_twice(redis_url: str, queues: Queues) -> None:
    kills, pages = size("crawlers killed"), 200
    site = Site(pages={f"/{n}": page("x") for n in range(pages)}, seconds=0.05)
    settings = {
        "DOCSPASTA_CRAWLER_LEASE": "2",
        "DOCSPASTA_CRAWLER_TOTAL_TIMEOUT": "5",
        "DOCSPASTA_CRAWLER_MAX_CONCURRENCY": "4",
        "DOCSPASTA_CRAWLER_CONCURRENCY": "4",
    }

    async def killing() -> None:
        for number in range(kills):
            async with crawler(redis_url, **settings) as process:
                seen = len(site.log)
                while len(site.log) < seen + 8:
                    await asyncio.sleep(0.01)
                await process.stopped(signal.SIGKILL if number % 3 else signal.SIGTERM)

    async with serving(site):
        total = await fill(queues, site, pages)
        await killing()
        async with crawler(redis_url, **settings):
            found = await results(queues, total, seconds=90)
    assert {f.reason for f in found.values()} == {""}
    twice = len([t for t in site.targets() if t != "/robots.txt"]) - pages
    print(f"{kills} processes ended, {twice} pages fetched again")
    assert twice <= 4 * kills


async def test_a_slow_host_does_not_hold_up_another(redis_url: str, queues: Queues) -> None:
    async def never(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    stuck, quick = (
        Site(handlers={f"/{n}": never for n in range(50)}),
        Site(pages={f"/{n}": page("x") for n in range(20)}),
    )
    async with serving(stuck, quick), crawler(redis_url, DOCSPASTA_CRAWLER_FETCHES="8"):
        await queues.frontier.jobs.open(JOBS[0], JobCrawl())
        await queues.frontier.jobs.open(JOBS[1], JobCrawl())
        await queues.frontier.add(
            [QueuedUrl(JOBS[0], 1000 + n, stuck.url(f"/{n}"), "ticket") for n in range(50)]
        )
        await queues.frontier.add(
            [QueuedUrl(JOBS[1], n + 1, quick.url(f"/{n}"), "ticket") for n in range(20)]
        )
        found = await results(queues, 20, seconds=20)
    assert {f.reason for f in found.values()} == {""}
    assert stuck.most_open <= 2
