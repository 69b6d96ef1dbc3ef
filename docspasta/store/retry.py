"""An ended job is opened again to try once more what failed: its rows are queued, its versions go on.

What it has stays. The end of the job then places all of its pages anew, from the same facts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from docspasta.domain import JobKey, JobLimit, PageKind, PageReason, PageState

from .connection import Connection
from .locked_job import LockedJob, lock_job
from .statements import load

PASSING_WALLS = (PageReason.CHALLENGE, PageReason.MAINTENANCE, PageReason.RATE_LIMITED)


class Requeued(NamedTuple):
    """How many rows of a kind are queued again, and what had become of them."""

    kind: PageKind
    state: PageState
    reason: PageReason
    rows: int


SQL = load("retry.sql", Requeued)


async def retry_failed(connection: Connection, key: JobKey, *, runs: bool) -> int:
    """Queue again what failed of an ended job; how many rows that were. The job runs, or waits for its turn.

    0 when there is no such job, when it has not ended, or when nothing of it failed: then nothing changes.
    """
    job = await lock_job(connection, key)
    if job is None or not job.ended:
        return 0
    named = key._asdict()
    await SQL.allow_retrying.execute(connection)
    walls = [str(reason) for reason in PASSING_WALLS]
    requeued = await SQL.requeue_failed.all(connection, Requeued, **named, walls=walls)
    if requeued:
        take_back(job, requeued)
        await SQL.reopen_job.execute(connection, **named, **reopened(job), runs=runs)
    return sum(one.rows for one in requeued)


def take_back(job: LockedJob, requeued: list[Requeued]) -> None:
    """Count as queued what is queued again. A limit that the new run has anew no longer cuts the job."""
    for kind, state, reason, rows in requeued:
        if kind is not PageKind.PAGE:
            job.discovering += rows
            continue
        job.queued += rows
        job.reasons[state, reason] -= rows
        if state is PageState.FAILED:
            job.failed -= rows
        else:
            job.skipped -= rows
    if job.limit_reached in (JobLimit.TIME, JobLimit.BYTES):
        job.note_limit()


def reopened(job: LockedJob) -> dict[str, Any]:
    """What reopen_job writes of the counts, under the version that follows the job's end."""
    return {
        "version": job.take_version(),
        "queued": job.queued,
        "discovering": job.discovering,
        "failed": job.failed,
        "skipped": job.skipped,
        "reasons": job.reasons_text(),
        "limit_reached": job.limit_reached,
    }
