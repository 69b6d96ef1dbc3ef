"""Whatever is killed or emptied in the middle of a crawl, the same pages come out, and the same document."""

from __future__ import annotations

import os
import random

import pytest
import redis

from docspasta.v1.jobs_pb2 import Job, JobState
from docspasta.v1.page_pb2 import PageState
from tests.sizes import FULL, size

from .conftest import Client
from .site import Site, serving, tree

PAGES = 200
DELAY = 0.05
LOSSES = ("flush", "kill", "key")


def lose(client: Client, job: Job, loss: str) -> None:
    """Make Redis forget something."""
    if loss == "kill":
        client.stack.restart("valkey")
        return
    with redis.Redis.from_url(valkey_url(client)) as valkey:
        if loss == "flush":
            valkey.flushall()
        for name in valkey.scan_iter(f"user:*:job:{job.job_id}:*:queue:*"):
            valkey.delete(name)


async def undisturbed(client: Client, site: Site) -> tuple[set[tuple[str, str]], bytes]:
    """(URL, content hash) of every page, and the document, of a run that nothing disturbs."""
    job = await client.ended(await client.crawl(site, concurrency=32))
    assert job.progress.processed == PAGES
    site.log.clear()
    return await outcome(client, job), await client.document(job)


async def outcome(client: Client, job: Job) -> set[tuple[str, str]]:
    """(URL, content hash) of the job's pages, all of them processed."""
    pages = await client.pages(job)
    assert {page.state for page in pages} == {PageState.PAGE_STATE_PROCESSED}, [
        (page.url, page.reason, page.detail) for page in pages if page.state != PageState.PAGE_STATE_PROCESSED
    ]
    return {(page.url, page.content_hash) for page in pages}


async def reached(client: Client, job: Job, share: float, within: float = 90) -> None:
    """Wait until this share of the pages is recorded."""
    await client.until(
        job, lambda found: found.progress.processed >= share * PAGES, within, f"{share:.0%} are done"
    )


@pytest.mark.skipif(not FULL, reason="make test-full: hosts are left alone for half a minute after each loss")
async def test_an_emptied_redis_costs_time_and_never_a_page(client: Client) -> None:
    """FLUSHALL, Valkey killed and started empty, a key deleted by hand; the pace holds all the while."""
    losses = size("losses of Redis in a crawl")
    async with serving(Site(tree(PAGES), latency=0.01)) as site:
        pages, document = await undisturbed(client, site)
        job = await client.crawl(site, delay=DELAY, concurrency=4)
        for loss in range(losses):
            await reached(client, job, (loss + 1) / (losses + 1) * 0.8)
            lose(client, job, LOSSES[loss % len(LOSSES)])
        job = await client.ended(job, 120)
        assert job.progress.state == JobState.JOB_STATE_COMPLETED
        assert await outcome(client, job) == pages and await client.document(job) == document
        # What was on its way when Redis went is fetched once more, and nothing else is.
        assert max(site.fetches().values()) <= 1 + losses
        assert sum(site.fetches().values()) <= PAGES + losses * 40
        # A machine that stops is late with a start, and in time with the next; over sixty it evens out.
        assert min(site.spans(60)) > 0.7 * 60 * DELAY
        whole = sum(LOSSES[loss % len(LOSSES)] != "key" for loss in range(losses))
        assert sorted(site.spans(1))[-whole] > 25, "with Redis the hosts' pace was lost: nothing for a while"


async def test_processes_killed_at_random_lose_nothing(client: Client) -> None:
    """kill -9 of crawler, processor and jobs; the seed is printed, DOCSPASTA_TEST_SEED repeats a run."""
    seed = int(os.environ.get("DOCSPASTA_TEST_SEED", random.SystemRandom().randrange(2**32)))
    print(f"DOCSPASTA_TEST_SEED={seed}")
    chance, kills = random.Random(seed), size("kills in a crawl")
    async with serving(Site(tree(PAGES), latency=0.02)) as site:
        pages, document = await undisturbed(client, site)
        job = await client.crawl(site, delay=0.005, concurrency=6)
        victims = []
        for kill in range(kills):
            await reached(client, job, (kill + chance.random()) / (kills + 1))
            victims.append(chance.choice(("crawler", "processor", "jobs")))
            client.stack.restart(victims[-1])
        job = await client.ended(job, 120)
        assert await outcome(client, job) == pages and await client.document(job) == document
        assert max(site.fetches().values()) <= 1 + kills, victims


def valkey_url(client: Client) -> str:
    """The stack's Valkey."""
    return f"unix://{client.stack.state['sockets']}/valkey.sock"
