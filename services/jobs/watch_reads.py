"""A watcher's reads as updates: rows of one snapshot become a run of WatchJobResponse in version order."""

from __future__ import annotations

from docspasta.domain import Cursor
from docspasta.store.watch import Changes
from docspasta.updates.tail import Run
from docspasta.v1.jobs_pb2 import Reset, WatchJobResponse

from .messages import job_message, page_message, progress_message

Update = WatchJobResponse


def run_of(changes: Changes, after: int, keep_seconds: float, *, progress: bool = True) -> Run[Update]:
    """The updates after a version. The last is the job's own, when no page is missing before it; else its
    progress comes early and moves no cursor. Without `progress` it is left for a later read."""
    run: Run[Update] = Run(after, after)
    for page in changes.pages:
        cursor = str(Cursor(changes.epoch, page.version))
        add(run, page.version, Update(cursor=cursor, page=page_message(page)))
    version = changes.job.version
    if not changes.whole:
        run.early = Update(progress=progress_message(changes.job))
    elif version > after and progress:
        add(run, version, job_update(changes, keep_seconds))
        run.ended_at = version if changes.job.ended else 0
    return run


def add(run: Run[Update], version: int, update: Update) -> None:
    """Put an update at a run's end."""
    run.versions.append(version)
    run.items.append(update)
    run.end = version


def job_update(changes: Changes, keep_seconds: float) -> Update:
    """The job's own update: its progress, or the whole of it at the end."""
    cursor = str(Cursor(changes.epoch, changes.job.version))
    if changes.job.ended:
        return Update(cursor=cursor, finished=job_message(changes.job, changes.epoch, keep_seconds))
    return Update(cursor=cursor, progress=progress_message(changes.job))


def reset(epoch: str, detail: str) -> Update:
    """Drop what you hold; the whole state follows."""
    return Update(cursor=str(Cursor(epoch, 0)), reset=Reset(detail=detail))
