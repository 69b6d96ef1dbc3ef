"""PauseJob, ResumeJob, CancelJob, DeleteJob: the record first, then the frontier, then the doorbell.

A call that dies between the two is finished by tending: the record says what the frontier ought to know.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from docspasta.domain import JobKey
from docspasta.errors import FailedPrecondition
from docspasta.store import jobs as store
from docspasta.telemetry.logs import logger
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    CancelJobResponse,
    DeleteJobRequest,
    DeleteJobResponse,
    PauseJobRequest,
    PauseJobResponse,
    ResumeJobRequest,
    ResumeJobResponse,
)

from .ending import cancel, settle
from .handler import Handler, finished, found, named_job

log = logger("jobs")


class Lifecycle(Handler):
    """The RPCs that change a job's state."""

    async def PauseJob(self, request: PauseJobRequest, context: Any) -> PauseJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await finished(self.stepped(job, self.paused(job)))
        return PauseJobResponse(job=await self.shown(job))

    async def ResumeJob(self, request: ResumeJobRequest, context: Any) -> ResumeJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await finished(self.stepped(job, self.resumed(job)))
        return ResumeJobResponse(job=await self.shown(job))

    async def CancelJob(self, request: CancelJobRequest, context: Any) -> CancelJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        await finished(self.cancelled(job))
        return CancelJobResponse(job=await self.shown(job))

    async def DeleteJob(self, request: DeleteJobRequest, context: Any) -> DeleteJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        row = await self.row(job)
        if row["finished_at"] is None:
            if not request.force:
                raise FailedPrecondition(
                    f"The job is {row['state']}; cancel it first, or delete it with force.",
                    reason="job-running",
                )
            await finished(self.cancelled(job, ended_is_fine=True))
        async with self.resources.pool.transaction(user_id) as connection:
            await store.delete_job(connection, user_id, job.job_id)
        self.resources.attention.set()
        await self.resources.reconciler.ring(row)
        return DeleteJobResponse()

    async def row(self, job: JobKey) -> Any:
        """The job as it stands."""
        async with self.resources.pool.transaction(job.user_id) as connection:
            return found(await store.job(connection, job.user_id, job.job_id))

    async def stepped(self, job: JobKey, step: Awaitable[Any | None]) -> None:
        """Take the step, and tell of it when it changed the job."""
        row = await step
        if row is not None:
            log.info("job steered", job_id=job.job_id, state=row["state"], state_version=row["state_version"])
            await self.told(job, row)

    async def paused(self, job: JobKey) -> Any | None:
        """The paused job; None when it was paused before."""
        async with self.resources.pool.transaction(job.user_id) as connection:
            row = found(await store.lock_job(connection, job.user_id, job.job_id))
            refuse_ended(row)
            return await store.pause_job(connection, job.user_id, job.job_id)

    async def resumed(self, job: JobKey) -> Any | None:
        """The job, running again or queued while all places are taken; None when it was not paused."""
        async with self.resources.pool.transaction(job.user_id) as connection:
            row = found(await store.lock_job(connection, job.user_id, job.job_id))
            refuse_ended(row)
            if row["state"] != "paused":
                return None
            await store.lock_places(connection, job.user_id)
            _, running = await store.open_jobs(connection, job.user_id)
            step = store.run_job if running < self.resources.limits.running else store.queue_job
            return await step(connection, job.user_id, job.job_id)

    async def told(self, job: JobKey, row: Any) -> None:
        """The frontier follows, watchers look, and a place that became free is given on.

        A job that was resumed with nothing left, or no time, ends here and now.
        """
        reconciler = self.resources.reconciler
        if row["state"] == "running" and await settle(self.resources, job) is not None:
            return
        await reconciler.patiently(job, reconciler.reconcile(job))
        await reconciler.ring(row)
        await reconciler.start_waiting(job.user_id)

    async def cancelled(self, job: JobKey, ended_is_fine: bool = False) -> None:
        """Cancel it. One that was cancelled before stays as it is."""
        if await cancel(self.resources, job) is not None:
            return
        row = await self.row(job)
        if row["state"] != "cancelled" and not ended_is_fine:
            refuse_ended(row)


def refuse_ended(row: Any) -> None:
    """Raise FailedPrecondition for a job that has ended."""
    if row["finished_at"] is not None:
        raise FailedPrecondition(
            f"The job has ended ({row['state']}); start a new one instead.", reason="job-ended"
        )
