"""The queue worker: claim, record, complete. What "record" means for one job's pages stands in batch.py.

Several loops share one process, so that while one batch is being recorded another is being parsed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from docspasta.domain import JobKey
from docspasta.queues.messages import WaitingPage
from docspasta.queues.outage import Outage
from docspasta.queues.pages import PagesQueue
from docspasta.telemetry.logs import logger

from .batch import Batches
from .leases import leased

BATCH_BYTES = 8 * 1024 * 1024
PAUSE_AFTER_TROUBLE = 1.0
PAUSE_FOR_OTHERS = 0.2  # seconds
log = logger("worker")


class Worker:
    """Claims waiting pages until `stopping` is set. `lease` is seconds; leases.py renews it."""

    def __init__(self, pages: PagesQueue, batches: Batches, size: int, lease: float) -> None:
        self._pages, self._batches, self._size, self._lease = pages, batches, size, lease
        self._recording: Counter[str] = Counter()  # batches by user
        self._outage = Outage(log)

    async def run(self, stopping: asyncio.Event, loops: int = 2) -> None:
        """Work until `stopping`, then end what was begun."""
        async with asyncio.TaskGroup() as group:
            for _ in range(loops):
                group.create_task(self._loop(stopping))

    async def _loop(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                taken = await self._pages.claim(self._size, BATCH_BYTES, self._lease)
                self._outage.over()
                if taken:
                    await self._do(taken, stopping)
                else:
                    await self._rest(stopping)
            except Exception as error:
                self._outage.met("recording a batch (its pages come again)", error)
                await _sleep(PAUSE_AFTER_TROUBLE, stopping)

    async def _do(self, taken: Sequence[WaitingPage], stopping: asyncio.Event) -> None:
        async with leased(self._pages, taken, self._lease) as leases:
            try:
                for job, rows in _by_job(taken):
                    held = leases.held(rows)
                    if stopping.is_set():
                        await self._pages.release(held)
                    elif self._must_wait(job.user_id):
                        await self._pages.release(held)
                        await _sleep(PAUSE_FOR_OTHERS, stopping)
                    elif held:
                        await leases.work(held, self._record(job, held))
            except Exception:
                await self._pages.release(taken)
                raise

    def _must_wait(self, user: str) -> bool:
        """Whether a user's pages cost so much that only one batch of them is recorded at a time: the other
        loops are the other users'."""
        return self._recording[user] > 0 and self._batches.heavy(user)

    async def _record(self, job: JobKey, pages: Sequence[WaitingPage]) -> None:
        self._recording[job.user_id] += 1
        try:
            await self._batches.record(job, pages)
        finally:
            self._recording[job.user_id] -= 1

    async def _rest(self, stopping: asyncio.Event) -> None:
        resting = asyncio.create_task(self._pages.wait())
        stopped = asyncio.create_task(stopping.wait())
        _, pending = await asyncio.wait({resting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        if resting.done() and not resting.cancelled():
            resting.result()


def _by_job(taken: Sequence[WaitingPage]) -> list[tuple[JobKey, list[WaitingPage]]]:
    """The pages by job, in the order in which the queue gave them."""
    return [(job, list(rows)) for job, rows in groupby(taken, key=lambda row: row.queued.job)]


async def _sleep(seconds: float, stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        pass
