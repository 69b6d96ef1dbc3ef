"""Tending: what was lost is queued again, what is done ends, what waits starts, what is gone goes from Redis.

Every replica tends; they exclude each other a job at a time. No row is locked while Redis is asked. The
record decides: what Redis holds is made to follow it.

A busy job's counts in Postgres and Redis differ at any moment, for work is on its way between them. So a
job is only looked into when Redis held too little in two rounds running, or when nothing of it moved for
long. That is the whole recovery from a lost Redis.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from docspasta.domain import JobKey
from docspasta.queues.frontier import JobCounts
from docspasta.queues.pages import PagesQueue
from docspasta.store import jobs as store
from docspasta.store import maintenance
from docspasta.store.pool import Pool
from docspasta.telemetry.logs import logger

from .ending import settle
from .resources import Resources

ROUNDS = 2  # in a row in which Redis must hold too little
STILL_ROUNDS = 12  # in a row without any change, after which a job is looked into whatever the counts say
AT_ONCE = 4  # jobs looked at side by side
EXPIRED_AT_ONCE = 100
DELETED_AT_ONCE = 20
PURGE_ROWS = 1000

log = logger("tending")


class Tending:
    """One replica's tending. `run` goes on until it is cancelled; `round` and `attend` are its steps."""

    def __init__(self, resources: Resources, tend_pool: Pool, pages: PagesQueue, interval: float) -> None:
        self._resources, self._tend_pool, self._pages = resources, tend_pool, pages
        self._interval = interval
        self._reconciler, self._frontier = resources.reconciler, resources.reconciler.frontier
        self._short: dict[JobKey, int] = {}  # rounds in which Redis held too little
        self._still: dict[JobKey, tuple[int, int]] = {}  # version last seen, rounds since
        self._cleared: set[JobKey] = set()  # ended jobs that left no trace in Redis

    async def run(self) -> None:
        """A round every `interval` seconds, a little off it so that replicas drift apart; sooner, but without
        comparing counts, when something calls for attention."""
        attention, clock = self._resources.attention, asyncio.get_running_loop().time
        due = clock() + self._interval * random.random()  # noqa: S311 - only spreads replicas
        while True:
            try:
                async with asyncio.timeout_at(due):
                    await attention.wait()
            except TimeoutError:
                due = clock() + self._interval * random.uniform(0.9, 1.1)  # noqa: S311
                await self.try_it("a round", self.round())
            else:
                attention.clear()
                await self.try_it("a call for attention", self.attend())

    async def round(self) -> None:
        """Everything, once."""
        await self.tend_jobs()
        await self.clear_ended()
        await self.expire()
        await self.attend()
        await self._pages.expire()

    async def attend(self) -> None:
        """What somebody waits for: queued jobs start, deleted ones go."""
        for user_id in await maintenance.users_waiting(self._tend_pool):
            await self.try_it("starting jobs", self._reconciler.start_waiting(user_id))
        for job in await maintenance.jobs_deleted(self._tend_pool, DELETED_AT_ONCE):
            await self.try_it("deleting a job", self.purge(job), job)

    async def tend_jobs(self) -> None:
        """Look at every job under way."""
        rows = await maintenance.jobs_under_way(self._tend_pool)
        keys = {JobKey(row["user_id"], row["job_id"]): row["state_version"] for row in rows}
        self._short = {job: rounds for job, rounds in self._short.items() if job in keys}
        self._still = {job: self.stillness(job, version) for job, version in keys.items()}
        await each(keys, lambda job: self.try_it("tending a job", self.tend_job(job), job))

    def stillness(self, job: JobKey, version: int) -> tuple[int, int]:
        """The job's version, and for how many rounds it has been that."""
        seen, rounds = self._still.get(job, (version, -1))
        return (version, rounds + 1) if seen == version else (version, 0)

    async def tend_job(self, job: JobKey) -> None:
        """One job under way: ended when it stands at its end, else compared with what Redis holds."""
        row = await self._reconciler.row(job)
        if row is None:
            return
        if self.at_its_end(row):
            await settle(self._resources, job)
            return
        # A job that moves has its hosts' turns: only one that stands still is looked into for broken keys.
        counts = await self._frontier.jobs.counts(job, repair=self._still[job][1] > 0)
        if row["state"] == "paused":
            await self.hold(job, counts)
        elif row["state"] == "running":
            await self.compare(job, row, counts)

    def at_its_end(self, row: Any) -> bool:
        """Whether a running job has nothing left, or no time. Asked again under its lock before it ends."""
        if row["state"] != "running":
            return False
        return bool(row["queued"] + row["discovering"] == 0 or row["deadline_at"] <= self._resources.now())

    async def hold(self, job: JobKey, counts: JobCounts) -> None:
        """A paused job's fence is closed, even when the call that paused it died in between."""
        self._short.pop(job, None)
        if counts.state == "open":
            async with maintenance.tending(self._tend_pool, job) as alone:
                if alone:
                    await self._reconciler.reconcile(job)

    async def compare(self, job: JobKey, row: Any, counts: JobCounts) -> None:
        """Count the rounds in which Redis holds too little, and look into the job after the second."""
        wanted = row["queued"] + row["discovering"]
        short = counts.state != "open" or counts.total < wanted
        self._short[job] = self._short.get(job, 0) + 1 if short else 0
        still = self._still[job][1] >= STILL_ROUNDS
        if self._short[job] < ROUNDS and not still:
            return
        async with maintenance.tending(self._tend_pool, job) as alone:
            if alone:
                await self.mend(job, row, counts)
        self._short[job] = 0
        self._still[job] = (row["state_version"], 0)

    async def mend(self, job: JobKey, row: Any, counts: JobCounts) -> None:
        """Make Redis hold what the record says. Nobody's lock is held but this job's tending."""
        added = await self._reconciler.reopen(row, thorough=True)
        await self._reconciler.reconcile(job)  # it may have been steered meanwhile
        if added or counts.state != "open":
            state = counts.state or "unknown"
            log.warning("queued again what the frontier had lost", job_id=job.job_id, urls=added, state=state)

    async def clear_ended(self) -> None:
        """Nothing of an ended job stays in Redis, even when whoever ended it died before clearing it."""
        jobs = set(await maintenance.jobs_ended(self._tend_pool))
        self._cleared &= jobs
        await each(jobs - self._cleared, lambda job: self.try_it("clearing a job", self.clear(job), job))

    async def clear(self, job: JobKey) -> None:
        """Clear one ended job, unless it left no trace."""
        counts = await self._frontier.jobs.counts(job, repair=False)
        if counts.total or counts.state not in ("", "ended"):
            await self._frontier.jobs.end(job)
        self._cleared.add(job)

    async def expire(self) -> None:
        """Jobs that were kept long enough are deleted, some a round."""
        keep = self._resources.limits.keep_seconds
        for job in await maintenance.jobs_expired(self._tend_pool, keep, EXPIRED_AT_ONCE) if keep else ():
            async with self._resources.pool.transaction(job.user_id) as connection:
                await store.delete_job(connection, job.user_id, job.job_id)

    async def purge(self, job: JobKey) -> None:
        """Take a deleted job's rows away, in short transactions."""
        async with maintenance.tending(self._tend_pool, job) as alone:
            if not alone:
                return
            await self._frontier.jobs.end(job)
            while await maintenance.purge(self._resources.pool, job, PURGE_ROWS):
                pass

    async def try_it(self, what: str, work: Awaitable[Any], job: JobKey | None = None) -> None:
        """Do it; log what fails. The next round tries again, and one job's trouble is not another's."""
        try:
            await work
        except Exception as error:
            log.warning(f"{what} failed; trying again", job_id=job.job_id if job else "", error=repr(error))


async def each(jobs: Iterable[JobKey], act: Callable[[JobKey], Awaitable[None]]) -> None:
    """Act on the jobs, a few at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(job: JobKey) -> None:
        async with places:
            await act(job)

    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(one(job))
