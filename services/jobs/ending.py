"""Ending jobs from here (cancelled, past their time, with nothing left) and giving their places on."""

from __future__ import annotations

import asyncio
from typing import Any

from docspasta.queues.messages import JobKey
from docspasta.store import jobs as store
from docspasta.store.ending import end_job, settle_job
from docspasta.telemetry import metrics

from .frontier_rows import PASSING, PATIENCE, log, restore, ring
from .resources import Resources


async def cancel(resources: Resources, job: JobKey) -> Any | None:
    """The row of the job, cancelled just now; None when there is none or it had ended before."""
    async with resources.pool.transaction(job.user_id) as connection:
        ended = await end_job(connection, job, "cancelled", "cancelled", resources.now())
        if ended is None:
            return None
        row = await store.job(connection, job.user_id, job.job_id)
    metrics.jobs_ended.labels("cancelled").inc()
    return row


async def settle(resources: Resources, job: JobKey) -> Any | None:
    """The row of a job that stood at its end and was ended just now; None for any other."""
    async with resources.pool.transaction(job.user_id) as connection:
        ended = await settle_job(connection, job, resources.now())
        if ended is None:
            return None
        row = await store.job(connection, job.user_id, job.job_id)
    metrics.jobs_ended.labels(ended.state).inc()
    return row


async def ended(resources: Resources, row: Any) -> None:
    """Clear an ended job from the frontier, ring, and give its place on. Tending does what fails here."""
    job = JobKey(row["user_id"], row["job_id"])
    try:
        async with asyncio.timeout(PATIENCE):
            await resources.frontier.end(job)
    except PASSING as error:
        log.warning("an ended job was not cleared; tending will", job_id=job.job_id, error=repr(error))
    await ring(resources, row)
    await start_waiting(resources, job.user_id)


async def start_waiting(resources: Resources, user_id: str) -> int:
    """Start the user's queued jobs while there are places; how many were started."""
    started = 0
    while (row := await start_next(resources, user_id)) is not None:
        started += 1
        try:
            async with asyncio.timeout(PATIENCE):
                await restore(resources, row, recovered=False)
        except PASSING as error:
            log.warning("a started job was not opened; tending will", job_id=row["job_id"], error=repr(error))
        await ring(resources, row)
    return started


async def start_next(resources: Resources, user_id: str) -> Any | None:
    """The user's oldest queued job, running now; None when none waits or all places are taken."""
    async with resources.pool.transaction(user_id) as connection:
        return await store.start_next_job(connection, user_id)
