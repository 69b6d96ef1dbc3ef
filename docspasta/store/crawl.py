"""What a processor reads of a job; it writes through record.py alone."""

from __future__ import annotations

from typing import Any

from docspasta.domain import JobKey

from .pool import Pool
from .statements import load

SQL = load("crawl.sql")


async def view_of_job(pool: Pool, job: JobKey) -> Any | None:
    """(state, url, settings, scope, keep_raw) of the job, None when there is none any more."""
    async with pool.transaction(job.user_id) as connection:
        return await connection.fetchrow(SQL.view_of_job, job.user_id, job.job_id)
