"""What a watcher reads: the statements of watch.sql."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from docspasta.domain import Job, JobKey, Page

from .epoch import read_epoch
from .pool import Pool
from .statements import load

SQL = load("watch.sql", Job, Page)


@dataclass(frozen=True, slots=True)
class Changes:
    """One snapshot: the job as it stands, and the pages that changed after `after`, at most `limit`.

    `whole`: no page that changed is missing, so that the job's version is reached.
    """

    epoch: str
    job: Job
    pages: list[Page]
    whole: bool


class _Version(NamedTuple):
    key: JobKey
    version: int


async def changes(pool: Pool, key: JobKey, after: int, limit: int) -> Changes | None:
    """What changed in a job after a version; None when this user has no such job.

    Pages are not asked for when the job's version is `after`: nothing can have changed.
    """
    named = key._asdict()
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await SQL.watched_job.one(connection, Job, **named)
        if job is None:
            return None
        epoch = await read_epoch(connection)
        if job.version <= after:
            return Changes(epoch, job, [], True)
        pages = await SQL.changed_pages.all(connection, Page, **named, after=after, limit=limit)
        return Changes(epoch, job, pages, len(pages) < limit)


async def newest_versions(maintenance: Pool, jobs: Iterable[JobKey]) -> dict[JobKey, int]:
    """The versions of those of the jobs that still exist: one statement for all of them."""
    users, ids = zip(*jobs, strict=True)
    async with maintenance.connection() as connection:
        found = await SQL.newest_versions.all(connection, _Version, user_id=users, job_id=ids)
    return dict(found)
