"""The end of a job: what is queued is skipped, every page gets its place, and the last version is the job's.

All in the transaction that makes the job terminal, from stored metadata alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from docspasta.domain import JobKey
from docspasta.telemetry import metrics

from .locked_job import End, LockedJob, lock_job, write_job
from .page_order import Placing
from .statements import load

SQL = load("ending.sql")
LARGE_SECONDS = 600.0  # the end of a large job may take longer than a statement usually may


async def end_job(
    connection: Any, key: JobKey, state: str, reason: str, now: datetime, limit: str = ""
) -> LockedJob | None:
    """End a job that goes on, within the caller's transaction: `state` is completed or cancelled, `reason`
    that of the pages still queued (cancelled, deadline, bytes_limit).

    A job without a processed page becomes `failed`, unless it was cancelled. Returns the job as it is now
    (`ended` true); None when there is none, or when it has ended before: then nothing changes.
    """
    job = await lock_job(connection, key)
    if job is None or job.ended:
        return None
    await close(connection, job, End(state, reason, limit), now)
    await write_job(connection, job)
    return job


async def settle_job(connection: Any, key: JobKey, now: datetime) -> LockedJob | None:
    """End a running job that already stands at its end: nothing queued, past its deadline, out of bytes.

    For resume and tending. Returns the job when it has ended just now, else None.
    """
    job = await lock_job(connection, key)
    end = job.due_end(now) if job is not None else None
    if job is None or end is None:
        return None
    await close(connection, job, end, now)
    await write_job(connection, job)
    return job


async def close(connection: Any, job: LockedJob, end: End, now: datetime) -> None:
    """Everything of the end but the job's own row. The pages' versions begin again at the job's `base`, so
    that a page which this transaction had changed before takes only one.

    Each row is written once. Postgres skips what is queued while a thread puts the others in order, and
    places some pages while the thread finds the next ones' anchors.
    """
    user, name = job.key.user_id, job.key.job_id
    placing = Placing(connection, job)
    await placing.read()
    unplaced = await connection.fetchval(SQL.find_unplaced, user, name, job.base) or "{}"
    await connection.execute(SQL.plan_by_place)
    given = user, name, job.base, end.reason, now, unplaced
    job.version = job.base + await _write(connection, SQL.end_unplaced, *given)
    async for places in placing.places():
        written = await _write(connection, SQL.place_pages, user, name, job.version, *places)
        if written != len(places[0]):
            raise RuntimeError(f"job {name}: {len(places[0]) - written} pages moved under the job's lock")
        job.version += written
    await connection.execute(SQL.plan_as_usual)
    if job.discovering:
        await connection.execute(SQL.end_discovery, user, name, end.reason or "cancelled", now)
    if job.queued:
        metrics.pages.labels("skipped", end.reason or "cancelled").inc(job.queued)
    job.finish(end, now)


async def _write(connection: Any, statement: str, *given: Any) -> int:
    """How many rows the statement wrote."""
    status = await connection.execute(statement, *given, timeout=LARGE_SECONDS)
    return int(status.rpartition(" ")[2])
