"""Search indexes of sources' runs, built when they have ended and not when somebody waits for an answer.

Every replica looks, and builds one at a time; an index that another one is building counts as there.
"""

from __future__ import annotations

import asyncio

from docspasta.domain import JobKey
from docspasta.settings import IndexRuns
from docspasta.store.pool import Pool
from docspasta.store.search import runs_to_index

from ..attempts import attempt
from ..documents.searches import Searches

AT_ONCE = 20  # runs a round
AGAIN = 600.0  # seconds after which a run is tried again whose index could not be built


class Indexing:
    """Has runs indexed, beside the rounds: one takes longer than those may wait."""

    def __init__(self, searches: Searches, maintenance_pool: Pool, when: IndexRuns) -> None:
        self._searches, self._pool, self._when = searches, maintenance_pool, when
        self._tried: dict[JobKey, float] = {}
        self._building: asyncio.Task[None] | None = None

    async def round(self) -> None:
        """Begin to index some runs, unless that is under way."""
        if self._when == "never" or (self._building is not None and not self._building.done()):
            return
        now = asyncio.get_running_loop().time()
        self._tried = {run: at for run, at in self._tried.items() if now - at < AGAIN}
        runs = await runs_to_index(self._pool, self._when == "always", AT_ONCE + len(self._tried))
        new = [run for run in runs if run not in self._tried]
        if new:
            self._building = asyncio.create_task(self._build(new[:AT_ONCE]))

    async def _build(self, runs: list[JobKey]) -> None:
        for run in runs:
            self._tried[run] = asyncio.get_running_loop().time()
            await attempt("indexing a run", self._searches.index(run), run)

    async def finish(self) -> None:
        """Wait for what is under way."""
        if self._building is not None:
            await self._building

    def stop(self) -> None:
        """Leave what is under way; another replica begins it again within the hour."""
        if self._building is not None:
            self._building.cancel()
