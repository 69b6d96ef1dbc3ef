"""A host is asked at its pace, whoever asks: jobs, users, extra requests; and left alone when it says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise

from docspasta.domain import JobKey
from docspasta.queues.connect import open_queues
from docspasta.queues.hosts import Pace
from docspasta.queues.messages import Fetched
from tests.contracts.frontier.driver import Crawl, answer, hosts, jobs


async def test_starts_on_a_host_keep_the_delay_and_the_grid(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 20)
    began, starts = crawl.clock.ms, []
    while len(starts) < 20:
        taken = await crawl.take()
        starts += [crawl.clock.ms + one.start_in * 1000 for one in taken]
        await crawl.finish(taken)
        crawl.clock.pass_seconds(0.007)  # a crawler that is never quite on time
    gaps = [b - a for a, b in pairwise(starts)]
    assert min(gaps) >= 180
    assert starts[-1] - began <= 19 * 200 * 1.03


async def test_only_so_many_requests_at_once_across_jobs_and_users(crawl: Crawl) -> None:
    for name in ("ann/one", "ann/two", "bob/one"):
        await crawl.add(await crawl.job(name), 5)
    taken = []
    for _ in range(20):
        taken += await crawl.take()
        crawl.clock.pass_seconds(0.2)
    assert len(taken) == 2
    await crawl.finish(taken[:1])
    assert len(await crawl.take()) == 1
    assert not await crawl.take()


async def test_other_hosts_are_not_held_up(crawl: Crawl) -> None:
    job = await crawl.job()
    for name in crawl.hosts(10):
        await crawl.add(job, 2, name)
    assert sorted(hosts(await crawl.take())) == sorted(crawl.hosts(10))


async def test_a_job_may_be_gentler_and_only_the_gentle_one_waits(crawl: Crawl) -> None:
    gentle = await crawl.job("ann/gentle", delay=1.0, concurrency=1)
    usual = await crawl.job("bob/usual")
    await crawl.add(gentle, 30)
    await crawl.add(usual, 60)
    taken = await crawl.all_taken(8, step=0.02)
    assert 8 <= jobs(taken).count("ann/gentle") <= 9
    assert 29 <= jobs(taken).count("bob/usual") <= 34


async def test_a_gentle_job_holds_one_place_of_two(crawl: Crawl) -> None:
    gentle = await crawl.job(concurrency=1)
    await crawl.add(gentle, 5)
    held = await crawl.take()
    crawl.clock.pass_seconds(5)
    assert len(held) == 1 and not await crawl.take()
    other = await crawl.job("bob/usual")
    await crawl.add(other, 5)
    assert jobs(await crawl.take()) == ["bob/usual"]
    crawl.clock.pass_seconds(5)
    assert not await crawl.take()


async def test_a_job_is_never_faster_than_the_operator_allows(crawl: Crawl) -> None:
    hasty = await crawl.job(delay=0.001, concurrency=50)
    await crawl.add(hasty, 100)
    taken = []
    for _ in range(50):
        taken += await crawl.take()
        crawl.clock.pass_seconds(0.02)
    assert len(taken) == 2
    await crawl.finish(taken)
    assert len(await crawl.all_taken(2, step=0.02)) <= 11


async def test_a_vanished_crawlers_place_comes_back(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 5)
    await crawl.take(1, lease=10)
    crawl.clock.pass_seconds(0.5)
    await crawl.take(1, lease=10)
    crawl.clock.pass_seconds(1)
    assert not await crawl.take(1)
    crawl.clock.pass_seconds(10)
    again = await crawl.take(2)
    crawl.clock.pass_seconds(0.2)
    again += await crawl.take(2)
    assert len(again) == 2


async def test_retry_after_holds_the_host_for_everybody(crawl: Crawl) -> None:
    await crawl.add(await crawl.job("ann/one"), 2)
    await crawl.add(await crawl.job("bob/one"), 2)
    (one,) = await crawl.take(1)
    await crawl.queues.frontier.hosts.hold("docs.example", 7)
    await crawl.queues.frontier.retry(
        one, Fetched(one.queued.url, http_status=429, reason="http_status"), after=7
    )
    crawl.clock.pass_seconds(6.9)
    assert not await crawl.take()
    assert (await crawl.queues.frontier.hosts.start("docs.example", under=one)).wait > 0
    crawl.clock.pass_seconds(0.6)
    assert await crawl.take()


async def test_a_hold_is_capped_and_never_shortened(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    await crawl.add(await crawl.job(), 1)
    await frontier.hosts.hold("docs.example", 1e9)
    await frontier.hosts.hold("docs.example", 1)
    crawl.clock.pass_seconds(3599)
    assert not await crawl.take()
    crawl.clock.pass_seconds(2)
    assert await crawl.take()


async def test_crawl_delay_counts(crawl: Crawl) -> None:
    await crawl.add(await crawl.job(), 20)
    await crawl.finish(await crawl.take())
    await crawl.queues.frontier.hosts.set_delay("docs.example", 2)
    taken = await crawl.all_taken(10.01)
    assert len(taken) == 5
    await crawl.queues.frontier.hosts.set_delay("docs.example", 0)
    crawl.clock.pass_seconds(2)
    assert len(await crawl.all_taken(2)) >= 9


async def test_trouble_slows_a_host_and_success_speeds_it_up_again(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 400)
    for _ in range(3):
        while not (taken := await crawl.take(1)):
            crawl.clock.pass_seconds(0.05)
        await crawl.queues.frontier.retry(taken[0], answer(taken[0]), after=1000)
    slowed = len(await crawl.all_taken(3))
    assert slowed <= 4
    await crawl.all_taken(30)
    assert len(await crawl.all_taken(3)) >= 14


async def factor(crawl: Crawl) -> int:
    return (await crawl.queues.frontier.hosts.next_start("docs.example"))[1]


async def test_a_url_that_always_fails_slows_its_host_once(crawl: Crawl) -> None:
    await crawl.add(await crawl.job(), 1)
    for _ in range(3):
        while not (taken := await crawl.take(1)):
            crawl.clock.pass_seconds(0.05)
        await crawl.queues.frontier.retry(taken[0], answer(taken[0]), after=0.1)
        assert await factor(crawl) == 2


async def test_trouble_has_a_bound_and_is_forgotten_when_nobody_asks(crawl: Crawl) -> None:
    """Whoever comes to the host next is not slowed for what others met there before."""
    await crawl.add(await crawl.job("mallory/one"), 30)
    for _ in range(8):
        while not (taken := await crawl.take(1)):
            crawl.clock.pass_seconds(0.05)
        await crawl.queues.frontier.retry(taken[0], answer(taken[0]), after=1000)
    assert await factor(crawl) == 16
    await crawl.queues.frontier.jobs.end(JobKey("mallory", "one"))
    crawl.clock.pass_seconds(125)
    await crawl.add(await crawl.job("ann/one"), 100)
    assert len(await crawl.all_taken(3)) >= 13, "of 15 at most"


async def test_extra_requests_take_a_start_token(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    await crawl.add(await crawl.job(), 5)
    (page,) = await crawl.take(1)
    assert page.start_in == 0
    robots = await frontier.hosts.start("docs.example", under=page)
    assert 0.18 <= robots.wait <= 0.2
    hop = await frontier.hosts.start("docs.example", under=page)
    assert 0.36 <= hop.wait <= 0.4
    crawl.clock.pass_seconds(0.4)
    assert not await crawl.take()  # the next start is reserved
    crawl.clock.pass_seconds(0.2)
    assert len(await crawl.take()) == 1


async def test_a_start_token_waits_for_a_place(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    one = await frontier.hosts.start("docs.example")
    two = await frontier.hosts.start("docs.example")
    waiting = asyncio.create_task(frontier.hosts.start("docs.example"))
    await crawl.add(await crawl.job(), 1)
    crawl.clock.pass_seconds(5)
    assert not await crawl.take()
    assert not waiting.done()
    await frontier.hosts.finish(one)
    three = await asyncio.wait_for(waiting, 30)
    await frontier.hosts.finish(two)
    await frontier.hosts.finish(three)
    crawl.clock.pass_seconds(1)
    assert await crawl.take()


async def test_an_address_is_bounded_whatever_its_hosts(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    held = [await frontier.hosts.start_address("192.0.2.7") for _ in range(Pace().per_address)]
    waiting = asyncio.create_task(frontier.hosts.start_address("192.0.2.7"))
    await frontier.hosts.start_address("192.0.2.8")
    assert not waiting.done()
    await frontier.hosts.finish(held.pop())
    held.append(await asyncio.wait_for(waiting, 30))
    crawl.clock.pass_seconds(61)
    await asyncio.wait_for(frontier.hosts.start_address("192.0.2.7"), 30)  # its holders vanished


async def test_a_pace_lost_with_redis_starts_held(crawl: Crawl) -> None:
    job = await crawl.job()
    urls = crawl.urls(job, 10)
    await crawl.queues.frontier.add(urls)
    assert await crawl.take(1)  # a fresh installation does not wait
    crawl.server.flush()
    assert not await crawl.take()
    assert (await crawl.queues.frontier.jobs.counts(job)).state == ""
    await crawl.queues.frontier.jobs.open(job, crawl_of(), recovered=True)
    await crawl.queues.frontier.add(urls)
    for seconds in (0.0, 15.0, 15.0):
        crawl.clock.pass_seconds(seconds)
        assert not await crawl.take()
    assert (await crawl.queues.frontier.hosts.start("docs.example")).wait > 0
    crawl.clock.pass_seconds(0.6)
    assert await crawl.take()


async def test_a_crawler_that_remembers_holds_and_repeats_what_hosts_asked(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    job = await crawl.job()
    await crawl.add(job, 3)
    await crawl.finish(await crawl.take(1))
    await frontier.hosts.hold("docs.example", 100)
    crawl.server.flush()
    fresh = await open_queues(
        crawl.server.url,
        name="jobs",
        shards=frontier.shards.count,
        cluster=crawl.server.cluster,
        clock=crawl.clock,
    )
    await fresh.frontier.jobs.open(job, crawl_of())  # somebody who cannot know opens it
    await fresh.frontier.add(crawl.urls(job, 5))
    assert not await crawl.take()
    crawl.clock.pass_seconds(35)
    assert not await crawl.take()
    crawl.clock.pass_seconds(66)
    assert await crawl.take()
    await fresh.close()


def crawl_of() -> object:
    from docspasta.queues.messages import JobCrawl

    return JobCrawl()


async def test_one_step_brings_all_that_hosts_without_delay_may_start_in_turns(crawl: Crawl) -> None:
    pace = Pace(min_delay=0.0, delay=0.0, max_concurrency=16, concurrency=16)
    queues = await open_queues(
        crawl.server.url, name="eager", shards=1, cluster=crawl.server.cluster, pace=pace, clock=crawl.clock
    )
    try:
        eager = Crawl(queues, crawl.clock, crawl.server)
        job = await eager.job()
        for name in ("one.example", "two.example"):
            await eager.add(job, 30, name)
        [first] = await queues.frontier.claim_from([0], 9, 30.0)
        assert sorted(Counter(hosts(first)).values()) == [4, 5]
        [rest] = await queues.frontier.claim_from([0], 100, 30.0)
        assert Counter(hosts(first + rest)) == {"one.example": 16, "two.example": 16}
    finally:
        await queues.close()
