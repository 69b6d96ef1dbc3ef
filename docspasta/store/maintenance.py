"""What tending asks and takes away: the statements of tend.sql, each under its own name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from docspasta.domain import JobKey

from .jobs import SQL as JOBS
from .pool import Pool
from .statements import load

SQL = load("maintenance.sql")
Row = Any


@asynccontextmanager
async def tending(tend_pool: Pool, job: JobKey) -> AsyncIterator[bool]:
    """Whether this replica alone tends the job while the block lasts. No row is locked.

    The lock belongs to a transaction of the tend role, so that it works behind PgBouncer too and goes with
    the process that dies.
    """
    async with tend_pool.connection() as connection, connection.transaction():
        yield bool(await connection.fetchval(SQL.try_job, job.user_id, job.job_id))


async def jobs_under_way(tend_pool: Pool) -> list[Row]:
    """(user_id, job_id, state, state_version) of every running or paused job."""
    async with tend_pool.connection() as connection:
        return list(await connection.fetch(SQL.jobs_under_way))


async def jobs_open(tend_pool: Pool) -> Row:
    """queued, running, paused: jobs by state; busiest: running jobs of the user who has most."""
    async with tend_pool.connection() as connection:
        return await connection.fetchrow(SQL.jobs_open)


async def users_waiting(tend_pool: Pool) -> list[str]:
    """Users who have queued jobs, the one who waits longest first."""
    async with tend_pool.connection() as connection:
        return [row["user_id"] for row in await connection.fetch(SQL.users_waiting)]


async def jobs_ended(tend_pool: Pool) -> list[JobKey]:
    """Jobs that ended within the last hour."""
    async with tend_pool.connection() as connection:
        return [JobKey(*row) for row in await connection.fetch(SQL.jobs_ended)]


async def jobs_expired(tend_pool: Pool, keep_seconds: float, limit: int) -> list[JobKey]:
    """Some of the jobs that ended more than `keep_seconds` ago."""
    async with tend_pool.connection() as connection:
        return [JobKey(*row) for row in await connection.fetch(SQL.jobs_expired, float(keep_seconds), limit)]


async def jobs_deleted(tend_pool: Pool, limit: int) -> list[JobKey]:
    """Some of the deleted jobs whose rows are still there."""
    async with tend_pool.connection() as connection:
        return [JobKey(*row) for row in await connection.fetch(SQL.jobs_deleted, limit)]


async def purge(pool: Pool, job: JobKey, rows: int) -> bool:
    """Take at most `rows` rows of a deleted job away, in one short transaction; whether some may be left."""
    async with pool.transaction(job.user_id) as connection:
        await connection.execute(JOBS.see_deleted)
        for statement in (SQL.purge_chunks, SQL.purge_pages):
            if gone(await connection.execute(statement, job.user_id, job.job_id, rows)):
                return True
        await connection.execute(SQL.purge_job, job.user_id, job.job_id)
        return False


def gone(status: str) -> int:
    """How many rows a DELETE took, from its command tag."""
    return int(status.rpartition(" ")[2])
