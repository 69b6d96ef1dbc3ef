"""Ending jobs from here (cancelled, past their time, with nothing left) and giving their places on."""

from __future__ import annotations

from docspasta.domain import Job, JobKey
from docspasta.store import jobs as store
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.locked_job import End
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from .resources import Resources

log = logger("jobs")


async def cancel(resources: Resources, key: JobKey) -> Job | None:
    """The job, cancelled just now; None when there is none or it had ended before."""
    return await end(resources, key, CANCELLED)


async def end(resources: Resources, key: JobKey, how: End | None = None) -> Job | None:
    """The job, ended just now: as `how` says, or because it stood at its end. None for any other.

    The end is committed first; then the frontier is told, watchers are rung, and the job's place is given
    on. Maintenance does again what fails of these.
    """
    async with resources.pool.transaction(key.user_id) as connection:
        if await end_job(connection, key, resources.now(), how) is None:
            return None
        job = await store.job(connection, key)
    assert job is not None  # its row was locked by this transaction
    await tell_of_end(resources, job)
    return job


async def tell_of_end(resources: Resources, job: Job) -> None:
    """After the commit: the frontier is told, watchers are rung, and the job's place is given on."""
    key = job.key
    metrics.jobs_ended.labels(job.state).inc()
    log.info("job ended", job_id=key.job_id, state=job.state, state_version=job.version)
    reconciler = resources.reconciler
    await reconciler.patiently(key, reconciler.frontier.jobs.end(key))
    await reconciler.ring(job)
    await reconciler.start_waiting(key.user_id)
