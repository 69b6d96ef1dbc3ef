"""What one Postgres and one Redis carry, by arithmetic and simulation from measured costs: docs/capacity.md.

    python -m bench.capacity [--cores 8] [--days 30]

`SMALL` is from `python -m bench.many_users`: small pages of many jobs at once, one or two in a transaction,
the dearest way to record them, on cores that others used. `LARGE` is a crawl of Django's 691 pages at full
speed, in full batches (bench/README.md). Measure again on your machines. Nothing is started.
"""

from __future__ import annotations

import argparse
import heapq
import random
from dataclasses import dataclass

BUSY = 0.7  # of a server's time: beyond it, waiting grows faster than work
DAY = 86_400
STEPS = 50_000  # simulated
QUEUED_BYTES = 149  # of Redis, a URL that waits (python -m bench.frontier)


@dataclass(frozen=True)
class Costs:
    """Of a page: CPU milliseconds of each server; bytes of WAL, and of the database while it is kept."""

    name: str
    postgres_ms: float
    redis_ms: float
    wal_bytes: float | None  # not measured
    kept_bytes: float


SMALL = Costs("small pages of many jobs", 6.6, 1.8, 8_450, 3_600)
LARGE = Costs("Django's pages of one job", 0.26, 0.14, None, 14_900)


@dataclass(frozen=True)
class Carried:
    """Pages a second of each server; at the lower one, MB of WAL a second and GB that are kept."""

    postgres: float
    redis: float
    wal_mb: float | None
    kept_gb: float

    @property
    def first(self) -> str:
        """Which of the two ends first."""
        return "Redis" if self.redis < self.postgres else "Postgres"


def carried(costs: Costs, cores: int, days: float) -> Carried:
    """By a Postgres with so many cores, and a Redis, whose commands run on one. Jobs are kept for `days`."""
    postgres, redis = 1000 * BUSY * cores / costs.postgres_ms, 1000 * BUSY / costs.redis_ms
    rate = min(postgres, redis)
    kept = rate * DAY * days * costs.kept_bytes / 1e9
    wal = None if costs.wal_bytes is None else rate * costs.wal_bytes / 1e6
    return Carried(postgres, redis, wal, kept)


def waits(service_ms: float, servers: int, busy: float, seed: int = 1) -> tuple[float, float]:
    """Simulated: milliseconds that a step waits for one of the servers, p50 and p99. Steps come at random,
    take an exponential time of that mean, and keep so large a share of the servers busy."""
    chance, free, found, now = random.Random(seed), [0.0] * servers, [], 0.0
    for _ in range(STEPS):
        now += chance.expovariate(busy * servers / service_ms)
        begin = max(now, heapq.heappop(free))
        heapq.heappush(free, begin + chance.expovariate(1 / service_ms))
        found.append(begin - now)
    found.sort()
    return found[len(found) // 2], found[len(found) * 99 // 100]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cores", type=int, default=8, help="of Postgres")
    parser.add_argument("--days", type=float, default=30, help="that ended jobs are kept")
    given = parser.parse_args()
    cores, days = f"Postgres, {given.cores} cores", f"kept {given.days:g} days"
    print(f"| at {BUSY:.0%} | {cores} | Redis, one | first | WAL | {days} |")
    print("|---|---|---|---|---|---|")
    for costs in (SMALL, LARGE):
        found = carried(costs, given.cores, given.days)
        rates = f"{found.postgres:,.0f} pages/s | {found.redis:,.0f} pages/s | {found.first}"
        wal = f"{found.wal_mb:.1f} MB/s" if found.wal_mb else "not measured"
        print(f"| {costs.name} | {rates} | {wal} | {found.kept_gb / 1000:,.1f} TB |")
    print(f"\n10,000,000 queued URLs: {QUEUED_BYTES / 100:.2f} GB of Redis\n")
    print(
        f"| busy | a page's step waits for Redis, p50 and p99 | for one of {given.cores} cores of Postgres |"
    )
    print("|---|---|---|")
    for busy in (0.5, BUSY, 0.9, 0.97):
        one, many = waits(SMALL.redis_ms, 1, busy), waits(SMALL.postgres_ms, given.cores, busy)
        texts = [f"{half:.1f} and {most:.1f} ms" for half, most in (one, many)]
        print(f"| {busy:.0%} | {' | '.join(texts)} |")


if __name__ == "__main__":
    main()
