"""Opens Redis for a process: frontier, pages queue and doorbell over redis://, rediss:// or unix://, on a
single server or a Cluster. Connections are made by the first command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from docspasta.queues.doorbell import Doorbell
from docspasta.queues.frontier import Frontier
from docspasta.queues.hosts import Pace
from docspasta.queues.outage import Outage
from docspasta.queues.pages import PagesQueue
from docspasta.queues.scripts import Client
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

log = logger("queues")


@dataclass(frozen=True, slots=True)
class Queues:
    """What a process uses of Redis. `close()` it at the end. Its loops tell `outage` when Redis is away."""

    client: Client
    frontier: Frontier
    pages: PagesQueue
    doorbell: Doorbell
    outage: Outage

    async def ping(self) -> None:
        """Raise (redis.exceptions.RedisError or OSError) when Redis does not answer: for readiness."""
        client: Any = self.client
        await client.get("{f00}:installed")

    async def close(self) -> None:
        """End every connection."""
        await self.doorbell.close()
        await self.client.aclose()


def connect(url: str, *, name: str, cluster: bool = False) -> Client:
    """A client that names itself, times out by itself and tries a broken connection once more."""
    options: dict[str, Any] = {
        "client_name": f"docspasta-{name}",
        "socket_timeout": 10.0,
        "socket_connect_timeout": 5.0,
        "health_check_interval": 15,
        "protocol": 2,
    }
    if cluster:
        return RedisCluster.from_url(url, **options)
    retry = Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.05), 2)
    return Redis.from_url(url, retry=retry, **options)


async def open_queues(
    url: str,
    *,
    name: str,
    shards: int,
    cluster: bool = False,
    pace: Pace | None = None,
    waiting_bytes: int = 64 * 1024 * 1024,
    clock: Callable[[], int] | None = None,
) -> Queues:
    """The queues at `url`. `name` is the service's, for CLIENT LIST; `pace` and `waiting_bytes` matter to
    the crawler only. Connects lazily: an unreachable Redis fails the first command, not this."""
    client = connect(url, name=name, cluster=cluster)
    metrics.watch_redis(getattr(client, "connection_pool", None))
    doorbell = Doorbell(client)
    frontier = Frontier(client, doorbell, shards=shards, pace=pace, waiting_bytes=waiting_bytes, clock=clock)
    pages = PagesQueue(client, doorbell, shards=shards, clock=clock)
    return Queues(client, frontier, pages, doorbell, Outage(log))
