"""Nothing of an ended job stays in Redis, even if the process that ended it died before clearing it."""

from __future__ import annotations

from docspasta.domain import JobKey
from docspasta.queues.frontier import Frontier
from docspasta.store import maintenance as store
from docspasta.store.pool import Pool

from ..attempts import for_each


class Clearing:
    """Looks once at each job that ended within the last hour."""

    def __init__(self, frontier: Frontier, maintenance_pool: Pool) -> None:
        self._frontier, self._pool = frontier, maintenance_pool
        self._cleared: set[JobKey] = set()  # ended jobs that left no trace in Redis

    async def round(self) -> None:
        """Clear what has ended and was not looked at yet."""
        jobs = set(await store.jobs_ended(self._pool))
        self._cleared &= jobs
        await for_each(jobs - self._cleared, "clearing a job", self._clear)

    async def _clear(self, job: JobKey) -> None:
        counts = await self._frontier.jobs.counts(job, repair=False)
        if counts.total or counts.state not in ("", "ended"):
            await self._frontier.jobs.end(job)
        self._cleared.add(job)
