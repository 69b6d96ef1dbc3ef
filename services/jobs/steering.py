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
from .ending import cancel, ended, settle, start_waiting
from .frontier_rows import PASSING, PATIENCE, key_of, log, restore, ring


class Steering(Calls):
    """The RPCs that change a job's state."""

    async def PauseJob(self, request: PauseJobRequest, context: Any) -> PauseJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        row, changed = await self.paused(job)
        if changed:
            await finished(self.told(row, self.resources.frontier.pause(job)))
            await finished(start_waiting(self.resources, user_id))
        return PauseJobResponse(job=await self.shown(job))

    async def ResumeJob(self, request: ResumeJobRequest, context: Any) -> ResumeJobResponse:
        user_id = await self.user("write")
        job = JobKey(user_id, named_job(request.job_id))
        row, changed = await self.resumed(job)
        if changed:
            await finished(self.went_on(row))
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
        await ring(self.resources, row)
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

    async def went_on(self, row: Any) -> None:
        """Tell of a resumed job; one with nothing left, or no time, ends here and now."""
        settled = await settle(self.resources, key_of(row))
        if settled is not None:
            await ended(self.resources, settled)
        else:
            await self.told(row, self.reopened(row))

    async def reopened(self, row: Any) -> None:
        """A running job's URLs are taken again; what Redis lost meanwhile is added again."""
        if row["state"] != "running":
            return
        job = key_of(row)
        counts = await self.resources.frontier.counts(job)
        await self.resources.frontier.resume(job)
        if counts.state == "" or counts.total < row["queued"] + row["discovering"]:
            await restore(self.resources, row, recovered=row["started_at"] < row["running_since"])

    async def cancelled(self, job: JobKey, ended_is_fine: bool = False) -> None:
        """Cancel it. One that was cancelled before stays as it is."""
        row = await cancel(self.resources, job)
        if row is not None:
            await ended(self.resources, row)
            return
        row = await self.row(job)
        if row["state"] != "cancelled" and not ended_is_fine:
            refuse_ended(row)

    async def told(self, row: Any, telling: Awaitable[Any]) -> None:
        """Tell the frontier, then ring. Redis away: tending tells it later."""
        try:
            async with asyncio.timeout(PATIENCE):
                await telling
        except PASSING as error:
            log.warning("the frontier was not told; tending will", job_id=row["job_id"], error=repr(error))
            self.resources.attention.set()
        await ring(self.resources, row)


def refuse_ended(row: Any) -> None:
    """Raise FailedPrecondition for a job that has ended."""
    if row["finished_at"] is not None:
        raise FailedPrecondition(
            f"The job has ended ({row['state']}); start a new one instead.", reason="job-ended"
        )


async def finished(work: Awaitable[Any]) -> Any:
    """The result of `work`, which goes on to its end even when the caller hangs up half-way."""
    return await asyncio.shield(asyncio.ensure_future(work))
