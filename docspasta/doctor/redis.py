"""Redis or Valkey: reads facts about the server and its user, and judges them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .findings import Finding, good, note, wrong
from .postgres import SKEW

OLDEST = {"redis": (7, 0), "valkey": (7, 2)}
UNKNOWN = "?"  # the user may not ask


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """What was read; `policy` and `user` are '?' when the user may not ask."""

    server: str  # redis or valkey
    version: tuple[int, ...]
    role: str
    policy: str
    used: int
    maximum: int
    evicted: int
    skew: float
    cluster: bool
    user: str


async def read_redis(url: str) -> RedisFacts:
    """Read the facts. Raises redis-py's errors and OSError if the server can't be reached or refuses us."""
    from redis.asyncio import Redis
    from redis.exceptions import ResponseError

    async def asked(client: Any, *command: str) -> Any:
        try:
            return await client.execute_command(*command)
        except ResponseError:
            return None

    async with Redis.from_url(
        url, socket_timeout=10, socket_connect_timeout=10, decode_responses=True
    ) as client:
        await client.ping()
        before = time.time()
        seconds, micro = (await asked(client, "TIME")) or (before, 0)
        skew = int(seconds) + int(micro) / 1e6 - (before + time.time()) / 2
        info: Mapping[str, Any] = (await asked(client, "INFO")) or {}
        user = await asked(client, "ACL", "WHOAMI")
    return facts_of(info, skew, str(user or UNKNOWN))


def facts_of(info: Mapping[str, Any], skew: float, user: str) -> RedisFacts:
    """The facts in an INFO, as redis-py parses it."""
    valkey = info.get("valkey_version")
    text = str(valkey or info.get("redis_version", ""))
    return RedisFacts(
        server="valkey" if valkey else "redis",
        version=tuple(int(part) for part in text.split(".")[:2] if part.isdigit()),
        role=str(info.get("role", UNKNOWN)),
        policy=str(info.get("maxmemory_policy", UNKNOWN)),
        used=int(info.get("used_memory", 0)),
        maximum=int(info.get("maxmemory", 0)),
        evicted=int(info.get("evicted_keys", 0)),
        skew=skew,
        cluster=bool(int(info.get("cluster_enabled", 0))),
        user=user,
    )


def judge_redis(facts: RedisFacts, cluster_wanted: bool, subject: str) -> list[Finding]:
    """Findings about one address."""
    found = list(_wrongs(facts, cluster_wanted, subject))
    name = f"{facts.server.title()} {'.'.join(map(str, facts.version))}"
    return found or [good(subject, f"{name} as {facts.user}, {facts.policy}, clock in step")]


def _wrongs(facts: RedisFacts, cluster_wanted: bool, subject: str) -> Iterator[Finding]:
    if facts.version and facts.version < OLDEST[facts.server]:
        yield wrong(
            subject, f"{facts.server} {facts.version} is too old", "Redis 7.0 or Valkey 7.2, or newer"
        )
    if facts.role not in ("master", UNKNOWN):
        yield wrong(subject, f"is a {facts.role}", "point the address at the primary")
    if facts.policy == UNKNOWN:
        yield note(
            subject, "its user may not run INFO, so the policy is unknown", "check it as an administrator"
        )
    elif facts.policy != "noeviction":
        remedy = "run CONFIG SET maxmemory-policy noeviction, and set it in the configuration"
        yield wrong(subject, f"maxmemory-policy is {facts.policy}: URLs would vanish silently", remedy)
    if facts.evicted:
        remedy = "maintenance finds them again; set noeviction and more memory"
        yield wrong(subject, f"{facts.evicted} keys have been evicted", remedy)
    if facts.maximum and facts.used > 0.8 * facts.maximum:
        share = round(100 * facts.used / facts.maximum)
        yield wrong(
            subject,
            f"{share} % of maxmemory is used; when it is full, no more URLs can be queued",
            "give it more memory",
        )
    if facts.cluster != cluster_wanted and facts.role != UNKNOWN:
        sentence = "is a Cluster" if facts.cluster else "is not a Cluster"
        wanted = str(facts.cluster).lower()
        yield wrong(subject, f"{sentence}, but the setting says otherwise", f"set redis_cluster to {wanted}")
    if abs(facts.skew) > SKEW:
        yield wrong(
            subject,
            f"its clock differs from ours by {facts.skew:+.1f} s",
            "synchronise the clocks of both machines",
        )
