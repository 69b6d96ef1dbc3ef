"""What the record of a stack under load shows from look to look: ended jobs, first pages, tables, bytes."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import redis.asyncio

from bench.two_of_each import Stack

LOOK = 3.0  # seconds between two looks
ENDED = """
SELECT job_id, state, processed, failed, (extract(epoch FROM (
  SELECT min(page.finished_at) FROM crawled_pages AS page WHERE page.user_id = job.user_id
  AND page.job_id = job.job_id AND page.state = 'processed' AND kind = 'page') - created_at))::float8 AS first
FROM crawling_jobs AS job WHERE finished_at IS NOT NULL AND NOT job_id = ANY($1)
"""
TABLES = """
SELECT relname, pg_total_relation_size(relid)::float8 AS bytes, n_live_tup, n_dead_tup
FROM pg_stat_user_tables
"""
BYTES = """
SELECT pg_database_size(current_database())::float8, (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8
"""


@dataclass(frozen=True)
class Ended:
    """A job that has ended. `first` is seconds from its creation to its first page; none without one."""

    state: str
    processed: int
    failed: int
    first: float | None


@dataclass
class SeenRecord:
    """Bytes of tables and of Valkey by look, and the jobs that ended, by id."""

    record: asyncpg.Connection
    valkey: redis.asyncio.Redis
    jobs: dict[str, Ended] = field(default_factory=dict)
    tables: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    dead: dict[str, float] = field(default_factory=dict)  # the largest share of dead rows of a table
    redis_bytes: list[float] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def of(cls, stack: Stack) -> AsyncIterator[SeenRecord]:
        """The record of a stack, for a block."""
        record = await asyncpg.connect(stack.fleet.database.superuser_dsn)
        valkey = redis.asyncio.Redis.from_url(stack.valkey.url)
        try:
            yield cls(record, valkey)
        finally:
            await record.close()
            await valkey.aclose()

    async def look(self) -> None:
        """Note what there is now."""
        for row in await self.record.fetch(ENDED, list(self.jobs)):
            self.jobs[row["job_id"]] = Ended(row["state"], row["processed"], row["failed"], row["first"])
        for row in await self.record.fetch(TABLES):
            name, rows = row["relname"], row["n_live_tup"] + row["n_dead_tup"]
            self.tables[name].append(row["bytes"])
            if row["bytes"] > 1e6:
                self.dead[name] = max(self.dead.get(name, 0.0), row["n_dead_tup"] / max(rows, 1))
        self.redis_bytes.append((await self.valkey.info("memory"))["used_memory"])

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK)

    async def until_ended(self, jobs: set[str], within: float) -> None:
        """Wait until all of them have ended."""
        until = time.monotonic() + within
        while left := jobs - self.jobs.keys():
            assert time.monotonic() < until, f"{len(left)} jobs have not ended within {within:g} s"
            await asyncio.sleep(0.5)

    async def counts(self) -> dict[str, float]:
        """What only grows: bytes of the database and of WAL, commands of Valkey."""
        size, wal = await self.record.fetchrow(BYTES)
        commands = (await self.valkey.info("stats"))["total_commands_processed"]
        return {"database": size, "wal": wal, "commands": commands}

    def largest_tables(self, number: int) -> list[str]:
        """The names of the tables that were largest."""
        return sorted(self.tables, key=lambda name: -max(self.tables[name]))[:number]
