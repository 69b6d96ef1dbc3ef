"""What came of an unchanged page is taken from what is remembered, and the page is read whole where that
can't be used: its content is gone with the jobs that showed it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from docspasta.domain import JobKey, JobSettings
from docspasta.identity.tickets import Tickets
from docspasta.queues.connect import open_queues
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.store.jobs import delete_job
from docspasta.store.maintenance import purge
from docspasta.store.pool import Pool, open_pool
from docspasta.store.sources import KeptSource, insert_source
from docspasta.urls import url_key
from services.processor import doubts
from services.processor.batch import Batches
from services.processor.conversion import Conversion
from tests.integration.store.crawls import SITE, make_job

FIRST, SECOND = JobKey("ann", "run1"), JobKey("ann", "run2")
NAMES = ("a", "b", "c")
UNDER_WAY = "SELECT url_key, page_id FROM crawled_pages WHERE job_id = $1"


@dataclass
class Given:
    """In the place of the pages queue: what was released is to be recorded later."""

    later: list[WaitingPage] = field(default_factory=list)

    async def complete(self, rows: Sequence[WaitingPage]) -> None:
        """They are over."""

    async def release(self, rows: Sequence[WaitingPage]) -> None:
        """They come again."""
        self.later += rows


@dataclass
class Runs:
    """Records pages of runs of a source."""

    pool: Pool
    batches: Batches
    tickets: Tickets
    given: Given

    def waiting(self, key: JobKey, page_id: int, url: str, **said: Any) -> WaitingPage:
        """A fetched page of a run."""
        ticket = self.tickets.ticket(key.user_id, key.job_id, page_id, url_key(url))
        links = "".join(f"<a href='/{name}'>page {name}</a> " for name in NAMES) if url == f"{SITE}/" else ""
        body = f"<title>T</title><main><h1>At {url}</h1><p>Words of {url}. {links}</main>".encode()
        fetched = Fetched(url, 200, "text/html", body=body, bytes_fetched=len(body), etag=f'"{url}"')
        return WaitingPage(QueuedUrl(key, page_id, url, ticket), str(page_id), fetched._replace(**said))

    async def begin(self, key: JobKey) -> dict[str, int]:
        """A run whose start page is recorded: the ids of the others."""
        [seed] = await make_job(self.pool, key, source_id="s")
        await self.batches.record(key, [self.waiting(key, seed, f"{SITE}/")])
        async with self.pool.transaction(key.user_id) as connection:
            ids = dict(await connection.fetch(UNDER_WAY, key.job_id))
        return {name: ids[url_key(f"{SITE}/{name}")] for name in NAMES}

    async def record(self, key: JobKey, ids: dict[str, int], **said: Any) -> None:
        """Its other pages."""
        rows = [self.waiting(key, n, f"{SITE}/{name}", **said) for name, n in ids.items()]
        await self.batches.record(key, rows)

    async def delete(self, key: JobKey) -> None:
        """A run, and all that no other shows."""
        async with self.pool.transaction(key.user_id) as connection:
            await delete_job(connection, key)
        while await purge(self.pool, key, 100):
            pass

    async def results(self, key: JobKey) -> list[tuple[str, str, int]]:
        """Address, state and pieces of content of the other pages."""
        async with self.pool.transaction(key.user_id) as connection:
            rows = await connection.fetch(
                "SELECT url, state, (SELECT count(*) FROM page_content_chunks AS chunk"
                " WHERE chunk.result_id = page.result_id) AS chunks"
                " FROM crawled_pages AS page WHERE job_id = $1 AND kind = 'page' ORDER BY url",
                key.job_id,
            )
        return [
            (row["url"].rpartition("/")[2], row["state"], row["chunks"])
            for row in rows
            if row["url"][-1] != "/"
        ]


@pytest.fixture
async def runs(database, redis_url, monkeypatch) -> AsyncIterator[Runs]:
    pool = await open_pool(database.app_dsn, size=2, name="runs")
    queues = await open_queues(redis_url, name="runs", shards=1)
    conversion = Conversion(1, 10.0, 2**29, 10 * 1024 * 1024)
    tickets = Tickets.from_base64(base64.b64encode(secrets.token_bytes(32)).decode())
    given: Any = Given()
    batches = Batches(pool, queues.frontier, given, queues.doorbell, conversion, tickets, queues.outage)
    async with pool.transaction("ann") as connection:
        assert await insert_source(connection, "ann", "s", KeptSource("docs", JobSettings(url=SITE), 3))
    monkeypatch.setattr(doubts.Doubts, "choose", lambda *_: set())
    await conversion.warm()
    yield Runs(pool, batches, tickets, given)
    await conversion.stop()
    await queues.close()
    await pool.close()


async def remembered(pool: Pool) -> int:
    async with pool.transaction("ann") as connection:
        return await connection.fetchval("SELECT count(*) FROM kept_conversions WHERE result <> ''")


UNCHANGED = {"http_status": 304, "reason": "http_status", "body": b"", "unchanged": True}


async def test_a_run_takes_what_came_of_its_pages_from_what_is_remembered(runs: Runs) -> None:
    await runs.record(FIRST, await runs.begin(FIRST))
    assert await remembered(runs.pool) == len(NAMES)
    await runs.record(SECOND, await runs.begin(SECOND), **UNCHANGED)
    assert await runs.results(SECOND) == await runs.results(FIRST)
    assert [state for _, state, _ in await runs.results(SECOND)] == ["processed"] * len(NAMES)
    assert runs.given.later == []


async def test_pages_whose_content_is_gone_come_again_and_are_read_whole(runs: Runs) -> None:
    await runs.record(FIRST, await runs.begin(FIRST))
    as_they_were = await runs.results(FIRST)
    ids = await runs.begin(SECOND)
    await runs.delete(FIRST)
    await runs.record(SECOND, ids, **UNCHANGED)
    assert {row.queued.page_id for row in runs.given.later} == set(ids.values())
    assert [state for _, state, _ in await runs.results(SECOND)] == ["queued"] * len(NAMES)
    await runs.batches.record(SECOND, runs.given.later)
    assert await runs.results(SECOND) == as_they_were
