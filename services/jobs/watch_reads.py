"""A watcher's reads as updates: rows of one snapshot become a run of WatchJobResponse in version order."""

from __future__ import annotations

from collections.abc import Callable

from docspasta.domain import Cursor, JobState
from docspasta.store.watch import Changes
from docspasta.updates.tail import Run
from docspasta.v1.jobs_pb2 import Reset, WatchJobResponse

from .messages import job_of, page_of, progress_of

Update = WatchJobResponse
KeepSeconds = Callable[[], float]


def run_of(changes: Changes, after: int, keep_seconds: float) -> Run[Update]:
    """The updates after a version. The last is the job's own, when no page is missing before it; else its
    progress comes early and moves no cursor."""
    run: Run[Update] = Run(after, after)
    for row in changes.pages:
        version = row["state_version"]
        add(run, version, Update(cursor=f"{changes.epoch}-{version}", page=page_of(row)))
    version = changes.job["state_version"]
    if not changes.whole:
        run.early = Update(progress=progress_of(changes.job))
    elif version > after:
        ended = JobState(changes.job["state"]).ended
        add(run, version, job_update(changes, ended, keep_seconds))
        run.ended_at = version if ended else 0
    return run


def add(run: Run[Update], version: int, update: Update) -> None:
    """Put an update at a run's end."""
    run.versions.append(version)
    run.items.append(update)
    run.end = version


def job_update(changes: Changes, ended: bool, keep_seconds: float) -> Update:
    """The job's own update: its progress, or the whole of it at the end."""
    cursor = f"{changes.epoch}-{changes.job['state_version']}"
    if ended:
        return Update(cursor=cursor, finished=job_of(changes.job, changes.epoch, keep_seconds))
    return Update(cursor=cursor, progress=progress_of(changes.job))


def reset(epoch: str, detail: str) -> Update:
    """Drop what you hold; the whole state follows."""
    return Update(cursor=str(Cursor(epoch, 0)), reset=Reset(detail=detail))
