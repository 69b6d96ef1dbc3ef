"""What Redis could give out this moment: figures for metrics, read and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.asyncio.cluster import RedisCluster

from docspasta.queues.keys import tag
from docspasta.queues.scripts import Call, Client
from docspasta.queues.shards import Shards

REFUSALS = ("auth", "cmd", "key", "channel")  # Redis' own words: acl_access_denied_<cause>
HOSTS = 2000  # looked at in a shard, at most


@dataclass(frozen=True, slots=True)
class Figures:
    """`due_urls` could be taken now; `waiting_bytes` of results; `oldest_seconds` the oldest has waited."""

    due_urls: int
    waiting_bytes: int
    oldest_seconds: float


async def read_figures(shards: Shards, at_once: int) -> Figures:
    """The figures of all shards. `at_once` bounds the requests to one host, so that 10,000 URLs of a paced
    host count as the few that may start."""
    names = ("due", "pages", "pages:bytes")
    calls: list[Call] = [
        ("figures", [tag(shard) + name for name in names], [shards.now(), at_once, HOSTS])
        for shard in shards.each()
    ]
    rows = await shards.run_all(calls)
    return Figures(
        sum(row[0] for row in rows), sum(row[1] for row in rows), max(row[2] for row in rows) / 1000
    )


async def read_refusals(client: Client) -> dict[str, int]:
    """What the servers have refused to Redis users since they started, by cause: a wrong password, a command,
    a key, a channel. A server that does not count them says 0."""
    asked: Any = client
    if isinstance(client, RedisCluster):
        nodes = (await asked.info("stats", target_nodes=RedisCluster.ALL_NODES)).values()
    else:
        nodes = (await asked.info("stats"),)
    return {
        cause: sum(int(node.get(f"acl_access_denied_{cause}", 0)) for node in nodes) for cause in REFUSALS
    }
