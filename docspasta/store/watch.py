"""What a watcher reads: the statements of watch.sql."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .epoch import read_epoch
from .pool import Pool
from .statements import load

SQL = load("watch.sql")
Row = Any


@dataclass(frozen=True, slots=True)
class Changes:
    """One snapshot: the job as it stands, and the pages that changed after `after`, at most `limit`.

    `whole`: no page that changed is missing, so that the job's version is reached.
    """

    epoch: str
    job: Row
    pages: list[Row]
    whole: bool


async def changes(pool: Pool, user_id: str, job_id: str, after: int, limit: int) -> Changes | None:
    """What changed in a job after a version; None when this user has no such job.

    Pages are not asked for when the job's version is `after`: nothing can have changed.
    """
    async with pool.transaction(user_id, snapshot=True) as connection:
        job = await connection.fetchrow(SQL.watched_job, user_id, job_id)
        if job is None:
            return None
        epoch = await read_epoch(connection)
        if job["state_version"] <= after:
            return Changes(epoch, job, [], True)
        pages = await connection.fetch(SQL.changed_pages, user_id, job_id, after, limit)
        return Changes(epoch, job, list(pages), len(pages) < limit)


async def newest_versions(tend: Pool, jobs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The versions of jobs, each named by (user, job), that still are: one statement for all of them."""
    users, ids = zip(*jobs, strict=True)
    async with tend.connection() as connection:
        rows = await connection.fetch(SQL.newest_versions, users, ids)
    return {(row["user_id"], row["job_id"]): row["state_version"] for row in rows}
