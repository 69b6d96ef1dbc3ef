"""A job's life: paused and resumed, ended for good, cleared to the last key."""

from __future__ import annotations

from docspasta.queues.keys import ENDED_KEPT
from docspasta.queues.messages import JobCrawl
from tests.contracts.frontier.driver import Crawl, answer, ids


async def test_a_paused_job_keeps_everything_and_goes_on(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    job = await crawl.job()
    added = await crawl.add(job, 3, "a.example") + await crawl.add(job, 3, "b.example")
    open_fetch, *_ = await crawl.take(2)
    await frontier.jobs.pause(job)
    assert (await frontier.jobs.counts(job)).state == "paused"
    assert not await crawl.take()
    assert await frontier.renew([open_fetch], 30) == []  # what is in flight may end
    await crawl.finish([open_fetch])
    more = await crawl.add(job, 1, "c.example")  # found by pages that were in flight
    crawl.clock.pass_seconds(10)
    assert not await crawl.take()
    assert len(await crawl.record()) == 1
    await frontier.jobs.resume(job)
    crawl.clock.pass_seconds(60)  # the other fetch's crawler vanished meanwhile
    taken = await crawl.all_taken(5)
    assert sorted([open_fetch.queued.page_id, *ids(taken)]) == sorted(added + more)


async def test_pausing_leaves_other_jobs_alone(crawl: Crawl) -> None:
    one, two = await crawl.job("ann/one"), await crawl.job("ann/two")
    await crawl.add(one, 3)
    added = await crawl.add(two, 3)
    await crawl.queues.frontier.jobs.pause(one)
    assert sorted(ids(await crawl.all_taken(5))) == added


async def test_reopening_keeps_a_pause(crawl: Crawl) -> None:
    job = await crawl.job()
    await crawl.add(job, 1)
    await crawl.queues.frontier.jobs.pause(job)
    assert await crawl.queues.frontier.jobs.open(job, JobCrawl(), recovered=True)
    assert not await crawl.take()


async def test_an_ended_job_leaves_nothing_but_its_marker(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    before = crawl.server.names()
    job, other = await crawl.job("ann/one", delay=2.0), await crawl.job("bob/one")
    for name in crawl.hosts(30):
        await crawl.add(job, 40, name)
    kept = await crawl.add(other, 1, crawl.hosts(1)[0])
    taken = await crawl.take(12)
    mine = [one for one in taken if one.queued.job == job]
    late, retried, *rest = mine
    await frontier.retry(retried, answer(retried))
    await crawl.finish(rest)
    held = await crawl.queues.pages.claim(3, 1 << 20, 30)
    await frontier.jobs.end(job)

    left = {key for key in crawl.server.names() if "ann" in key}
    assert left == {f"user:ann:job:one:{{f{shard:02d}}}:state" for shard in frontier.shards.each()}
    for node in crawl.server.each():
        with node:
            for key in node.keys("*"):
                assert b"ann" not in contents(node, key), key
            assert all(0 < node.pttl(key) <= ENDED_KEPT * 1000 for key in node.keys("user:ann:*"))
    assert await frontier.renew([late], 30) == [late]
    assert await frontier.complete([(late, answer(late))]) == [False]
    assert await crawl.queues.pages.renew(held, 30) == held
    await crawl.queues.pages.complete(held)
    await frontier.release([late])
    assert not await frontier.jobs.open(job, JobCrawl())
    assert (await frontier.add(crawl.urls(job, 1))).refused == 1
    crawl.clock.pass_seconds(60)
    await crawl.finish([one for one in taken if one.queued.job == other])
    assert set(kept) == set(ids(await crawl.all_taken(3))) | {
        one.queued.page_id for one in taken if one.queued.job == other
    }
    await crawl.record()
    await frontier.jobs.end(other)
    for node in crawl.server.each():
        with node:
            for key in node.keys("user:*:state"):
                node.delete(key)
    assert {
        key for key in crawl.server.names() - before if "installed" not in key and ":pace:" not in key
    } == set()


def contents(node: object, key: bytes) -> bytes:
    """What a key holds, open requests at a host aside: those are the site's, until they end."""
    kind = node.type(key)  # type: ignore[attr-defined]
    if kind == b"hash":
        return b" ".join(f + b" " + v for f, v in node.hgetall(key).items())  # type: ignore[attr-defined]
    if kind == b"zset":
        return b" ".join(node.zrange(key, 0, -1))  # type: ignore[attr-defined]
    if kind == b"set":
        return b" ".join(node.smembers(key))  # type: ignore[attr-defined]
    text = bytes(node.get(key))  # type: ignore[attr-defined]
    n, turns, _, wishes = text.split(b"|") if b":pace:" in key else (text, b"", b"", b"")
    return b" ".join((n, turns, wishes))


async def test_a_cancelled_fetch_keeps_its_place_at_the_host_until_it_is_given_back(crawl: Crawl) -> None:
    one, two = await crawl.job("ann/one"), await crawl.job("bob/one")
    await crawl.add(one, 9)
    open_fetches = await crawl.take(1)
    crawl.clock.pass_seconds(0.2)
    open_fetches += await crawl.take(1)
    await crawl.queues.frontier.jobs.end(one)
    await crawl.add(two, 2)
    crawl.clock.pass_seconds(1)
    assert not await crawl.take()
    await crawl.queues.frontier.release(open_fetches)
    assert len(await crawl.take()) == 1
