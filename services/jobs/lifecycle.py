"""The RPCs that change a job's state: the record first, then the frontier, then the doorbell.

A call that dies between the two is finished by maintenance: the record says what the frontier ought to know.
"""

from __future__ import annotations

from collections.abc import Awaitable

from docspasta.domain import Job, JobKey, JobState
from docspasta.errors import FailedPrecondition
from docspasta.store import jobs as store
from docspasta.store.pushes import finish_pushes
from docspasta.store.retry import retry_failed
from docspasta.telemetry.logs import logger
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    CancelJobResponse,
    DeleteJobRequest,
    DeleteJobResponse,
    FinishJobRequest,
    FinishJobResponse,
    PauseJobRequest,
    PauseJobResponse,
    ResumeJobRequest,
    ResumeJobResponse,
    RetryJobRequest,
    RetryJobResponse,
)

from .allowance import check_limits
from .ending import cancel, end
from .handler import Context, Handler, found, named_job, run_to_end

log = logger("jobs")


class Lifecycle(Handler):
    """The RPCs that change a job's state."""

    async def PauseJob(self, request: PauseJobRequest, context: Context) -> PauseJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await run_to_end(self.stepped(self.paused(job)))
        return PauseJobResponse(job=await self.shown(job))

    async def ResumeJob(self, request: ResumeJobRequest, context: Context) -> ResumeJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await run_to_end(self.stepped(self.resumed(job)))
        return ResumeJobResponse(job=await self.shown(job))

    async def CancelJob(self, request: CancelJobRequest, context: Context) -> CancelJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await run_to_end(self.cancelled(job))
        return CancelJobResponse(job=await self.shown(job))

    async def RetryJob(self, request: RetryJobRequest, context: Context) -> RetryJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await run_to_end(self.stepped(self.retried(job)))
        return RetryJobResponse(job=await self.shown(job))

    async def FinishJob(self, request: FinishJobRequest, context: Context) -> FinishJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await run_to_end(self.stepped(self.finished(job)))
        return FinishJobResponse(job=await self.shown(job))

    async def DeleteJob(self, request: DeleteJobRequest, context: Context) -> DeleteJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        found_job = await self.job(job)
        if not found_job.ended:
            if not request.force:
                raise FailedPrecondition(
                    f"The job is {found_job.state}; cancel it first, or delete it with force.",
                    reason="job-running",
                )
            await run_to_end(self.cancelled(job, ended_is_fine=True))
        async with self.resources.pool.transaction(user_id) as connection:
            await store.delete_job(connection, job)
        self.resources.attention.set()
        await self.resources.reconciler.ring(found_job)
        return DeleteJobResponse()

    async def job(self, key: JobKey) -> Job:
        """The job as it stands."""
        async with self.resources.pool.transaction(key.user_id) as connection:
            return found(await store.job(connection, key))

    async def stepped(self, step: Awaitable[Job | None]) -> None:
        """Take the step, and tell of it when it changed the job."""
        job = await step
        if job is not None:
            log.info("job stepped", job_id=job.key.job_id, state=job.state, state_version=job.version)
            await self.told(job)

    async def paused(self, key: JobKey) -> Job | None:
        """The paused job; None when it was paused before."""
        async with self.resources.pool.transaction(key.user_id) as connection:
            refuse_ended(found(await store.lock_job(connection, key)))
            return await store.pause_job(connection, key)

    async def resumed(self, key: JobKey) -> Job | None:
        """The job, running again or queued while all places are taken; None when it was not paused."""
        async with self.resources.pool.transaction(key.user_id) as connection:
            job = found(await store.lock_job(connection, key))
            refuse_ended(job)
            if job.state is not JobState.PAUSED:
                return None
            await store.lock_places(connection, key.user_id)
            _, running = await store.open_jobs(connection, key.user_id)
            step = store.run_job if running < self.resources.limits.running else store.queue_job
            return await step(connection, key)

    async def retried(self, key: JobKey) -> Job | None:
        """The job, opened again with what had failed queued; None when it has not ended: then it goes on."""
        async with self.resources.pool.transaction(key.user_id) as connection:
            job = found(await store.lock_job(connection, key))
            if not job.ended:
                return None
            refuse_pushed(job)
            refuse_forgotten_headers(job)
            await store.lock_places(connection, key.user_id)
            limits = self.resources.limits
            running, _ = await check_limits(connection, key.user_id, limits)
            if not await retry_failed(connection, key, runs=running < limits.running):
                raise FailedPrecondition(
                    "No page of this job failed; there is nothing to retry.", reason="nothing-failed"
                )
            return await store.job(connection, key)

    async def finished(self, key: JobKey) -> Job | None:
        """The job, which takes no more pages; None when it took none before."""
        async with self.resources.pool.transaction(key.user_id) as connection:
            job = found(await store.lock_job(connection, key))
            if not job.settings.push:
                raise FailedPrecondition(
                    "This job crawls and ends by itself; only a job with mode push is finished.",
                    reason="job-crawls",
                )
            if not job.takes_pushes:
                return None
            await finish_pushes(connection, key)
            return await store.job(connection, key)

    async def told(self, job: Job) -> None:
        """The frontier follows, watchers look, and a place that became free is given on.

        A job that was resumed with nothing left, or no time, ends here and now.
        """
        reconciler = self.resources.reconciler
        if job.state is JobState.RUNNING and await end(self.resources, job.key) is not None:
            return
        await reconciler.patiently(job.key, reconciler.reconcile(job.key))
        await reconciler.ring(job)
        await reconciler.start_waiting(job.key.user_id)

    async def cancelled(self, job: JobKey, ended_is_fine: bool = False) -> None:
        """Cancel it. One that was cancelled before stays as it is."""
        if await cancel(self.resources, job) is not None:
            return
        known = await self.job(job)
        if known.state is not JobState.CANCELLED and not ended_is_fine:
            refuse_ended(known)


def refuse_forgotten_headers(job: Job) -> None:
    """Raise FailedPrecondition for a job whose request headers were erased at its end."""
    if job.header_names:
        raise FailedPrecondition(
            f"The request headers of this job ({', '.join(job.header_names)}) were erased when it ended; "
            "start a new one with them.",
            reason="headers-erased",
        )


def refuse_pushed(job: Job) -> None:
    """Raise FailedPrecondition for a job whose pages were pushed: their bodies are gone with its end."""
    if job.settings.push:
        raise FailedPrecondition(
            "The pages of this job were pushed, and are not kept; push them again to a new job.",
            reason="job-pushed",
        )


def refuse_ended(job: Job) -> None:
    """Raise FailedPrecondition for a job that has ended."""
    if job.ended:
        raise FailedPrecondition(
            f"The job has ended ({job.state}); start a new one instead.", reason="job-ended"
        )
