"""Many writers of one job at once, and a watcher that polls: the invariants hold after every commit.

The seed is the test's parameter, so that a failing run names it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest

from docspasta.compression import unpack_all
from docspasta.domain import JobKey
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.record import record_batch
from tests.sizes import size

from .crawls import NOON, SITE, failed, make_job, processed, redirected, rows_of

KEY = JobKey("alice", "job1")
TERMINAL = ("completed", "failed", "cancelled")
WATCH = """
SELECT job.state, job.state_version AS job_version, page.page_id, page.state_version FROM crawling_jobs AS job
LEFT JOIN crawled_pages AS page ON page.job_id = job.job_id AND page.state_version > $1 AND page.kind = 'page'
WHERE job.job_id = 'job1'
"""


class Run:
    """One job with `writers` that take turns at random, a meddler and a watcher."""

    def __init__(self, pool, seed: int) -> None:
        self.pool, self.chance = pool, random.Random(seed)
        self.waiting: list = []
        self.taken: list = []  # results that came before, for redelivery
        self.ended = asyncio.Event()
        self.versions: dict[int, int] = {}  # page -> newest version that the watcher saw

    def result(self, admitted):
        roll = self.chance.random()
        if roll < 0.15:
            return failed(admitted.page_id)
        if roll < 0.25:
            return redirected(admitted.page_id, f"{SITE}/{self.chance.randrange(200)}")
        links = [f"{SITE}/{self.chance.randrange(200)}" for _ in range(6)]
        return processed(admitted.page_id, admitted.url, *links)

    async def write(self) -> None:
        while not self.ended.is_set():
            some = [
                self.waiting.pop(self.chance.randrange(len(self.waiting)))
                for _ in range(min(5, len(self.waiting)))
            ]
            batch = [self.result(admitted) for admitted in some]
            if self.taken and self.chance.random() < 0.3:
                batch.append(self.chance.choice(self.taken))
            if not batch:
                await asyncio.sleep(0)
                await self.settle()
                continue
            recorded = await record_batch(self.pool, KEY, batch, NOON)
            self.taken += batch
            self.waiting += recorded.admitted
            if recorded.state in TERMINAL:
                self.ended.set()

    async def settle(self) -> None:
        async with self.pool.transaction("alice") as connection:
            if await end_job(connection, KEY, NOON):
                self.ended.set()

    async def meddle(self, cancel_at: int) -> None:
        """Pause and resume until the job ends; cancel it after some of that."""
        for turn in range(1000):
            if self.ended.is_set():
                return
            async with self.pool.transaction("alice") as connection:
                await connection.execute(
                    "UPDATE crawling_jobs SET state = 'paused', running_since = NULL, deadline_at = NULL"
                    " WHERE state = 'running'"
                )
            await asyncio.sleep(self.chance.random() * 0.02)
            async with self.pool.transaction("alice") as connection:
                await connection.execute(
                    "UPDATE crawling_jobs SET state = 'running', running_since = $1, deadline_at = $2"
                    " WHERE state = 'paused'", NOON, NOON + timedelta(hours=1),
                )  # fmt: skip
                if turn == cancel_at:
                    await end_job(connection, KEY, NOON, CANCELLED)
                    self.ended.set()
            await asyncio.sleep(self.chance.random() * 0.02)

    async def watch(self) -> None:
        """List-watch by version. A row that commits behind the cursor would never be seen."""
        cursor, state = 0, ""
        while state not in TERMINAL:
            async with self.pool.transaction("alice") as connection:
                rows = await connection.fetch(WATCH, cursor)
            state = rows[0]["state"]
            seen = {row["page_id"]: row["state_version"] for row in rows if row["page_id"]}
            assert len(set(seen.values())) == len(seen)
            assert all(cursor < version < rows[0]["job_version"] for version in seen.values())
            self.versions.update(seen)
            cursor = rows[0]["job_version"]


@pytest.mark.parametrize("seed", range(size("seeds of the record")))
async def test_random_writers_keep_every_invariant(pool, seed):
    """Fails at once when lock_job does not lock, when _is_open forgets the state, when losers
    keep their chunks, or when counts are added up from what a batch holds instead of what it won."""
    run = Run(pool, seed)
    from docspasta.store.results import QueuedPage

    limits = {
        "page_limit": run.chance.choice([20, 150, 10_000]),
        "depth_limit": run.chance.choice([None, 2, 4]),
    }
    [start] = await make_job(pool, KEY, **limits)
    run.waiting.append(QueuedPage(start, f"{SITE}/", "", None, 0))
    cancel_at = run.chance.choice([3, 10, 2000])
    tasks = [run.write(), run.write(), run.write(), run.meddle(cancel_at), run.watch()]
    await asyncio.wait_for(asyncio.gather(*tasks), 60)

    job, pages = await rows_of(pool, KEY)
    states = Counter(page["state"] for page in pages)
    assert job["state"] in TERMINAL
    assert {name: job[name] for name in ("queued", "processed", "failed", "skipped")} == {
        name: states[name] for name in ("queued", "processed", "failed", "skipped")
    }
    assert job["discovered"] == len(pages) and job["queued"] == 0
    assert job["redirected"] == sum(page["reason"] == "redirected" for page in pages)
    assert len(pages) - job["redirected"] <= limits["page_limit"]
    versions = [page["state_version"] for page in pages]
    assert len(set(versions)) == len(versions) and max(versions) < job["state_version"]
    assert run.versions == {page["page_id"]: page["state_version"] for page in pages}
    _, refused = await rows_of(pool, KEY, "refused")
    assert Counter(row["refused_by"] for row in refused) == Counter(
        {name: job[f"refused_{name}"] for name in ("pages", "depth", "user_pages") if job[f"refused_{name}"]}
    )
    async with pool.transaction("alice") as connection:
        orphans = await connection.fetchval(
            "SELECT count(*) FROM page_content_chunks AS c WHERE kind <> 'navigation'"
            " AND NOT EXISTS (SELECT FROM crawled_pages AS p WHERE p.result_id = c.result_id)"
        )
        bare = await connection.fetchval(
            "SELECT count(*) FROM crawled_pages AS p WHERE state = 'processed'"
            " AND NOT EXISTS (SELECT FROM page_content_chunks AS c WHERE p.result_id = c.result_id)"
        )
        today = await connection.fetchval("SELECT coalesce(sum(pages), 0) FROM usage_daily")
    assert (orphans, bare) == (0, 0)
    never = sum(page["reason"] in ("cancelled", "deadline") for page in pages)
    assert today == len(pages) - never
    await depths_are_shortest(pool, pages)


async def depths_are_shortest(pool, pages) -> None:
    """Breadth first over the stored links, from the start: no page is nearer than its depth says."""
    from docspasta.document.facts import decode

    async with pool.transaction("alice") as connection:
        rows = await connection.fetch(
            "SELECT url_key, depth, data FROM crawled_pages AS page"
            " JOIN page_content_chunks AS chunk USING (result_id) WHERE chunk.kind = 'facts'"
        )
        known = await connection.fetch("SELECT url_key, depth FROM crawled_pages")
    depth = {row["url_key"]: row["depth"] for row in known}
    for row in rows:
        facts = decode(unpack_all(row["data"]))
        assert all(depth[key] <= row["depth"] + 1 for key in facts.links if key in depth)
        assert all(depth[key] <= row["depth"] for key in facts.level_links if key in depth)
