"""How every handler begins: whose call it is, how often they ask, which job they mean."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, TypeAlias, TypeVar

import grpc
import structlog

from docspasta.domain import Job, JobKey
from docspasta.errors import NotFound
from docspasta.identity import current_caller
from docspasta.identity.caller import share_of
from docspasta.store import jobs as store
from docspasta.store.epoch import read_epoch
from docspasta.v1 import jobs_pb2

from .messages import job_message
from .resources import Resources

T = TypeVar("T")
Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
under_way: set[asyncio.Future[Any]] = set()  # the loop itself holds its tasks only weakly
JOB_ID = re.compile(r"[a-z0-9_-]{1,64}")


class Handler:
    """The base of the handlers' classes: `self.resources`, and who calls."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    async def user(self, scope: str) -> str:
        """The caller's user id. Raises Unauthenticated, PermissionDenied or ResourceExhausted."""
        caller = current_caller()
        caller.require(scope)
        await self.resources.rate.spend(share_of(caller.user_id))
        return caller.user_id

    async def shown(self, key: JobKey) -> jobs_pb2.Job:
        """The job as it stands now. Raises NotFound."""
        async with self.resources.pool.transaction(key.user_id, snapshot=True) as connection:
            job = found(await store.job(connection, key))
            return self.message(job, await read_epoch(connection))

    def message(self, job: Job, epoch: str) -> jobs_pb2.Job:
        """The job as an answer shows it."""
        return job_message(job, epoch, self.resources.limits.keep_seconds)


def named_job(job_id: str) -> str:
    """`job_id`, bound to the log lines of this call. Raises NotFound for what cannot be one."""
    if not JOB_ID.fullmatch(job_id):
        raise no_such_job()
    structlog.contextvars.bind_contextvars(job_id=job_id)
    return job_id


def found(job: T | None) -> T:
    """What was found of a job; NotFound for None: nobody's, or somebody else's."""
    if job is None:
        raise no_such_job()
    return job


def no_such_job() -> NotFound:
    """The one answer for a job that never was, was deleted, or is somebody else's."""
    return NotFound("There is no such job; list your jobs to see which there are.", reason="no-such-job")


async def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which goes on to its end even when the caller hangs up half-way."""
    task = asyncio.ensure_future(work)
    under_way.add(task)
    task.add_done_callback(under_way.discard)
    return await asyncio.shield(task)
