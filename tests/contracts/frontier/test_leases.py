"""A lease is an open request in the host's record, and the URL keeps its place in the queue: each alone."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from docspasta.queues.connect import open_queues
from docspasta.queues.figures import read_figures
from docspasta.queues.frontier import LOSSES
from docspasta.queues.hosts import Pace
from docspasta.queues.messages import LeasedUrl
from docspasta.urls import host
from tests.contracts.frontier.driver import Clock, Crawl, answer, ids
from tests.contracts.frontier.servers import Server


async def test_each_lease_of_one_take_runs_out_alone(crawl: Crawl) -> None:
    frontier, job = crawl.queues.frontier, await crawl.job()
    for name in crawl.hosts(4, shard=1):
        await crawl.add(job, 1, name)
    taken = await crawl.take(lease=10)
    kept, back, done, lost = taken
    crawl.clock.pass_seconds(6)
    assert await frontier.renew([kept], 10) == []
    await frontier.release([back])
    await crawl.finish([done])
    assert await crawl.leases() == 2
    assert ids(await crawl.take(lease=60)) == ids([back])
    crawl.clock.pass_seconds(6)
    (again,) = await crawl.take()
    assert (again.queued, again.losses) == (lost.queued, 1)
    assert await crawl.leases() == 3
    crawl.clock.pass_seconds(6)
    (again,) = await crawl.take()
    assert (again.queued, again.losses) == (kept.queued, 1)


@pytest.fixture
async def fast(server: Server, clock: Clock) -> AsyncIterator[Crawl]:
    """Sixteen requests at once to a host, as fast as it answers."""
    pace = Pace(min_delay=0.0, max_concurrency=16, delay=0.0, concurrency=16)
    queues = await open_queues(
        server.url, name="fast", shards=1, cluster=server.cluster, pace=pace, clock=clock
    )
    yield Crawl(queues, clock, server)
    await queues.close()


async def test_urls_of_one_host_are_leased_once_however_many_are_open(fast: Crawl) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    frontier, job = fast.queues.frontier, await fast.job()
    added = await fast.add(job, 120)
    held: list[LeasedUrl] = []
    done: list[int] = []
    charged: dict[int, tuple[int, int]] = {}
    while len(done) < len(added):
        taken = await fast.take(rng.randint(1, 20), lease=30)
        assert len(held) + len(taken) <= 16
        assert not set(ids(taken)) & {*ids(held), *done}
        for one in taken:
            assert (one.attempts, one.losses) == charged.get(one.queued.page_id, (0, 0))
        held += taken
        counts = await frontier.jobs.counts(job)
        assert (counts.taken, counts.total) == (len(held), len(added))
        rng.shuffle(held)
        for one in [held.pop() for _ in range(rng.randint(min(1, len(held)), len(held)))]:
            page, (attempts, losses) = one.queued.page_id, charged.get(one.queued.page_id, (0, 0))
            match rng.choice(["done", "done", "back", "later", "retry"]):
                case "done":
                    await fast.finish([one])
                    done.append(page)
                case "back":
                    await frontier.release([one])
                case "later":
                    await frontier.release([one], after=0.5)
                case "retry" if attempts == 0:
                    assert await frontier.retry(one, answer(one), after=0.5, slow=False)
                    charged[page] = attempts + 1, losses
                case _:
                    await frontier.release([one])
        if rng.random() < 0.05 and all(losses < LOSSES - 1 for _, losses in charged.values()):  # killed
            fast.clock.pass_seconds(31)
            for one in held:
                attempts, losses = charged.get(one.queued.page_id, (0, 0))
                charged[one.queued.page_id] = attempts, losses + 1
            held = []
        fast.clock.pass_seconds(0.1)
    assert sorted(done) == added
    assert await fast.leases() == 0


async def test_a_lease_that_ran_out_is_charged_once_though_nothing_can_start(crawl: Crawl) -> None:
    """Whoever looks finds it, and both jobs are too gentle to start anything yet."""
    ann, bob = await crawl.job("ann/one", delay=100.0), await crawl.job("bob/one", delay=30.0)
    await crawl.add(ann, 1)
    (lost,) = await crawl.take(lease=10)
    await crawl.add(bob, 1)
    crawl.clock.pass_seconds(1)
    assert len(await crawl.take(lease=600)) == 1
    for _ in range(3):
        crawl.clock.pass_seconds(7)
        await crawl.add(bob, 1)
        assert not await crawl.take()
    assert await crawl.leases() == 1
    crawl.clock.pass_seconds(90)
    (again,) = [one for one in await crawl.take() if one.queued.job == ann]
    assert (again.queued, again.losses) == (lost.queued, 1)


async def test_leases_of_an_ended_job_count_for_nobody(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    ended, other = await crawl.job("ann/one"), await crawl.job("ann/two")
    a, b = crawl.hosts(2, shard=1)
    await crawl.add(ended, 2, a)
    await crawl.add(other, 1, b)
    late, kept = sorted(await crawl.take(lease=600), key=lambda one: one.queued.job != ended)
    assert (late.queued.job, kept.queued.job) == (ended, other)
    await frontier.jobs.end(ended)
    assert await crawl.leases() == 1
    assert await frontier.renew([late, kept], 600) == [late]
    assert await frontier.complete([(late, answer(late))]) == [False]
    await frontier.release([late])
    assert await crawl.leases() == 1
    await crawl.finish([kept])
    assert await crawl.leases() == 0


async def test_an_ended_job_gets_nothing_back_though_its_hosts_were_lost(crawl: Crawl) -> None:
    frontier, job = crawl.queues.frontier, await crawl.job()
    for name in crawl.hosts(4, shard=1):
        await crawl.add(job, 1, name)
    back, renewed, tried, lost = await crawl.take(lease=10)
    crawl.server.delete("user:ann:job:one:{f01}:hosts")
    await frontier.jobs.end(job)
    assert await frontier.renew([renewed], 30) == [renewed]
    await frontier.release([back])
    assert await frontier.complete([(renewed, answer(renewed))]) == [False]
    assert not await frontier.retry(tried, answer(tried))
    await crawl.add(await crawl.job("bob/one"), 1, host(lost.queued.url))
    crawl.clock.pass_seconds(11)
    assert len(await crawl.take()) == 1  # finds the lease that ran out
    assert await crawl.leases() == 1
    crawl.clock.pass_seconds(1)
    await crawl.take()
    left = {name.partition("{f01}:")[2].partition(":h")[0] for name in crawl.server.names() if "ann" in name}
    assert left <= {"state", "queue", ""}  # whose queues they were nobody knows


async def test_behind_a_url_that_was_lost_too_often_the_next_one_comes(crawl: Crawl) -> None:
    poison, innocent = await crawl.add(await crawl.job(), 2)
    for _ in range(LOSSES):
        assert ids(await crawl.take(1, lease=10)) == [poison]
        crawl.clock.pass_seconds(11)
    assert ids(await crawl.take(1)) == [innocent]
    (page,) = await crawl.queues.pages.claim(10, 10_000, 30)
    assert (page.queued.page_id, page.fetched.reason) == (poison, "worker_lost")


async def test_leases_whose_hosts_record_was_lost_are_forgotten(crawl: Crawl) -> None:
    frontier, job = crawl.queues.frontier, await crawl.job()
    await crawl.add(job, 1)
    (lost,) = await crawl.take()
    (key,) = (name for name in crawl.server.names() if ":pace:" in name)
    crawl.server.delete(key)
    assert await frontier.renew([lost], 30) == [lost]
    assert await frontier.complete([(lost, answer(lost))]) == [False]
    assert (await frontier.jobs.counts(job)).queued == 1
    crawl.clock.pass_seconds(1)
    (again,) = await crawl.take()
    assert (again.queued, again.losses) == (lost.queued, 0)
    await crawl.finish([again])
    crawl.clock.pass_seconds(1)
    assert not await crawl.take()
    assert await crawl.leases() == 0


async def test_a_leased_url_is_not_one_that_could_be_taken(crawl: Crawl) -> None:
    async def due() -> int:
        return (await read_figures(crawl.queues.frontier.shards, 9)).due_urls

    await crawl.add(await crawl.job(), 2)
    assert await due() == 2
    await crawl.take(1)
    crawl.clock.pass_seconds(1)
    assert await due() == 1
