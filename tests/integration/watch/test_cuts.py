"""Cut anywhere, come back anywhere: what a client ends with is what the database holds."""

from __future__ import annotations

import asyncio
import itertools
import os
import random

import pytest

from tests.sizes import size

from .sse import Follower, Parser, follow_to_the_end, last_event_id, request, stream_path

SEED = int(os.environ.get("DOCSPASTA_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
AT_ONCE = 16


async def read_bytes(address: str, job_id: str, token: str, follower: Follower, most: int) -> int:
    """Read at most `most` bytes of a stream's body, then cut; how many came."""
    path, cursor = stream_path(job_id), last_event_id(follower.last_id)
    async with request(address, path, token, **cursor) as answer:
        parser, left = Parser(follower.last_id), most
        if answer.status == 200:
            async for chunk in answer.chunks():
                for event in parser.feed(chunk[:left]):
                    follower.apply(event)
                left -= len(chunk)
                if left <= 0:
                    return most
        return most - left


async def recorded_length(address: str, job_id: str, token: str) -> int:
    """How many bytes a whole stream has."""
    return await read_bytes(address, job_id, token, Follower(), 10**9)


async def test_cut_at_every_byte(installation, records):
    print(f"DOCSPASTA_TEST_SEED={SEED}")
    chance, token = random.Random(SEED), installation.token()
    crawl = await records.crawl(30)
    for _ in range(6):
        await crawl.advance(5, chance)
    truth = await crawl.truth()
    addresses = [gateway.address for gateway in installation.gateways]
    length = await recorded_length(addresses[0], crawl.job_id, token)
    assert 5_000 < length <= 12_500
    cuts = size("cuts of a recorded stream")
    places = range(1, length + 1) if cuts >= length else sorted(chance.sample(range(1, length + 1), cuts))
    gate = asyncio.Semaphore(AT_ONCE)

    async def cut(place: int) -> list[str]:
        async with gate:
            follower = Follower()
            await read_bytes(chance.choice(addresses), crawl.job_id, token, follower, place)
            await follow_to_the_end(chance.choice(addresses), crawl.job_id, token, follower)
            return [f"cut at byte {place}: {text}" for text in follower.differences(truth)]

    found = await asyncio.gather(*(cut(place) for place in [*places, length - 1, length]))
    assert list(itertools.chain(*found)) == []


@pytest.mark.timeout(300)
async def test_cut_a_large_stream_while_it_grows(installation, records):
    print(f"DOCSPASTA_TEST_SEED={SEED}")
    chance, token = random.Random(SEED), installation.token()
    cuts = size("cuts of a large stream")
    crawl = await records.crawl(cuts * 8)
    addresses = [gateway.address for gateway in installation.gateways]
    followers = [Follower() for _ in range(4)]
    done = 0

    async def commit() -> None:
        while crawl.queued:
            await crawl.advance(chance.randint(1, 40), chance)
            while done < cuts and len(crawl.queued) < cuts * 8 * (1 - done / cuts):
                await asyncio.sleep(0.005)  # the writer keeps abreast of the cuts

    async def be_cut(follower: Follower) -> None:
        nonlocal done
        while done < cuts and follower.ended is None:
            places = chance.randint(1, 12_000)
            address = chance.choice(addresses)
            async with asyncio.timeout(60):
                reading = read_bytes(address, crawl.job_id, token, follower, places)
                try:
                    await asyncio.wait_for(reading, chance.uniform(0.05, 0.3))
                except TimeoutError:
                    pass  # cut by time instead: there was less to read
            done += 1
        await follow_to_the_end(chance.choice(addresses), crawl.job_id, token, follower)

    await asyncio.gather(commit(), *(be_cut(follower) for follower in followers))
    truth = await crawl.truth()
    assert truth["state"] == "completed"
    for follower in followers:
        assert follower.differences(truth) == []


async def test_the_end_is_not_lost_between_the_last_page_and_the_terminal_event(installation, records):
    """The cursor of the last page, then 204 only for who has seen the end."""
    crawl = await records.crawl(3)
    await crawl.finish()
    truth, token, address = await crawl.truth(), installation.token(), installation.gateways[0].address
    whole = Follower()
    await follow_to_the_end(address, crawl.job_id, token, whole)
    last_page = max(whole.versions.values())
    assert last_page == truth["version"] - 1
    again = Follower(epoch=whole.epoch, version=last_page)
    await follow_to_the_end(address, crawl.job_id, token, again)
    assert again.ended is not None and again.version == truth["version"] and again.events == 1
    async with request(address, stream_path(crawl.job_id, whole.last_id), token) as answer:
        assert answer.status == 204
