"""The pages queue: turns, bounds, leases of processors, a page that kills."""

from __future__ import annotations

import asyncio

import pytest
from redis.exceptions import AuthenticationError

from docspasta.compression import unpack
from docspasta.domain import JobKey
from docspasta.queues.figures import read_refusals
from docspasta.queues.frontier import ALONE_AFTER, LOSSES
from docspasta.queues.messages import Fetched
from docspasta.queues.report import held, render
from tests.contracts.frontier.driver import Crawl, ids, jobs


async def fetched(crawl: Crawl, job: JobKey, count: int, body: bytes = b"<p>", shard: int = 1) -> list[int]:
    """Pages of a job in one shard, fetched and waiting."""
    names = crawl.hosts(crawl.pages + count, shard=shard)[-count:]
    for name in names:
        await crawl.add(job, 1, name)
    taken = await crawl.take(count)
    await crawl.finish(taken, body)
    return ids(taken)


async def test_a_result_arrives_whole(crawl: Crawl) -> None:
    await crawl.add(await crawl.job(), 1)
    (taken,) = await crawl.take()
    result = Fetched(
        taken.queued.url, 200, "text/html", "utf-8", bytes(range(256)) * 5000, redirected_to="https://x/",
        sitemaps=("a", "b"), nofollow=True, bytes_fetched=99, detail="ümlaut",
    )  # fmt: skip
    await crawl.queues.frontier.complete([(taken, result)])
    (page,) = await crawl.queues.pages.claim(1, 1, 30)
    whole = page.fetched._replace(body=unpack(page.fetched.body, 2_000_000), coding=result.coding)
    assert (whole, page.queued) == (result, taken.queued)


async def test_users_take_turns_then_their_jobs_and_a_jobs_pages_stand_together(crawl: Crawl) -> None:
    ann, two, bob = [await crawl.job(name) for name in ("ann/one", "ann/two", "bob/one")]
    for job in (ann, two, bob):
        await fetched(crawl, job, 6)
        crawl.clock.pass_seconds(0.01)
    order = [jobs(await crawl.queues.pages.claim(2, 1 << 20, 30)) for _ in range(6)]
    assert [batch[0] for batch in order[:4]] == ["ann/one", "bob/one", "ann/two", "bob/one"]
    assert all(batch[0] == batch[1] for batch in order)
    last = jobs(await crawl.queues.pages.claim(20, 1 << 20, 30))
    assert len(last) == 6 and last == sorted(last, key=last.index)


async def test_a_batch_is_bounded_by_bytes_but_never_empty(crawl: Crawl) -> None:
    job = await crawl.job()
    noise = bytes((i * i * 7919 >> 5) & 255 for i in range(30_000))
    await fetched(crawl, job, 5, noise)
    sizes = []
    while pages := await crawl.queues.pages.claim(10, 2000, 30):
        sizes.append(len(pages))
    assert sizes == [1] * 5


async def test_a_processors_lease_runs_out(crawl: Crawl) -> None:
    queue = crawl.queues.pages
    await fetched(crawl, await crawl.job(), 3)
    held = await queue.claim(3, 1 << 20, 10)
    assert not await queue.claim(3, 1 << 20, 10)
    crawl.clock.pass_seconds(8)
    assert await queue.renew(held[:1], 10) == []
    crawl.clock.pass_seconds(8)
    assert await queue.expire() == 2
    queue.look_everywhere()
    again = await queue.claim(3, 1 << 20, 10)
    assert sorted(ids(again)) == sorted(ids(held[1:])) and {page.losses for page in again} == {1}
    assert await queue.renew(held, 10) == held[1:]
    await queue.complete(held)  # recorded by the one who was late: the others' results change nothing
    assert await queue.renew(again, 10) == again
    crawl.clock.pass_seconds(60)
    assert await queue.expire() == 0


async def test_given_back_pages_are_uncharged(crawl: Crawl) -> None:
    queue = crawl.queues.pages
    await fetched(crawl, await crawl.job(), 2)
    held = await queue.claim(2, 1 << 20, 10)
    await queue.release(held)
    again = await queue.claim(2, 1 << 20, 10)
    assert sorted(ids(again)) == sorted(ids(held)) and {page.losses for page in again} == {0}


async def test_a_page_that_kills_travels_alone_then_fails(crawl: Crawl) -> None:
    queue = crawl.queues.pages
    job = await crawl.job()
    poison, *_ = await fetched(crawl, job, 4)
    innocent_losses = 0
    for losses in range(LOSSES):
        await queue.expire()
        seen = False
        while not seen:
            queue.look_everywhere()
            batch = await queue.claim(10, 1 << 20, 10)
            assert batch, "the poison page vanished"
            seen = poison in ids(batch)
            if seen:
                (page,) = [page for page in batch if page.queued.page_id == poison]
                assert (page.losses, page.alone) == (losses, losses >= ALONE_AFTER)
                if page.alone:
                    assert len(batch) == 1
                else:
                    innocent_losses += 1
            else:
                await queue.release(batch)
                crawl.clock.pass_seconds(0.001)
        crawl.clock.pass_seconds(11)  # whoever took it is dead
        assert await queue.expire() >= 1
    assert innocent_losses == ALONE_AFTER
    queue.look_everywhere()
    results: dict[int, str] = {}
    while pages := await queue.claim(10, 1 << 20, 10):  # the innocent were lost twice: they come alone too
        results |= {page.queued.page_id: page.fetched.reason for page in pages}
    assert results.pop(poison) == "worker_lost"
    assert set(results.values()) == {""} and len(results) == 3


async def test_a_page_lost_twice_joins_no_batch_of_others(crawl: Crawl) -> None:
    queue = crawl.queues.pages
    job = await crawl.job()
    (poison,) = await fetched(crawl, job, 1)
    await queue.claim(1, 1, 10)
    innocent = await fetched(crawl, job, 2)
    held = await queue.claim(2, 1 << 20, 60)
    assert sorted(ids(held)) == sorted(innocent)
    crawl.clock.pass_seconds(11)
    assert await queue.expire() == 1
    queue.look_everywhere()
    assert ids(await queue.claim(1, 1, 10)) == [poison]
    crawl.clock.pass_seconds(11)
    await queue.release(held)
    crawl.clock.pass_seconds(0.01)
    assert await queue.expire() == 1  # the second loss: it waits behind the others
    assert sorted(ids(await queue.claim(10, 1 << 20, 10))) == sorted(innocent)
    (alone,) = await queue.claim(10, 1 << 20, 10)
    assert (alone.queued.page_id, alone.alone) == (poison, True)


async def test_crawlers_stop_while_too_much_waits_and_are_rung(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    frontier.waiting.bound = 40_000
    job = await crawl.job()
    for name in crawl.hosts(40):
        await crawl.add(job, 1, name)
    noise = bytes((i * i * 7919 >> 5) & 255 for i in range(3000))
    count = 0
    while taken := await crawl.take(1):
        await crawl.finish(taken, noise)
        count += 1
    assert 3 <= count <= 11
    frontier.bell = await crawl.queues.doorbell.join("docspasta:work")
    while await frontier.bell.ringing(0.2):
        pass  # a Cluster's nodes pass rings on to each other a little later
    waiting = asyncio.create_task(frontier.wait(60))
    await asyncio.sleep(0)
    assert not waiting.done()
    await crawl.record()
    await asyncio.wait_for(waiting, 30)
    async with asyncio.timeout(30):
        while not await frontier.claim(1, 30):
            await frontier.wait(60)


async def test_one_share_s_waiting_results_stop_nobody_else(crawl: Crawl) -> None:
    frontier = crawl.queues.frontier
    frontier.waiting.bound = 200_000
    group = "anon-00000000000000aa"
    names = iter(crawl.hosts(90))
    for user in (*(f"{group}-{number:032x}" for number in range(3)), "bob"):
        job = await crawl.job(f"{user}/one")
        for _ in range(20):
            await crawl.add(job, 1, next(names))
    noise = bytes((i * i * 7919 >> 5) & 255 for i in range(5000))
    order = []
    while taken := await crawl.take(1):
        await crawl.finish(taken, noise)
        order += jobs(taken)
    of_group = sum(name.startswith(group) for name in order)
    assert 4 <= of_group <= 10, "three users of one address have what one user has: a quarter of 38 results"
    assert 4 <= order.count("bob/one") <= 10
    assert min(frontier.due) > frontier.shards.local(), "what is passed over makes no busy loop"

    await crawl.add(await crawl.job("cem/one"), 1, next(names))
    assert jobs(await crawl.take(9)) == ["cem/one"]

    await frontier.wait(0)
    waiting = asyncio.create_task(frontier.wait(60))
    await crawl.record()
    async with asyncio.timeout(30):
        await waiting
        taken = await frontier.claim(9, 30)
        while not taken:
            await frontier.wait(60)
            taken = await frontier.claim(9, 30)
    assert len(taken) == 9


async def test_a_hand_on_rings_an_idle_processor(crawl: Crawl) -> None:
    queue = crawl.queues.pages
    assert not await queue.claim(1, 1, 30)
    await queue.wait(0.01)
    assert not await queue.claim(1, 1, 30)
    waiting = asyncio.create_task(queue.wait(60))
    await fetched(crawl, await crawl.job(), 1)
    await asyncio.wait_for(waiting, 30)
    assert await queue.claim(1, 1, 30)


async def test_the_report_says_what_stands_in_redis(crawl: Crawl) -> None:
    job = await crawl.job()
    await fetched(crawl, job, 3)
    await crawl.add(job, 5, "late.example")
    assert await crawl.waiting_bytes() > 3 * 256
    await crawl.take(1)
    assert await crawl.leases() == 1
    rows = {row.kind: row for row in await held(crawl.queues.client)}
    assert sum(row.keys for row in rows.values()) == len(crawl.server.names())
    assert rows["user:<user>:job:<job>:{fNN}:queue:*"].keys == 1
    assert rows["{fNN}:due:<user>"].bytes > 0 and {"{fNN}:pace:*", "{fNN}:pages:bytes"} <= set(rows)
    text = render(list(rows.values()))
    assert "{fNN}:pace:*" in text and text.splitlines()[-1].startswith("all")


async def test_a_page_rings_only_when_none_of_its_job_was_waiting(crawl: Crawl) -> None:
    def rings() -> int:
        stats = [node.info("commandstats") for node in crawl.server.each()]
        return sum(int(of_node.get("cmdstat_publish", {"calls": 0})["calls"]) for of_node in stats)

    job, queue = await crawl.job(), crawl.queues.pages
    for name in crawl.hosts(6, shard=1):
        await crawl.add(job, 1, name)
    taken = await crawl.take()
    before = rings()
    await crawl.finish(taken[:1])
    assert rings() == before + 1
    await crawl.finish(taken[1:4])  # whoever was rung goes on until nothing waits
    assert rings() == before + 1
    assert len(await queue.claim(2, 1 << 20, 30)) == 2
    await crawl.finish(taken[4:5])
    assert rings() == before + 1
    assert len(await queue.claim(9, 1 << 20, 30)) == 3
    await crawl.finish(taken[5:])
    assert rings() == before + 2


async def test_what_redis_refuses_is_counted_on_every_node(crawl: Crawl) -> None:
    before = await read_refusals(crawl.queues.client)
    assert set(before) == {"auth", "cmd", "key", "channel"}
    nodes = 0
    for node in crawl.server.each():
        nodes += 1
        with pytest.raises(AuthenticationError):
            node.execute_command("AUTH", "nobody", "wrong")
    assert await read_refusals(crawl.queues.client) == before | {"auth": before["auth"] + nodes}
