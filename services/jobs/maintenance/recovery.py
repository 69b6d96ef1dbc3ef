"""Jobs under way: ended when they stand at their end, else compared with what Redis holds.

A busy job's counts in Postgres and Redis differ at any moment, for work is on its way between them. So a
job is only looked into when Redis held too little in two rounds running, or when nothing of it moved for
long. That is the whole recovery from a lost Redis.
"""

from __future__ import annotations

from docspasta.domain import Job, JobKey, JobState
from docspasta.queues.frontier import JobCounts
from docspasta.store import maintenance as store
from docspasta.store.pool import Pool
from docspasta.telemetry.logs import logger

from ..attempts import for_each
from ..ending import end
from ..resources import Resources

ROUNDS = 2  # in a row in which Redis must hold too little
STILL_ROUNDS = 12  # in a row without any change, after which a job is looked into whatever the counts say
log = logger("maintenance")


class Recovery:
    """Remembers from round to round which jobs held too little, and which did not move."""

    def __init__(self, resources: Resources, maintenance_pool: Pool) -> None:
        self._resources, self._pool = resources, maintenance_pool
        self._reconciler, self._frontier = resources.reconciler, resources.reconciler.frontier
        self._short: dict[JobKey, int] = {}  # rounds in which Redis held too little
        self._still: dict[JobKey, tuple[int, int]] = {}  # version last seen, rounds since

    async def round(self) -> None:
        """Look at every job under way."""
        versions = {job.key: job.version for job in await store.jobs_under_way(self._pool)}
        self._short = {job: rounds for job, rounds in self._short.items() if job in versions}
        self._still = {job: self._stillness(job, version) for job, version in versions.items()}
        await for_each(versions, "recovering a job", self._look_at)

    def _stillness(self, key: JobKey, version: int) -> tuple[int, int]:
        """The job's version, and for how many rounds it has been that."""
        seen, rounds = self._still.get(key, (version, -1))
        return (version, rounds + 1) if seen == version else (version, 0)

    async def _look_at(self, key: JobKey) -> None:
        job = await self._reconciler.job(key)
        if job is None:
            return
        if job.at_its_end(self._resources.now()):
            await end(self._resources, key)  # asks again, under the job's lock
            return
        # A job that moves has its hosts' turns: only one that stands still is looked into for broken keys.
        counts = await self._frontier.jobs.counts(key, repair=self._still[key][1] > 0)
        if job.state is JobState.PAUSED:
            await self._keep_paused(key, counts)
        elif job.state is JobState.RUNNING:
            await self._compare(job, counts)

    async def _keep_paused(self, key: JobKey, counts: JobCounts) -> None:
        """A paused job is closed in Redis, even when the call that paused it died in between."""
        self._short.pop(key, None)
        if counts.state == "open":
            async with store.only_here(self._pool, key) as alone:
                if alone:
                    await self._reconciler.reconcile(key)

    async def _compare(self, job: Job, counts: JobCounts) -> None:
        """Count the rounds in which Redis holds too little, and look into the job after the second."""
        key = job.key
        short = counts.state != "open" or counts.total < job.counts.outstanding
        self._short[key] = self._short.get(key, 0) + 1 if short else 0
        if self._short[key] < ROUNDS and self._still[key][1] < STILL_ROUNDS:
            return
        async with store.only_here(self._pool, key) as alone:
            if alone:
                await self._restore(job, counts)
        self._short[key] = 0
        self._still[key] = (job.version, 0)

    async def _restore(self, job: Job, counts: JobCounts) -> None:
        """Make Redis hold what the record says."""
        added = await self._reconciler.reopen(job, thorough=True)
        await self._reconciler.reconcile(job.key)  # its state may have changed meanwhile
        if added or counts.state != "open":
            state = counts.state or "unknown"
            log.warning(
                "queued again what the frontier had lost", job_id=job.key.job_id, urls=added, state=state
            )
