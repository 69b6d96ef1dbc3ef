"""Ending jobs from here (cancelled, past their time, with nothing left) and giving their places on."""

from __future__ import annotations

from typing import Any

from docspasta.domain import JobKey
from docspasta.reconciler import key_of
from docspasta.store import jobs as store
from docspasta.store.ending import end_job, settle_job
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from .resources import Resources

log = logger("jobs")


async def cancel(resources: Resources, job: JobKey) -> Any | None:
    """The row of the job, cancelled just now; None when there is none or it had ended before."""
    async with resources.pool.transaction(job.user_id) as connection:
        if await end_job(connection, job, "cancelled", "cancelled", resources.now()) is None:
            return None
        row = await store.job(connection, job.user_id, job.job_id)
    await ended(resources, row)
    return row


async def settle(resources: Resources, job: JobKey) -> Any | None:
    """The row of a job that stood at its end and was ended just now; None for any other."""
    async with resources.pool.transaction(job.user_id) as connection:
        if await settle_job(connection, job, resources.now()) is None:
            return None
        row = await store.job(connection, job.user_id, job.job_id)
    await ended(resources, row)
    return row


async def ended(resources: Resources, row: Any) -> None:
    """Clear the job from the frontier, ring, and give its place on. Tending does again what fails here."""
    metrics.jobs_ended.labels(row["state"]).inc()
    log.info("job ended", job_id=row["job_id"], state=row["state"], state_version=row["state_version"])
    reconciler = resources.reconciler
    await reconciler.patiently(key_of(row), reconciler.frontier.jobs.end(key_of(row)))
    await reconciler.ring(row)
    await reconciler.start_waiting(row["user_id"])
