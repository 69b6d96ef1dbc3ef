"""The frontier follows the record: what Postgres says of a job is told to Redis, as often as it takes.

Everything here may be done twice, by anybody, at any time. No row is locked while Redis is asked. Jobs,
tending and the processor (when a job's end makes room for the next) use it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import redis.exceptions

from docspasta.domain import JobKey, PageKind
from docspasta.identity.tickets import Tickets
from docspasta.queues.doorbell import Doorbell
from docspasta.queues.frontier import Frontier
from docspasta.queues.messages import QueuedUrl
from docspasta.store import jobs as store
from docspasta.store.pool import Pool
from docspasta.telemetry import tracing
from docspasta.telemetry.logs import logger

PATIENCE = 3.0  # seconds that somebody waits for Redis; tending comes back to what failed
BATCH = 1000  # queued rows looked at together
PASSING = (redis.exceptions.RedisError, OSError, TimeoutError)

log = logger("reconciler")


@dataclass(frozen=True, slots=True)
class Reconciler:
    """What it takes to tell the frontier. Methods that say so raise PASSING when Redis is away."""

    pool: Pool
    frontier: Frontier
    doorbell: Doorbell
    tickets: Tickets

    async def open_new(self, row: Any, pages: Sequence[Any]) -> None:
        """Open a job that was just written running, with its first rows."""
        job = key_of(row)
        await self.patiently(job, self._open_new(job, row, pages))

    async def _open_new(self, job: JobKey, row: Any, pages: Sequence[Any]) -> None:
        await self.frontier.jobs.open(job, store.crawl_of(row), traceparent=tracing.traceparent())
        await self.frontier.add(self.queued_urls(job, pages))

    async def reconcile(self, job: JobKey) -> Any | None:
        """Tell the frontier how the job stands until it stands so still; its row then, None when it is gone.

        Who steers a job at the same moment tells something else, and the later may be overtaken by the
        earlier on the way to Redis: so each looks again after telling, and the last to look sees the end.
        Raises PASSING.
        """
        told = ""
        while True:
            row = await self.row(job)
            state = row["state"] if row is not None else "gone"
            if state == told:
                return row
            await self._tell(job, row, state)
            told = state

    async def _tell(self, job: JobKey, row: Any | None, state: str) -> None:
        if state == "running":
            await self.reopen(row)
        elif state in ("paused", "queued"):
            await self.frontier.jobs.pause(job)
        else:
            await self.frontier.jobs.end(job)

    async def reopen(self, row: Any, *, thorough: bool = False) -> int:
        """A running job is open and has its queued rows in the frontier; how many of them were missing.

        `thorough`: ask for each row, even when there are as many as there should be. Raises PASSING.
        """
        job = key_of(row)
        counts = await self.frontier.jobs.counts(job)
        # Nothing recorded yet: it is the telling that got lost, and no host's pace with it.
        recorded = row["processed"] + row["failed"] + row["skipped"] > 0
        recovered = counts.state == "" and recorded
        if not await self.frontier.jobs.open(job, store.crawl_of(row), recovered=recovered):
            return 0
        if counts.state == "paused":
            await self.frontier.jobs.resume(job)
        if thorough or counts.state == "" or counts.total < row["queued"] + row["discovering"]:
            return await self.add_missing(job)
        return 0

    async def add_missing(self, job: JobKey) -> int:
        """Candidates from Postgres, Redis asked, Postgres read again: what is queued and unknown is added.

        Returns how many were. Raises PASSING.
        """
        added, after = 0, 0
        while True:
            async with self.pool.transaction(job.user_id) as connection:
                rows = await store.queued_pages(connection, job.user_id, job.job_id, after, BATCH)
            if not rows:
                return added
            after = rows[-1]["page_id"]
            urls = self.queued_urls(job, rows)
            known = await self.frontier.known(urls)
            missing = [url for url in urls if url.page_id not in known]
            if missing:
                added += await self._add_still_queued(job, missing)

    async def _add_still_queued(self, job: JobKey, missing: Sequence[QueuedUrl]) -> int:
        """Add those of `missing` that nobody recorded meanwhile."""
        ids = [url.page_id for url in missing]
        async with self.pool.transaction(job.user_id) as connection:
            still = await store.still_queued(connection, job.user_id, job.job_id, ids)
        outcome = await self.frontier.add([url for url in missing if url.page_id in still])
        return outcome.added

    async def start_waiting(self, user_id: str) -> int:
        """Start the user's queued jobs while there are places; how many were started."""
        started = 0
        while (row := await self._start_next(user_id)) is not None:
            started += 1
            await self.patiently(key_of(row), self.reconcile(key_of(row)))
            await self.ring(row)
        return started

    async def _start_next(self, user_id: str) -> Any | None:
        async with self.pool.transaction(user_id) as connection:
            return await store.start_next_job(connection, user_id)

    async def row(self, job: JobKey) -> Any | None:
        """The job as it stands; None when there is none."""
        async with self.pool.transaction(job.user_id) as connection:
            return await store.job(connection, job.user_id, job.job_id)

    async def patiently(self, job: JobKey, telling: Awaitable[Any]) -> bool:
        """Tell Redis, but wait no longer than a caller would; False when that failed."""
        try:
            async with asyncio.timeout(PATIENCE):
                await telling
        except PASSING as error:
            log.warning("the frontier was not told; tending will", job_id=job.job_id, error=repr(error))
            return False
        return True

    async def ring(self, row: Any) -> None:
        """Tell watchers that the job changed. A missed ring costs them the slow poll, nothing else."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.doorbell.ring(key_of(row), row["state_version"])
        except PASSING as error:
            log.warning("the doorbell was not rung", job_id=row["job_id"], error=repr(error))

    def queued_urls(self, job: JobKey, rows: Iterable[Any]) -> list[QueuedUrl]:
        """What the frontier is given of these rows."""
        ticket = self.tickets.ticket
        return [
            QueuedUrl(
                job=job,
                page_id=row["page_id"],
                url=row["url"],
                ticket=ticket(job.user_id, job.job_id, row["url_key"]),
                kind=PageKind(row["kind"]),
                redirects=row["redirects"],
            )
            for row in rows
        ]


def key_of(row: Any) -> JobKey:
    """The key of a job's row."""
    return JobKey(row["user_id"], row["job_id"])
