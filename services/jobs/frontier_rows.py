"""From the record to the frontier: rows of queued pages as queued URLs with their tickets; a job opened.

Everything here may be done twice. What fails is logged and left to tending, which finds it missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import redis.exceptions

from docspasta.queues.messages import JobKey, Kind, QueuedUrl
from docspasta.store import jobs as store
from docspasta.telemetry import tracing
from docspasta.telemetry.logs import logger

from .resources import Resources

PATIENCE = 3.0  # seconds that a caller waits for Redis; the record has the job already
BATCH = 1000
PASSING = (redis.exceptions.RedisError, OSError, TimeoutError)

log = logger("jobs")


def queued_urls(resources: Resources, job: JobKey, rows: Iterable[Any]) -> list[QueuedUrl]:
    """What the frontier is given of these rows."""
    ticket = resources.tickets.ticket
    return [
        QueuedUrl(
            job=job,
            page_id=row["page_id"],
            url=row["url"],
            ticket=ticket(job.user_id, job.job_id, row["url_key"]),
            kind=Kind(row["kind"]),
            redirects=row["redirects"],
        )
        for row in rows
    ]


def key_of(row: Any) -> JobKey:
    """The key of a job's row."""
    return JobKey(row["user_id"], row["job_id"])


async def open_new(resources: Resources, row: Any, pages: Sequence[Any]) -> None:
    """Open a job that was just written, with its first rows."""
    job = key_of(row)
    try:
        async with asyncio.timeout(PATIENCE):
            await resources.frontier.open_job(job, store.crawl_of(row), traceparent=tracing.traceparent())
            await resources.frontier.add(queued_urls(resources, job, pages))
    except PASSING as error:
        log.warning(
            "the frontier was not told of a new job; tending will", job_id=job.job_id, error=repr(error)
        )


async def restore(resources: Resources, row: Any, *, recovered: bool) -> int:
    """Open a running job and add what of its queued rows the frontier does not hold; how many were added.

    `recovered`: it had been open before, so the hosts' pace may be forgotten too. No lock is held.
    """
    job = key_of(row)
    if not await resources.frontier.open_job(job, store.crawl_of(row), recovered=recovered):
        return 0
    return await add_missing(resources, job)


async def add_missing(resources: Resources, job: JobKey) -> int:
    """Candidates from Postgres, Redis asked, Postgres read again: what is queued and unknown is added."""
    added, after = 0, 0
    while True:
        async with resources.pool.transaction(job.user_id) as connection:
            rows = await store.queued_pages(connection, job.user_id, job.job_id, after, BATCH)
        if not rows:
            return added
        after = rows[-1]["page_id"]
        urls = queued_urls(resources, job, rows)
        known = await resources.frontier.known(urls)
        missing = [url for url in urls if url.page_id not in known]
        if missing:
            added += await add_still_queued(resources, job, missing)


async def add_still_queued(resources: Resources, job: JobKey, missing: Sequence[QueuedUrl]) -> int:
    """Add those of `missing` that nobody recorded meanwhile."""
    ids = [url.page_id for url in missing]
    async with resources.pool.transaction(job.user_id) as connection:
        still = await store.still_queued(connection, job.user_id, job.job_id, ids)
    outcome = await resources.frontier.add([url for url in missing if url.page_id in still])
    return outcome.added


async def ring(resources: Resources, row: Any) -> None:
    """Tell watchers that the job changed. A missed ring costs them the slow poll, nothing else."""
    try:
        async with asyncio.timeout(PATIENCE):
            await resources.doorbell.ring(key_of(row), row["state_version"])
    except PASSING as error:
        log.warning("the doorbell was not rung", job_id=row["job_id"], error=repr(error))
