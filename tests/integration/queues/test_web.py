"""Pace, fairness and memory as promised, on a deterministic web of 1,000 hosts, seen by its access log."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from itertools import count

import pytest

from docspasta.domain import JobKey
from docspasta.queues.messages import QueuedUrl
from tests.integration.queues.web import Crawler, World, impolite, make_world
from tests.sizes import size
from tests.stack import ValkeyServer

HOSTS = 1000


@pytest.fixture
async def world(redis_url: str) -> AsyncIterator[World]:
    """Three crawlers and the web, with a seed of its own."""
    made = await make_world(redis_url, random.SystemRandom().randrange(1 << 32))
    yield made
    await made.close()


def sites(world: World, jobs: Sequence[JobKey], pages: int, hosts: int = HOSTS) -> list[QueuedUrl]:
    """The start pages of sites, one a host; each page links to two more until its site has `pages`."""
    numbers = count(1)
    known: dict[int, tuple[int, QueuedUrl]] = {}

    def page(job: JobKey, host: str, number: int) -> QueuedUrl:
        url = QueuedUrl(job, next(numbers), f"https://{host}/docs/{number}", "ticket")
        known[url.page_id] = number, url
        return url

    made: dict[tuple[str, int], QueuedUrl] = {}

    def links(url: QueuedUrl) -> list[QueuedUrl]:
        number, _ = known[url.page_id]
        host = url.url.split("/")[2]
        found = []
        for target in (2 * number, 2 * number + 1):
            if target <= pages:
                found.append(made.setdefault((host, target), page(url.job, host, target)))
        return found

    world.links = links
    return [page(jobs[at % len(jobs)], f"h{at}.example", 1) for at in range(hosts)]


async def test_no_host_of_a_thousand_is_asked_too_fast_or_too_often(world: World) -> None:
    jobs = [JobKey(user, name) for user in ("ann", "bob") for name in ("one", "two", "three")]
    pages = size("pages of a host on the simulated web")
    world.delays = {f"h{at}.example": 1.0 for at in range(0, HOSTS, 10)}
    starts = sites(world, jobs, pages)
    for job in jobs:
        await world.open(job, [url for url in starts if url.job == job])
    await world.run(lambda: not world.queued, 60 + 2 * pages)
    assert len(world.ended) == HOSTS * pages
    assert {reason for _, reason in world.ended.values()} == {""}
    assert set(world.takes.values()) == {1}
    assert not impolite(world.log, world.delays)


async def test_five_jobs_and_three_crawlers_use_a_hosts_whole_pace(world: World) -> None:
    world.latencies["docs.example"] = (20, 150)
    page = count(1)
    pages = size("pages of five jobs on one host") // 5
    for at in range(5):
        job = JobKey(f"user{at % 3}", f"job{at}")
        await world.open(
            job, [QueuedUrl(job, next(page), f"https://docs.example/{at}/{i}", "t") for i in range(pages)]
        )
    await world.run(lambda: not world.queued, pages * 5)
    assert not impolite(world.log, {})
    starts = sorted(request.began for request in world.log)
    assert len(starts) == 5 * pages
    floor = (len(starts) - 1) * 200
    assert floor / (starts[-1] - starts[0]) >= 0.97


async def test_flushall_in_mid_crawl_breaks_no_pace_and_loses_no_page(
    world: World, valkey_server: ValkeyServer
) -> None:
    job = JobKey("ann", "one")
    world.delays = {f"h{at}.example": 1.0 for at in range(0, 60, 5)}
    starts = sites(world, [job], 15, hosts=60)
    await world.open(job, starts)
    await world.run(lambda: len(world.ended) >= 300, 60)
    began, requests = world.ms, len(world.log)
    valkey_server.flush()
    await world.run(lambda: not world.queued, 120)
    assert len(world.ended) == 60 * 15 and {reason for _, reason in world.ended.values()} == {""}
    assert not impolite(world.log, world.delays)
    assert min(request.began for request in world.log[requests:]) - began >= 30_000


async def test_kills_lose_no_page_and_take_none_too_often(world: World) -> None:
    """Crawlers and processors vanish with all they hold; nothing is lost, and nothing fails for it."""
    job = JobKey("ann", "one")
    kills = size("kills of crawlers and processors on the simulated web")
    starts = sites(world, [job], 12, hosts=120)
    await world.open(job, starts)
    total = 120 * 12
    for kill in range(kills):
        await world.run(lambda kill=kill: len(world.ended) >= (kill + 1) * total / (kills + 2), 600)  # type: ignore[misc]
        if world.rng.random() < 0.3:
            await world.process(lose=True)
            continue
        victim = world.rng.choice(world.crawlers)
        victim.alive = False
        await victim.queues.close()
        world.crawlers.remove(victim)
        fresh = Crawler(world, await world.connect("crawler"))
        world.crawlers.append(fresh)
        fresh.wake(world.ms + 500)
    await world.run(lambda: not world.queued, 600)
    assert len(world.ended) == total and {reason for _, reason in world.ended.values()} == {""}
    assert max(world.takes.values()) <= 1 + kills
    assert not impolite(world.log, {})


async def time_of_a_single_page(valkey: ValkeyServer, seed: int, jobs: int) -> int:
    """Ms until a user's single page is done, beside so many jobs of another user."""
    valkey.flush()
    world = await make_world(valkey.url, seed, slots=16)
    try:
        world.latencies |= {f"h{at}.example": (150, 250) for at in range(HOSTS)}
        world.latencies["bob.example"] = (200, 200)
        page = count(1)
        for at in range(jobs):
            job = JobKey("ann", f"job{at}")
            urls = [QueuedUrl(job, next(page), f"https://h{at}.example/{i}", "t") for i in range(20)]
            await world.open(job, urls)
        if jobs:
            await world.run(lambda: len(world.ended) > 500, 60)
            assert sum(crawler.open for crawler in world.crawlers) >= 40  # of 48 hands
        bob, began = JobKey("bob", "one"), world.ms
        await world.open(bob, [QueuedUrl(bob, 10**9, "https://bob.example/", "t")])
        await world.run(lambda: 10**9 in world.ended, 60)
        return world.ended[10**9][0] - began
    finally:
        await world.close()


async def test_a_thousand_jobs_of_one_user_do_not_hold_up_another(valkey_server: ValkeyServer) -> None:
    """All crawlers are busy with one user's jobs; another's single page is done as on an idle system."""
    seed = random.SystemRandom().randrange(1 << 32)
    idle = await time_of_a_single_page(valkey_server, seed, 0)
    busy = await time_of_a_single_page(
        valkey_server, seed, size("jobs of one user beside another's single page")
    )
    assert busy <= 2 * idle, (busy, idle)
