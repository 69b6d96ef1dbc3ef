"""PauseJob, ResumeJob, CancelJob, DeleteJob: the record first, then the frontier, then the doorbell.

A call that dies between the two is finished by tending: the record says what the frontier ought to know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from docspasta.errors import FailedPrecondition
from docspasta.queues.messages import JobKey
from docspasta.store import jobs as store
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

from .calls import Calls, found, named_job
from .ending import cancel, settle


class Steering(Calls):
    """The RPCs that change a job's state."""

    async def PauseJob(self, request: PauseJobRequest, context: Any) -> PauseJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        row, changed = await self.paused(job)
        if changed:
            await finished(self.told(job, row))
        return PauseJobResponse(job=await self.shown(job))

    async def ResumeJob(self, request: ResumeJobRequest, context: Any) -> ResumeJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        row, changed = await self.resumed(job)
        if changed:
            await finished(self.told(job, row))
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
        await self.resources.following.ring(row)
        return DeleteJobResponse()

    async def row(self, job: JobKey) -> Any:
        """The job as it stands."""
        async with self.resources.pool.transaction(job.user_id) as connection:
            return found(await store.job(connection, job.user_id, job.job_id))

    async def paused(self, job: JobKey) -> tuple[Any, bool]:
        """The paused job, and whether it was not so before."""
        async with self.resources.pool.transaction(job.user_id) as connection:
            row = found(await store.lock_job(connection, job.user_id, job.job_id))
            refuse_ended(row)
            after = await store.pause_job(connection, job.user_id, job.job_id)
        return after or row, after is not None

    async def resumed(self, job: JobKey) -> tuple[Any, bool]:
        """The job, running again or queued while all places are taken, and whether it was paused before."""
        async with self.resources.pool.transaction(job.user_id) as connection:
            row = found(await store.lock_job(connection, job.user_id, job.job_id))
            refuse_ended(row)
            if row["state"] != "paused":
                return row, False
            await store.lock_places(connection, job.user_id)
            _, running = await store.open_jobs(connection, job.user_id)
            step = store.run_job if running < self.resources.limits.running else store.queue_job
            return found(await step(connection, job.user_id, job.job_id)), True

    async def told(self, job: JobKey, row: Any) -> None:
        """The frontier follows, watchers look, and a place that became free is given on.

        A job that was resumed with nothing left, or no time, ends here and now.
        """
        following = self.resources.following
        if row["state"] == "running" and await settle(self.resources, job) is not None:
            return
        await following.patiently(job, following.follow(job))
        await following.ring(row)
        await following.start_waiting(job.user_id)

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


async def finished(work: Awaitable[Any]) -> Any:
    """The result of `work`, which goes on to its end even when the caller hangs up half-way."""
    return await asyncio.shield(asyncio.ensure_future(work))
