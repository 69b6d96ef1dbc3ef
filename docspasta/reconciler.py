"""The frontier follows the record: what Postgres says of a job is told to Redis, as often as it takes.

Everything here may be done twice, by anybody, at any time. No row is locked while Redis is asked. Jobs,
maintenance and the processor (when a job's end makes room for the next) use it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import redis.exceptions

from docspasta.compression import MAGIC
from docspasta.domain import Job, JobKey, JobState, PageKind, Validators
from docspasta.identity.tickets import Tickets
from docspasta.queues.doorbell import Doorbell
from docspasta.queues.frontier import Frontier
from docspasta.queues.messages import Asking, Fetched, JobCrawl, QueuedUrl
from docspasta.queues.outage import Outage
from docspasta.queues.pushed import add_pushed
from docspasta.store import conversions, pushes
from docspasta.store import jobs as store
from docspasta.store.pool import Pool
from docspasta.store.results import QueuedPage
from docspasta.telemetry import tracing
from docspasta.urls import origin, url_key

PATIENCE = 3.0  # seconds that somebody waits for Redis; maintenance comes back to what failed
BATCH = 1000  # queued rows looked at together
BODIES = 1024 * 1024  # bytes of pushed bodies in one step to Redis, or one body
PASSING = (redis.exceptions.RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """What it takes to tell the frontier. Methods that say so raise PASSING when Redis is away; those that do
    not tell `outage`."""

    pool: Pool
    frontier: Frontier
    doorbell: Doorbell
    tickets: Tickets
    outage: Outage

    async def open_new(self, job: Job, pages: Sequence[QueuedPage]) -> None:
        """Open a job that was just written running, with its first rows."""
        await self.patiently(job.key, self._open_new(job, pages))

    async def _open_new(self, job: Job, pages: Sequence[QueuedPage]) -> None:
        await self.frontier.jobs.open(job.key, crawl_of(job), traceparent=tracing.traceparent())
        urls = self.queued_urls(job.key, pages)
        await self.frontier.add(await self.asking(job.key, urls) if job.remembers else urls)

    async def reconcile(self, key: JobKey) -> Job | None:
        """Tell the frontier the job's state until it is the same still; the job then, None when it is gone.

        Another caller who steers the job at the same moment tells something else, and what was told later may
        reach Redis earlier: so each looks again after telling, and the last to look sees the final state.
        Raises PASSING.
        """
        told = ""
        while True:
            job = await self.job(key)
            state = job.state if job is not None else "gone"
            if state == told:
                return job
            await self._tell(key, job)
            told = state

    async def _tell(self, key: JobKey, job: Job | None) -> None:
        if job is None or job.ended:
            await self.frontier.jobs.end(key)
        elif job.state is JobState.RUNNING:
            await self.reopen(job)
        else:
            await self.frontier.jobs.pause(key)

    async def reopen(self, job: Job, *, thorough: bool = False) -> int:
        """A running job is open and has its queued rows in the frontier; how many of them were missing.

        `thorough`: ask for each row, even when there are as many as there should be. Raises PASSING.
        """
        counts = await self.frontier.jobs.counts(job.key)
        # Nothing recorded yet: it is the telling that got lost, and no host's pace with it.
        recovered = counts.state == "" and job.counts.recorded > 0
        if not await self.frontier.jobs.open(
            job.key, crawl_of(job), recovered=recovered, again=job.retries > 0
        ):
            return 0
        if counts.state == "paused":
            await self.frontier.jobs.resume(job.key)
        if thorough or counts.state == "" or counts.total < job.counts.outstanding:
            return await self.add_missing(job.key)
        return 0

    async def add_missing(self, job: JobKey) -> int:
        """Candidates from Postgres, Redis asked, Postgres read again: what is queued and unknown is added.

        Returns how many were. Raises PASSING.
        """
        added, after = 0, 0
        while True:
            async with self.pool.transaction(job.user_id) as connection:
                rows = await store.queued_pages(connection, job, after, BATCH)
            if not rows:
                return added
            after = rows[-1].page_id
            urls = self.queued_urls(job, rows)
            known = await self.frontier.known(urls)
            missing = [url for url in urls if url.page_id not in known]
            if missing:
                added += await self._add_still_queued(job, missing)

    async def _add_still_queued(self, job: JobKey, missing: Sequence[QueuedUrl]) -> int:
        """Add those of `missing` that nobody recorded meanwhile."""
        ids = [url.page_id for url in missing]
        async with self.pool.transaction(job.user_id) as connection:
            still = await store.still_queued(connection, job, ids)
        queued = [url for url in missing if url.page_id in still]
        pushed, sizes = await self._give_pushed(job, queued)
        urls = await self.asking(job, [url for url in queued if url.page_id not in sizes])
        return (await self.frontier.add(urls)).added + pushed

    async def give(self, job: JobKey, rows: Sequence[QueuedPage]) -> None:
        """Rows that were just queued: pushed ones go to the processors, others to be fetched."""
        queued = self.queued_urls(job, rows)
        _, sizes = await self._give_pushed(job, queued)
        await self.frontier.add([url for url in queued if url.page_id not in sizes])

    async def _give_pushed(self, job: JobKey, queued: Sequence[QueuedUrl]) -> tuple[int, set[int]]:
        """Put those into the pages queue that have a pushed body; how many were missing there, and which
        have one."""
        by_id = {url.page_id: url for url in queued}
        async with self.pool.transaction(job.user_id) as connection:
            sizes = await pushes.waiting_sizes(connection, job, list(by_id))
        added = 0
        for part in parts(sizes):
            async with self.pool.transaction(job.user_id) as connection:
                bodies = await pushes.waiting_bodies(connection, job, part)
            pages = [(by_id[body.page_id], fetched_of(by_id[body.page_id], body)) for body in bodies]
            added += await add_pushed(self.frontier.shards, pages)
        return added, {row.page_id for row in sizes}

    async def start_waiting(self, user_id: str) -> int:
        """Start the user's queued jobs while the user may run more; how many were started."""
        started = 0
        while (job := await self._start_next(user_id)) is not None:
            started += 1
            await self.patiently(job.key, self.reconcile(job.key))
            await self.ring(job)
        return started

    async def _start_next(self, user_id: str) -> Job | None:
        async with self.pool.transaction(user_id) as connection:
            return await store.start_next_job(connection, user_id)

    async def job(self, key: JobKey) -> Job | None:
        """The job as it is now; None when there is none."""
        async with self.pool.transaction(key.user_id) as connection:
            return await store.job(connection, key)

    async def patiently(self, job: JobKey, telling: Awaitable[object]) -> bool:
        """Tell Redis, but wait no longer than a caller would; False when that failed."""
        try:
            async with asyncio.timeout(PATIENCE):
                await telling
        except PASSING as error:
            self.outage.met("telling the frontier (maintenance will)", error)
            return False
        return True

    async def ring(self, job: Job) -> None:
        """Tell watchers that the job changed. A missed ring costs them the wait for the slow poll."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.doorbell.ring(job.key, job.version)
        except PASSING as error:
            self.outage.met("ringing the doorbell", error)

    async def asking(
        self,
        job: JobKey,
        urls: Sequence[QueuedUrl],
        terms_of: Callable[[str], bytes] | None = None,
        is_spared: Callable[[str, str], bool] = lambda key, lastmod: False,
    ) -> list[QueuedUrl]:
        """The same URLs; those pages of a run that its source keeps are asked for by their validators. With
        `terms_of` only where the page that is kept can be used. `is_spared`, of a url_key and a kept
        lastmod: whether that page need not be asked for."""
        keys = [url_key(url.url) for url in urls]
        asked = {row.url_key: row for row in await conversions.asked_by(self.pool, job, keys)}
        return [
            url._replace(
                asking=Asking(Validators(row.etag, row.last_modified), spared=is_spared(key, row.lastmod))
            )
            if (row := asked.get(key)) is not None
            and url.kind is PageKind.PAGE
            and (terms_of is None or terms_of(url.url) == row.terms)
            else url
            for url, key in zip(urls, keys, strict=True)
        ]

    def queued_urls(self, job: JobKey, rows: Iterable[QueuedPage]) -> list[QueuedUrl]:
        """What the frontier is given of these rows."""
        ticket = self.tickets.ticket
        return [
            QueuedUrl(
                job=job,
                page_id=row.page_id,
                url=row.url,
                ticket=ticket(job.user_id, job.job_id, row.page_id, row.url_key),
                kind=row.kind,
                redirects=row.redirects,
            )
            for row in rows
        ]


def parts(sizes: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Page ids in parts whose bodies fit into memory together, by (page id, bytes)."""
    found: list[list[int]] = []
    room = 0
    for page_id, size in sizes:
        if not found or room < size:
            found.append([])
            room = BODIES
        found[-1].append(page_id)
        room -= size
    return found


def fetched_of(queued: QueuedUrl, body: pushes.WaitingBody) -> Fetched:
    """A pushed body, as if it had been fetched."""
    return Fetched(
        queued.url,
        http_status=200,
        content_type=body.content_type,
        charset=body.charset,
        body=body.body,
        coding="zstd" if body.body.startswith(MAGIC) else "",
        bytes_fetched=body.size,
    )


def crawl_of(job: Job) -> JobCrawl:
    """How a job wants its hosts treated: what the frontier is told when it is opened.

    A delay of 0 that was asked for is told as a millisecond, for 0 stands for the operator's default there.
    """
    asked = job.settings
    return JobCrawl(
        delay=0.0 if asked.delay is None else max(asked.delay, 0.001),
        concurrency=asked.concurrency or 0,
        respect_robots=asked.respect_robots,
        start_origin=origin(job.url),
        headers=(job.sealed_headers or b"").decode(),
        private_origin=asked.private_origin,
        keep_raw=asked.keep_raw,
    )
