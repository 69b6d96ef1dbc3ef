"""What maintenance asks and takes away: the statements of maintenance.sql, each under its own name.

`maintenance` is a pool of the role that sees only where jobs stand.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from docspasta.domain import JobKey, JobState

from .addresses import forget_address
from .chunks import purge_pages
from .deliveries import forget_job
from .jobs import see_deleted
from .pool import Pool
from .statements import load
from .usage import Today


class JobPosition(NamedTuple):
    """Where a job stands: its state and version."""

    key: JobKey
    state: JobState
    version: int


class JobsByState(NamedTuple):
    """How many jobs have not ended, by state; `busiest` are the running ones of the user who has most."""

    queued: int
    running: int
    paused: int
    busiest: int


SQL = load("maintenance.sql", JobPosition)


@asynccontextmanager
async def only_here(maintenance: Pool, job: JobKey) -> AsyncIterator[bool]:
    """Whether this replica alone maintains the job while the block lasts. No row is locked.

    The lock belongs to a transaction of the maintenance role, so that it works behind PgBouncer too and goes
    with the process that dies.
    """
    async with maintenance.connection() as connection, connection.transaction():
        yield bool(await SQL.try_job.value(connection, bool, **job._asdict()))


async def jobs_under_way(maintenance: Pool) -> list[JobPosition]:
    """Where every running or paused job stands."""
    async with maintenance.connection() as connection:
        return await SQL.jobs_under_way.all(connection, JobPosition)


async def jobs_by_state(maintenance: Pool) -> JobsByState:
    """How many jobs have not ended."""
    async with maintenance.connection() as connection:
        return await SQL.jobs_by_state.one(connection, JobsByState) or JobsByState(0, 0, 0, 0)


async def jobs_open_of_share(maintenance: Pool, share: str) -> int:
    """How many jobs of a share's anonymous users have not ended."""
    async with maintenance.connection() as connection:
        return await SQL.jobs_open_of_share.value(connection, int, prefix=f"{share}-") or 0


async def today_of_share(maintenance: Pool, share: str) -> Today:
    """What a share's anonymous users used of the day together."""
    async with maintenance.connection() as connection:
        found = await SQL.today_of_share.one(connection, Today, prefix=f"{share}-")
    assert found is not None  # an aggregate always gives a row
    return found


async def users_waiting(maintenance: Pool) -> list[str]:
    """Users who have queued jobs, the one who waits longest first."""
    async with maintenance.connection() as connection:
        return await SQL.users_waiting.column(connection, str)


async def jobs_ended(maintenance: Pool) -> list[JobKey]:
    """Jobs that ended within the last hour."""
    async with maintenance.connection() as connection:
        return await SQL.jobs_ended.all(connection, JobKey)


async def jobs_expired(maintenance: Pool, keep_seconds: float, limit: int) -> list[JobKey]:
    """Some of the jobs that ended more than `keep_seconds` ago."""
    async with maintenance.connection() as connection:
        return await SQL.jobs_expired.all(connection, JobKey, keep_seconds=float(keep_seconds), limit=limit)


async def jobs_deleted(maintenance: Pool, limit: int) -> list[JobKey]:
    """Some of the deleted jobs whose rows are still there."""
    async with maintenance.connection() as connection:
        return await SQL.jobs_deleted.all(connection, JobKey, limit=limit)


async def purge(pool: Pool, job: JobKey, rows: int) -> bool:
    """Take at most `rows` rows of a deleted job away, in one short transaction; whether some may be left."""
    named = job._asdict()
    async with pool.transaction(job.user_id) as connection:
        await see_deleted(connection)
        for statement in (SQL.purge_pieces, SQL.purge_chunks, SQL.purge_pushes):
            if await statement.execute(connection, **named, limit=rows):
                return True
        if await purge_pages(connection, job, rows):
            return True
        await forget_job(connection, job)
        if address := await SQL.purge_job.value(connection, str, **named):
            await forget_address(connection, job.user_id, address)
        return False
