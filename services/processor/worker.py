"""The queue worker: claim, record, complete. What "record" means for one job's pages stands in batch.py.

Several claims are under way at once, so that while one batch is being recorded another is being parsed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

from redis.exceptions import RedisError

from docspasta.domain import JobKey
from docspasta.identity.caller import share_of
from docspasta.queues.messages import WaitingPage
from docspasta.queues.outage import Outage
from docspasta.queues.pages import PagesQueue
from docspasta.store.reachable import AWAY
from docspasta.telemetry.logs import logger

from .batch import Batches
from .leases import Leases, leased

BATCH_BYTES = 8 * 1024 * 1024
PAUSE_AFTER_TROUBLE = 1.0
PAUSE_FOR_OTHERS = 0.2  # seconds
SLOW = 1.0  # seconds after which a claim or a batch is slow
MOST_CLAIMS = 16  # under way; what they hold in memory is bounded
log = logger("worker")


class Worker:
    """Claims waiting pages until `stopping` is set. `lease` is seconds; leases.py renews it. `clock` is
    monotonic seconds."""

    def __init__(
        self,
        pages: PagesQueue,
        batches: Batches,
        size: int,
        lease: float,
        outage: Outage,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pages, self._batches, self._size, self._lease = pages, batches, size, lease
        self._clock = clock
        self._claims: dict[asyncio.Task[Any], float] = {}  # under way, since when
        self._recording: dict[object, tuple[str, float]] = {}  # batches: whose, since when
        self._outage = outage
        self._record_outage = Outage(log, store="postgres", trouble=AWAY)

    async def run(self, stopping: asyncio.Event, claims: int = 2) -> None:
        """Work until `stopping`, then end what was begun. `claims` are under way at once, and more when some
        of them take long: what is slow holds nobody else up."""
        async with asyncio.TaskGroup() as group:
            while not stopping.is_set():
                if not await self._has_room(claims):
                    continue
                try:
                    taken = await self._pages.claim(self._size, BATCH_BYTES, self._lease)
                    self._outage.over()
                    if taken:
                        task = group.create_task(self._do(taken, stopping))
                        self._claims[task] = self._clock()
                        task.add_done_callback(self._claims.pop)
                    else:
                        await self._rest(stopping)
                except Exception as error:
                    await self._met(error, stopping)

    async def _has_room(self, claims: int) -> bool:
        """Whether another claim may begin; waits for that, but not long."""
        now = self._clock()
        young = [began for began in self._claims.values() if now - began < SLOW]
        if len(young) < claims and len(self._claims) < MOST_CLAIMS:
            return True
        wait = min([SLOW, *(began + SLOW - now for began in young)])
        await asyncio.wait(list(self._claims), timeout=max(wait, 0.01), return_when=asyncio.FIRST_COMPLETED)
        return False

    async def _do(self, taken: Sequence[WaitingPage], stopping: asyncio.Event) -> None:
        """Record a claim: its jobs side by side, so that none waits for another's slow pages."""
        try:
            async with leased(self._pages, taken, self._lease, self._outage) as leases:
                jobs = (self._job(leases, job, rows, stopping) for job, rows in _by_job(taken))
                ended = await asyncio.gather(*jobs, return_exceptions=True)
            for error in (one for one in ended if one is not None):
                raise error
        except Exception as error:
            await self._met(error, stopping)

    async def _job(
        self, leases: Leases, job: JobKey, rows: Sequence[WaitingPage], stopping: asyncio.Event
    ) -> None:
        held, share, own = leases.held(rows), share_of(job.user_id), object()
        try:
            if stopping.is_set():
                await self._pages.release(held)
            elif self._must_wait(share):
                await self._pages.release(held)
                await _sleep(PAUSE_FOR_OTHERS, stopping)
            elif held:
                self._recording[own] = share, self._clock()
                await leases.work(held, self._batches.record(job, held))
                self._record_outage.over()
        except Exception:
            await self._pages.release(held)
            raise
        finally:
            self._recording.pop(own, None)

    async def _met(self, error: Exception, stopping: asyncio.Event) -> None:
        """Say what failed: Redis's errors have types of their own, so what else passes is Postgres's."""
        whose = self._outage if isinstance(error, RedisError) else self._record_outage
        whose.met("recording a batch (its pages come again)", error)
        await _sleep(PAUSE_AFTER_TROUBLE, stopping)

    def _must_wait(self, share: str) -> bool:
        """Whether a user's pages cost so much that only one batch of them is recorded at a time: one takes
        long, or they used much lately. Anonymous users of one address count as one."""
        since = [began for whose, began in self._recording.values() if whose == share]
        slow = any(self._clock() - began > SLOW for began in since)
        return slow or (bool(since) and self._batches.heavy(share))

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
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()
