"""Reads what the metrics say of the whole installation: jobs by state, the frontier's depth, what is stuck.

Every jobs replica reports the same figures, so queries take their max, never their sum.
"""

from __future__ import annotations

import asyncio
import time

from docspasta.domain import JobKey, JobState
from docspasta.queues.figures import read_figures, read_refusals
from docspasta.queues.frontier import Frontier
from docspasta.store import maintenance
from docspasta.store.pool import Pool
from docspasta.telemetry import metrics

from .attempts import attempt

EVERY = 10.0  # seconds
STUCK = 600.0  # seconds without a new version
AT_ONCE = 8


class Gauges:
    """`run` it until it is cancelled; `read` is one reading."""

    def __init__(
        self, maintenance_pool: Pool, frontier: Frontier, *, at_once_a_host: int, running_limit: int
    ) -> None:
        self._maintenance_pool, self._frontier, self._at_once = maintenance_pool, frontier, at_once_a_host
        self._moved: dict[JobKey, tuple[int, float]] = {}  # version, since when it has been that
        metrics.jobs_limit.set(running_limit)

    async def run(self) -> None:
        """A reading every few seconds; a failed one leaves the figures as they were."""
        while True:
            await attempt("reading the figures", self.read())
            await asyncio.sleep(EVERY)

    async def read(self, now: float | None = None) -> None:
        """Everything, once. `now` is monotonic seconds."""
        under_way = await maintenance.jobs_under_way(self._maintenance_pool)
        self.note_jobs(
            await maintenance.jobs_by_state(self._maintenance_pool),
            under_way,
            time.monotonic() if now is None else now,
        )
        await self.note_frontier([job.key for job in under_way])
        for cause, times in (await read_refusals(self._frontier.shards.client)).items():
            metrics.redis_refused.labels(cause).set(times)

    def note_jobs(
        self, counts: maintenance.JobsByState, under_way: list[maintenance.JobPosition], now: float
    ) -> None:
        """Jobs by state, and those that stand still."""
        metrics.jobs.labels("queued").set(counts.queued)
        metrics.jobs.labels("running").set(counts.running)
        metrics.jobs.labels("paused").set(counts.paused)
        metrics.jobs_of_busiest.set(counts.busiest)
        moved: dict[JobKey, tuple[int, float]] = {}
        for job in under_way:
            version, since = self._moved.get(job.key, (0, now))
            still = version == job.version and job.state is JobState.RUNNING
            moved[job.key] = (job.version, since if still else now)
        self._moved = moved
        metrics.jobs_stuck.set(sum(now - since >= STUCK for _, since in moved.values()))

    async def note_frontier(self, under_way: list[JobKey]) -> None:
        """URLs by where they are, and what could be taken now."""
        queued = taken = waiting = 0
        for at in range(0, len(under_way), AT_ONCE):
            some = under_way[at : at + AT_ONCE]
            for counts in await asyncio.gather(
                *(self._frontier.jobs.counts(job, repair=False) for job in some)
            ):
                queued, taken = queued + counts.queued, taken + counts.taken
                waiting += counts.waiting
        for state, urls in (("queued", queued), ("taken", taken), ("waiting", waiting)):
            metrics.frontier_urls.labels(state).set(urls)
        found = await read_figures(self._frontier.shards, self._at_once)
        metrics.frontier_due.set(found.due_urls)
        metrics.waiting_bytes.set(found.waiting_bytes)
        metrics.queue_age.set(found.oldest_seconds)
