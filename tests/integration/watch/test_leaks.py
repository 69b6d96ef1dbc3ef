"""After many opened and cut streams everything is as it was: descriptors, tasks, connections, gauges."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import time
from collections import Counter

import asyncpg
import pytest
import redis.asyncio
from prometheus_client import REGISTRY

from docspasta.settings import Gateway, Jobs
from docspasta.telemetry import logs
from gateway import watched_job as watched_by_gateway
from gateway.process import running as running_gateway
from gateway.subscriber import Subscriber
from services.jobs import watched_job as watched_by_jobs
from services.jobs.process import running as running_jobs
from services.jobs.watching import Reader
from tests.ports import free_port
from tests.sizes import FULL, size

from .installation import Records, installed
from .sse import Follower, follow_to_the_end, request, stream_path

SEED = int(os.environ.get("DOCSPASTA_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
JOBS, AT_ONCE = 50, 10
KEPT = (watched_by_jobs.WatchedJob, watched_by_gateway.WatchedJob, Reader, Subscriber)


@pytest.fixture
def bare(postgres_server, valkey_server):
    """Postgres, Valkey and keys; the two services run in the test's own loop, so that it sees their tasks."""
    valkey_server.flush()
    with installed(postgres_server, valkey_server.url) as made:
        yield made


def settings_of(bare) -> tuple[Jobs, Gateway]:
    """Both services' settings."""
    keys = {name.removeprefix("DOCSPASTA_").lower(): value for name, value in bare.keys.items()}
    address = f"unix:{bare.directory}/jobs.sock"
    shared = {"identity_issuers": keys["identity_issuers"], "grace": 1}
    jobs = Jobs(
        jobs_listen=address,
        postgres_dsn=bare.database.app_dsn,
        postgres_maintenance_dsn=bare.database.maintenance_dsn,
        postgres_pool=4,
        redis_url=bare.redis_url,
        frontier_shards=1,
        jobs_maintenance_interval=3600,
        jobs_requests_per_second=1e6,
        **shared,
        **{name: keys[name] for name in ("signing_key", "sealing_key", "ticket_key")},
    )
    gateway = Gateway(
        gateway_listen=f"127.0.0.1:{free_port()}",
        jobs_address=address,
        gateway_requests_per_second=0,
        gateway_streams_per_address=10_000,
        **shared,
    )
    return jobs, gateway


async def held(bare, records) -> dict[str, float]:
    """What could leak."""
    gc.collect()
    connection = await asyncpg.connect(bare.database.superuser_dsn)
    client = redis.asyncio.Redis.from_url(bare.redis_url)
    try:
        backends = await connection.fetch(
            "SELECT application_name, state, count(*) FROM pg_stat_activity "
            "WHERE datname = $1 AND pid <> pg_backend_pid() GROUP BY 1, 2 ORDER BY 1, 2",
            bare.database.name,
        )
        channels = await client.execute_command("PUBSUB CHANNELS")
        return {
            "descriptors": len(os.listdir("/proc/self/fd")) - 2,
            "tasks": len(asyncio.all_tasks()),
            **Counter(f"connections of {one['name']}" for one in await client.client_list() if one["name"]),
            **Counter(f"channel {channel}" for channel in channels),
            **{f"backends of {name}, {state}": count for name, state, count in backends},
            "watchers": REGISTRY.get_sample_value("docspasta_watchers") or 0,
            "streams": REGISTRY.get_sample_value("docspasta_subscribers") or 0,
            "kept": sum(isinstance(thing, KEPT) for thing in gc.get_objects()),
        }
    finally:
        await connection.close()
        await client.aclose()


async def open_and_cut(address: str, job_id: str, token: str, chance: random.Random) -> None:
    """One stream, cut before its head, within its first bytes, or a moment later."""
    path, kind = stream_path(job_id), chance.random()
    if kind < 0.2:
        _, writer = await asyncio.open_connection(*address.rsplit(":", 1))
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        await writer.drain()
        writer.transport.abort()
        return
    async with request(address, path, token) as answer:
        if kind > 0.4:
            await anext(answer.chunks())
        if kind > 0.8:
            await asyncio.sleep(chance.uniform(0, 0.05))


# A pool may have opened a connection more for each job at once, and each is a descriptor too; a leak opens
# hundreds. Of Valkey's connections those of another test's processes may come and go.
DESCRIPTORS, CONNECTIONS = AT_ONCE, AT_ONCE


def growth(before: dict[str, float], after: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What there is more of now than before, but for what pools may keep."""
    return {
        name: (before.get(name, 0), now)
        for name, now in after.items()
        if now > before.get(name, 0) + _pooled(name)
    }


def _pooled(name: str) -> int:
    """How many of these a pool may keep."""
    if name.startswith("connections of docspasta-"):
        return CONNECTIONS
    return DESCRIPTORS if name == "descriptors" else 0


@pytest.mark.skipif(not FULL, reason="make test-full: opens and cuts a thousand streams")
@pytest.mark.timeout(300)
async def test_nothing_is_left_over(bare):
    print(f"DOCSPASTA_TEST_SEED={SEED}")
    logs.configure("test", "warning")
    chance, token = random.Random(SEED), bare.token()
    jobs_settings, gateway_settings = settings_of(bare)
    address = gateway_settings.gateway_listen
    async with Records.of(bare) as records, running_jobs(jobs_settings), running_gateway(gateway_settings):
        await warm(records, address, token)
        before = await held(bare, records)
        gate = asyncio.Semaphore(AT_ONCE)

        async def job() -> None:
            async with gate:
                crawl = await records.crawl(20)
                follower = Follower()
                following = asyncio.create_task(follow_to_the_end(address, crawl.job_id, token, follower))
                for _ in range(size("streams opened and cut") // JOBS):
                    await open_and_cut(address, crawl.job_id, token, chance)
                    if crawl.queued and chance.random() < 0.3:
                        await crawl.advance(chance.randint(1, 4), chance)
                await (crawl.cancel() if chance.random() < 0.3 else crawl.finish())
                await asyncio.wait_for(following, 60)
                assert follower.differences(await crawl.truth()) == []

        await asyncio.gather(*(job() for _ in range(JOBS)))
        until = time.monotonic() + 30
        while (grown := growth(before, await held(bare, records))) and time.monotonic() < until:
            await asyncio.sleep(0.25)
        assert not grown


async def warm(records: Records, address: str, token: str) -> None:
    """Open what stays open: pools to their full size, the gRPC channel, the pub/sub connection."""
    async with asyncio.timeout(60):
        crawls = [await records.crawl(3) for _ in range(8)]
        followers = [Follower() for _ in crawls]
        following = [
            asyncio.create_task(follow_to_the_end(address, crawl.job_id, token, follower))
            for crawl, follower in zip(crawls, followers, strict=True)
        ]
        await asyncio.gather(*(crawl.finish() for crawl in crawls))
        await asyncio.gather(*following)
        await asyncio.gather(*(records.pool.connections.fetch("SELECT pg_sleep(0.2)") for _ in range(4)))
        many = range(2 * AT_ONCE)
        await asyncio.gather(*(records.ring(crawls[0].key, 1) for _ in many))
        streams = [open_and_cut(address, crawls[n % 8].job_id, token, random.Random(n)) for n in many]
        await asyncio.gather(*streams)
        await asyncio.sleep(6)  # what lingers after the last who watched
        while any(REGISTRY.get_sample_value(f"docspasta_{name}") for name in ("watchers", "subscribers")):
            await asyncio.sleep(0.1)
