"""What Redis holds: keys and bytes by kind for `docspasta redis-report`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from docspasta.queues.scripts import Client

HOSTS_AND_IDS = (
    (re.compile(r"^user:[^:]+:job:[^:]+:"), "user:<user>:job:<job>:"),
    (re.compile(r"^rate:\{[^}]+\}$"), "rate:{<user>}"),
    (re.compile(r"\{f\d+\}:"), "{fNN}:"),
    (re.compile(r":(pace|queue|address|robots|robots-lock):.*$"), r":\1:*"),
    (re.compile(r"^(\{fNN\}):(due|pages):(?!leases$|bytes$).*$"), r"\1:\2:<user>"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """Keys of one kind, and their bytes with Redis' own overhead."""

    kind: str
    keys: int
    bytes: int


def kind_of(key: str) -> str:
    """The kind of a key: users, jobs, shards and hosts left out."""
    for pattern, instead in HOSTS_AND_IDS:
        key = pattern.sub(instead, key)
    return key


async def held(client: Client) -> list[Held]:
    """Every key, by kind, the largest first: a scan of all nodes that takes its time and blocks nobody."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    server: Any = client
    async for key in server.scan_iter(count=1000):
        size = await server.memory_usage(key, samples=20)
        of_kind = counts[kind_of(key.decode(errors="replace"))]
        of_kind[0] += 1
        of_kind[1] += size or 0
    rows = [Held(kind, keys, size) for kind, (keys, size) in counts.items()]
    return sorted(rows, key=lambda row: -row.bytes)


def render(rows: list[Held]) -> str:
    """A table for people."""
    width = max([len(row.kind) for row in rows], default=4)
    lines = [f"{'kind':<{width}}  {'keys':>10}  {'bytes':>14}"]
    lines += [f"{row.kind:<{width}}  {row.keys:>10,}  {row.bytes:>14,}" for row in rows]
    total = f"{sum(row.keys for row in rows):>10,}  {sum(row.bytes for row in rows):>14,}"
    return "\n".join([*lines, f"{'all':<{width}}  {total}"]) + "\n"
