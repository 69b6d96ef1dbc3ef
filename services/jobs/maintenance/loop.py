"""When the chores run: all of them every few seconds, the urgent ones also when something asks for it."""

from __future__ import annotations

import asyncio
import random

from docspasta.queues.pages import PagesQueue
from docspasta.store.pool import Pool

from ..attempts import attempt
from ..resources import Resources
from .clearing import Clearing
from .expiry import Expiry
from .indexing import Indexing
from .recovery import Recovery
from .schedules import begin_due_runs
from .starting import start_queued_jobs


class Maintenance:
    """One replica's maintenance. `run` goes on until it is cancelled; `round` and `attend` are its steps.

    `maintenance_pool` has the role that sees only where jobs stand. `interval` is seconds between rounds.
    """

    def __init__(
        self, resources: Resources, maintenance_pool: Pool, pages: PagesQueue, interval: float
    ) -> None:
        self._resources, self._pool, self._pages = resources, maintenance_pool, pages
        self._interval = interval
        self._recovery = Recovery(resources, maintenance_pool)
        self._clearing = Clearing(resources.reconciler.frontier, maintenance_pool)
        self._expiry = Expiry(resources, maintenance_pool)
        self._indexing = Indexing(resources.searches, maintenance_pool, resources.index_runs)

    async def run(self) -> None:
        """A round every `interval` seconds, a little off it so that replicas drift apart. Sooner, but only
        for what is urgent, when something calls for attention."""
        attention, clock = self._resources.attention, asyncio.get_running_loop().time
        due = clock() + self._interval * random.random()  # noqa: S311 - only spreads replicas
        try:
            while True:
                try:
                    async with asyncio.timeout_at(due):
                        await attention.wait()
                except TimeoutError:
                    due = clock() + self._interval * random.uniform(0.9, 1.1)  # noqa: S311
                    await attempt("a round", self.round())
                else:
                    attention.clear()
                    await attempt("a call for attention", self.attend())
        finally:
            self._indexing.stop()

    async def round(self) -> None:
        """Every chore, once. One that fails as a whole is logged, and the others still run."""
        await attempt("recovering jobs", self._recovery.round())
        await attempt("clearing ended jobs", self._clearing.round())
        await attempt("expiring jobs", self._expiry.expire())
        await attempt("forgetting deliveries", self._expiry.forget_deliveries())
        await attempt("beginning scheduled runs", begin_due_runs(self._resources, self._pool))
        await attempt("indexing runs", self._indexing.round())
        await self.attend()
        await attempt("expiring leases of pages", self._pages.expire())

    async def attend(self) -> None:
        """What somebody waits for: queued jobs start, deleted ones go."""
        await attempt("starting jobs", start_queued_jobs(self._resources.reconciler, self._pool))
        await attempt("purging jobs", self._expiry.purge_deleted())
