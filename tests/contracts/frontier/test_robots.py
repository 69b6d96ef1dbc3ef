"""robots.txt of an origin: one fetch however many ask, kept for everybody."""

from __future__ import annotations

import asyncio

from docspasta.queues.connect import open_queues
from tests.contracts.frontier.driver import Crawl


async def test_one_fetches_and_all_get_the_verdict(crawl: Crawl) -> None:
    frontier, origin = crawl.queues.frontier, "https://docs.example"
    assert await frontier.robots.read(origin) is None
    assert await frontier.robots.lock(origin) is None  # this one fetches
    others = [asyncio.create_task(frontier.robots.lock(origin)) for _ in range(5)]
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in others)
    await frontier.robots.put(origin, b"verdict", 60)
    assert await asyncio.wait_for(asyncio.gather(*others), 30) == [b"verdict"] * 5
    assert await frontier.robots.read(origin) == b"verdict"
    assert await frontier.robots.read("http://docs.example") is None


async def test_a_verdict_that_came_between_a_look_and_the_lock_is_not_fetched_again(crawl: Crawl) -> None:
    """For the first who asks and for one who waits: each looks, and then locks."""
    robots, origin = crawl.queues.frontier.robots, "https://docs.example"
    assert await robots.lock(origin) is None
    look, looked, late = robots.read, asyncio.Event(), asyncio.Event()

    async def slow(asked: str) -> bytes | None:
        found = await look(asked)
        looked.set()
        await late.wait()
        return found

    robots.read = slow  # type: ignore[method-assign]
    waiting = asyncio.create_task(robots.lock(origin))
    await looked.wait()
    robots.read = look  # type: ignore[method-assign]
    await robots.put(origin, b"verdict", 60)
    late.set()
    assert await asyncio.wait_for(waiting, 30) == b"verdict"
    assert await robots.lock(origin) == b"verdict"
    assert await robots._try_lock(origin, 60), "nobody holds it"


async def test_a_lock_given_up_passes_to_the_next(crawl: Crawl) -> None:
    frontier, origin = crawl.queues.frontier, "https://docs.example"
    assert await frontier.robots.lock(origin) is None
    other = asyncio.create_task(frontier.robots.lock(origin))
    await asyncio.sleep(0.05)
    assert not other.done()
    await frontier.robots.unlock(origin)
    assert await asyncio.wait_for(other, 30) is None


async def test_a_vanished_holder_blocks_nobody_for_long(crawl: Crawl) -> None:
    frontier, origin = crawl.queues.frontier, "https://docs.example"
    assert await frontier.robots.lock(origin, lease=0.2) is None
    assert await asyncio.wait_for(frontier.robots.lock(origin, lease=0.2), 30) is None


async def test_a_late_holder_takes_no_lock_from_another(crawl: Crawl) -> None:
    frontier, origin = crawl.queues.frontier, "https://docs.example"
    late = frontier.robots
    assert await late.lock(origin, lease=0.05) is None
    other = await open_queues(
        crawl.server.url,
        name="other",
        shards=frontier.shards.count,
        cluster=crawl.server.cluster,
        clock=crawl.clock,
    )
    try:
        assert await asyncio.wait_for(other.frontier.robots.lock(origin, lease=60), 30) is None
        await late.unlock(origin)
        assert not await late._try_lock(origin, 60)
    finally:
        await other.close()
