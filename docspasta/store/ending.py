"""The end of a job: what is queued is skipped, every page gets its place, and the last version is the job's.

All in the transaction that makes the job terminal, from stored metadata alone.
"""

from __future__ import annotations

from datetime import datetime

from docspasta.domain import JobKey, JobState, PageReason
from docspasta.telemetry import metrics

from .connection import Connection
from .locked_job import End, LockedJob, lock_job, write_job
from .page_order import SQL, PageOrder
from .pushes import forget_all_bodies

LARGE_SECONDS = 600.0  # the end of a large job may take longer than a statement usually may


CANCELLED = End(JobState.CANCELLED, PageReason.CANCELLED)


async def end_job(
    connection: Connection, key: JobKey, now: datetime, end: End | None = None
) -> LockedJob | None:
    """End a job within the caller's transaction: as `end` says, or else as it is due to end by itself, with
    nothing queued, past its deadline or out of bytes.

    A job without a processed page becomes `failed`, unless it was cancelled. Returns the job as it is now
    (`ended` true); None when there is none, when it has ended before, or when no end is due: then nothing
    changes.
    """
    job = await lock_job(connection, key)
    if job is None or job.ended or (due := end or job.due_end(now)) is None:
        return None
    await close(connection, job, due, now)
    await write_job(connection, job)
    return job


async def close(connection: Connection, job: LockedJob, end: End, now: datetime) -> None:
    """Everything of the end but the job's own row. A page takes a version when its state changes; its place
    is told by the list of pages, once for all of them.

    Each row is written once. Postgres skips what is queued while a thread puts the others in order, and
    places some pages while the thread finds the next ones' anchors.
    """
    named = job.key._asdict()
    reason = end.reason or PageReason.CANCELLED
    order = PageOrder(connection, job)
    await order.read()
    queued = await SQL.find_queued.value(connection, str, **named) or "{}"
    await SQL.plan_by_place.execute(connection)
    job.version += await SQL.skip_queued.execute(
        connection, LARGE_SECONDS, **named, base=job.version, reason=end.reason, now=now, place=queued
    )
    async for places in order.positions():
        missing = places.pop("is_missing")
        places["version"] = [job.take_version() if gone else 0 for gone in missing]
        written = await SQL.place_pages.execute(connection, LARGE_SECONDS, **named, **places)
        if written != len(places["place"]):
            moved = len(places["place"]) - written
            raise RuntimeError(f"job {job.key.job_id}: {moved} pages moved under the job's lock")
    await SQL.plan_as_usual.execute(connection)
    if job.discovering:
        await SQL.end_discovery.execute(connection, **named, reason=reason, now=now)
    if job.pushed:
        await forget_all_bodies(connection, job.key)
    if job.queued:
        metrics.pages.labels("skipped", reason).inc(job.queued)
    job.finish(end, now)
