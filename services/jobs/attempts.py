"""How a chore acts on many jobs: a few side by side, and one job's trouble stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import redis.exceptions

from docspasta.domain import JobKey
from docspasta.telemetry.logs import logger

AT_ONCE = 4  # jobs looked at side by side
AWAY = (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)
log = logger("maintenance")


async def attempt(what: str, work: Awaitable[object], job: JobKey | None = None) -> None:
    """Do it, and log what fails. The next round tries again. scripts.py says that Redis is away, once."""
    try:
        await work
    except Exception as error:
        say = log.debug if isinstance(error, AWAY) else log.warning
        say(f"{what} failed; trying again", job_id=job.job_id if job else "", error=repr(error))


async def for_each(jobs: Iterable[JobKey], what: str, act: Callable[[JobKey], Awaitable[object]]) -> None:
    """Act on the jobs, a few at once. What fails is logged."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(job: JobKey) -> None:
        async with slots:
            await attempt(what, act(job), job)

    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(one(job))
