"""The doorbell on a real Valkey: nothing rung after `listen` began is missed, whatever connections do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis

from docspasta.domain import JobKey
from docspasta.embedded.children import Children
from docspasta.embedded.valkey import EmbeddedValkey
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.keys import version_channel
from tests.stack import short_directory

JOB = JobKey("ann", "one")


@pytest.fixture
async def queues(redis_url: str) -> AsyncIterator[Queues]:
    made = await open_queues(redis_url, name="listener", shards=1)
    yield made
    await made.close()


async def test_no_ring_after_listen_began_is_missed(queues: Queues) -> None:
    for version in range(50):
        async with queues.doorbell.listen(JobKey("ann", f"job{version}")) as bell:
            await queues.doorbell.ring(JobKey("ann", f"job{version}"), version)
            assert await bell.ringing(30)
            assert bell.said() == ({str(version)}, False)
            assert not await bell.ringing(0.01)


async def test_listeners_share_one_connection_and_one_subscription(queues: Queues, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as admin:
        async with queues.doorbell.listen(JOB) as one, queues.doorbell.listen(JOB) as two:
            assert admin.pubsub_numsub(version_channel(JOB)) == [(version_channel(JOB).encode(), 1)]
            await queues.doorbell.ring(JOB, 3)
            assert await one.ringing(30) and await two.ringing(30)
        async with queues.doorbell.listen(JOB) as three:
            await queues.doorbell.ring(JOB, 4)
            assert await three.ringing(30)
        async with asyncio.timeout(30):
            while admin.pubsub_channels():
                await asyncio.sleep(0.01)


async def test_a_cut_connection_rings_for_what_may_have_been_missed(queues: Queues, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as admin:
        async with queues.doorbell.listen(JOB) as bell:
            assert admin.client_kill_filter(_type="pubsub") == 1
            assert await bell.ringing(30)
            assert bell.said() == (set(), True)
            await queues.doorbell.ring(JOB, 5)
            assert await bell.ringing(30)
            assert bell.said() == ({"5"}, False)


async def test_listening_begins_without_redis_and_rings_when_it_is_back() -> None:
    with short_directory() as directory:
        children = Children()
        server = EmbeddedValkey(directory, directory / "valkey.sock", directory / "log")
        queues = await open_queues(server.url, name="listener", shards=1)
        try:
            async with queues.doorbell.listen(JOB) as bell:
                assert not await bell.ringing(0.01)
                server.start(children)
                assert await bell.ringing(30)
                await queues.doorbell.ring(JOB, 1)
                assert await bell.ringing(30)
        finally:
            await queues.close()
            server.stop(children)
            children.close()


async def test_who_leaves_after_the_close_opens_no_connection(redis_url: str) -> None:
    made = await open_queues(redis_url, name="late", shards=1)
    with redis.Redis.from_url(redis_url) as admin:
        async with made.doorbell.listen(JOB):
            await made.close()
        assert [one for one in admin.client_list() if one["name"] == "docspasta-late"] == []


async def test_the_first_listener_after_a_quiet_while_is_heard(queues: Queues) -> None:
    """A check of the connection that is due must not read beside the keeper that listens already."""
    async with queues.doorbell.listen(JOB) as bell:
        await queues.doorbell.ring(JOB, 1)
        assert await bell.ringing(30)
    pubsub = queues.doorbell.pubsub
    async with asyncio.timeout(30):
        while pubsub is not None and pubsub.subscribed:
            await asyncio.sleep(0.01)
    if pubsub is not None and pubsub.connection is not None:
        pubsub.connection.next_health_check = 0.0
    async with queues.doorbell.listen(JOB) as bell:
        await queues.doorbell.ring(JOB, 2)
        assert await bell.ringing(30)
