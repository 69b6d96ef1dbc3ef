"""The RPCs of runs: begin one, list them. A run is a job that names its source and the run before it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from docspasta.domain import Job, Source
from docspasta.errors import FailedPrecondition, InvalidArgument
from docspasta.store import jobs as job_store
from docspasta.store import sources as store
from docspasta.store.connection import Connection
from docspasta.store.epoch import read_epoch
from docspasta.store.results import QueuedPage
from docspasta.telemetry.logs import logger
from docspasta.v1 import sources_pb2 as pb

from ..create import check_key, replay, tell_of_new, within_limits
from ..handler import Context, named_job
from ..listing import Listing, jobs_after, next_jobs, sizes_of
from ..messages import settings_message
from ..paging import part_of
from ..remembered import forget_gone
from ..resources import Resources
from .admission import settings_mistakes
from .handler import found_source, named_source

log = logger("sources")


class Running(Listing):
    """Runs of the caller's sources."""

    async def RunSource(self, request: pb.RunSourceRequest, context: Context) -> pb.RunSourceResponse:
        user_id = await self.user("write")
        source_id = named_source(request.source_id)
        check_key(request.idempotency_key)
        async with self.resources.pool.transaction(user_id) as connection:
            source = found_source(await store.lock_source(connection, user_id, source_id))
            new = new_run(self.resources, source, request.idempotency_key)
            job = await replay(connection, user_id, new) if request.idempotency_key else None
            replayed, pages = job is not None, list[QueuedPage]()
            if job is None:
                job, pages = await begin_run(self.resources, connection, source, new)
            epoch = await read_epoch(connection)
        named_job(job.key.job_id)
        if not replayed:
            await tell_of_new(self.resources, job, pages)
            await forget_old_runs(self.resources, source)
        return pb.RunSourceResponse(job=self.message(job, epoch), replayed=replayed)

    async def ListRuns(self, request: pb.ListRunsRequest, context: Context) -> pb.ListRunsResponse:
        user_id = await self.user("read")
        part, after = part_of(request.page_size, 50), jobs_after(request.page_token)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            source = found_source(await store.source(connection, user_id, named_source(request.source_id)))
            listed = await store.runs(connection, source, part, after)
            jobs = [each.job for each in listed]
            epoch = await read_epoch(connection)
            places = await self.places(connection, jobs)
            sizes = await sizes_of(connection, jobs)
        return pb.ListRunsResponse(
            jobs=await self.messages(jobs, epoch, places, sizes),
            next_page_token=next_jobs(listed),
        )


def new_run(resources: Resources, source: Source, idempotency_key: str = "") -> job_store.NewJob:
    """The job to be written. Raises InvalidArgument for settings that are not allowed any more."""
    wrong = list(settings_mistakes(settings_message(source.settings), resources.bounds))
    if wrong:
        raise InvalidArgument(wrong)
    body = f"run\n{source.source_id}".encode()
    return job_store.NewJob(
        job_id=secrets.token_hex(12),
        settings=source.settings,
        idempotency_key=idempotency_key,
        idempotency_hash=hmac.digest(resources.idempotency_secret, body, hashlib.sha256),
        day_page_limit=resources.limits.pages_a_day,
        running_limit=resources.limits.running,
        source_id=source.source_id,
        previous_job_id=source.current_job_id,
    )


async def begin_run(
    resources: Resources, connection: Connection, source: Source, new: job_store.NewJob
) -> tuple[Job, list[QueuedPage]]:
    """Write a run of a source whose row is locked.

    Raises FailedPrecondition while another run is under way, ResourceExhausted.
    """
    if running := await store.open_run(connection, source):
        raise FailedPrecondition(
            f"A run of this source is under way ({running}); wait for its end, or cancel it.",
            reason="run-in-progress",
        )
    new = await within_limits(resources, connection, source.user_id, new)
    return await job_store.insert_job(connection, source.user_id, new)


async def forget_old_runs(resources: Resources, source: Source) -> None:
    """Delete the runs that are one too many now, and conversions of pages that are no more.

    In a transaction of its own: it takes rows of jobs that somebody may hold who waits for the user's places.
    """
    async with resources.pool.transaction(source.user_id) as connection:
        deleted = await store.delete_old_runs(connection, source)
    if deleted:
        log.info("old runs deleted", source_id=source.source_id, runs=deleted)
        resources.attention.set()
    await forget_gone(resources, source.user_id, source.source_id, source.current_job_id)
