"""Leases of claimed pages, renewed while there is work on them. Work whose leases are all lost is cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from docspasta.queues.messages import WaitingPage
from docspasta.queues.outage import Outage
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

RENEWALS = 3  # in the time of a lease: two may fail and it is still held
RETRIES = 12  # in the time of a lease, once a renewal has failed
log = logger("leases")


class Renewing(Protocol):
    """What renews leases: `docspasta.queues.pages.PagesQueue`."""

    async def renew(self, pages: Sequence[WaitingPage], lease: float) -> list[WaitingPage]:
        """Renew for `lease` seconds; returns those that are lost."""


class Leases:
    """The leases of some pages. A page whose lease is lost is somebody else's now.

    `seconds` is how long a lease lasts, `outage` is told when Redis does not answer, `sleep` is the clock.
    """

    def __init__(
        self,
        queue: Renewing,
        claimed: Sequence[WaitingPage],
        seconds: float,
        outage: Outage,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._queue, self._seconds, self._outage, self._sleep = queue, seconds, outage, sleep
        self._held = {page.lease + str(page.queued.page_id): page for page in claimed}
        self._working: dict[asyncio.Task[None], Sequence[WaitingPage]] = {}

    def held(self, pages: Sequence[WaitingPage]) -> list[WaitingPage]:
        """Those of the pages that are still ours."""
        return [page for page in pages if page.lease + str(page.queued.page_id) in self._held]

    async def keep(self) -> None:
        """Renew until cancelled. What fails is logged and tried again, sooner."""
        pause = self._seconds / RENEWALS
        while True:
            await self._sleep(pause)
            try:
                await self._renew()
                pause = self._seconds / RENEWALS
            except Exception as error:
                pause = self._seconds / RETRIES
                self._outage.met("renewing leases", error)

    async def work(self, pages: Sequence[WaitingPage], work: Coroutine[Any, Any, None]) -> None:
        """Do the work on `pages`; it is cut when the last of their leases is lost. Raises what it raises."""
        task = asyncio.create_task(work)
        self._working[task] = pages
        try:
            await asyncio.wait([task])
            if task.cancelled():
                log.warning("work was cut: its leases are lost", pages=len(pages))
            else:
                task.result()
        finally:
            del self._working[task]
            task.cancel()

    async def _renew(self) -> None:
        lost = await self._queue.renew(list(self._held.values()), self._seconds) if self._held else []
        for page in lost:
            self._held.pop(page.lease + str(page.queued.page_id), None)
        if lost:
            metrics.leases_lost.labels("pages").inc(len(lost))
            for task, pages in self._working.items():
                if not self.held(pages):
                    task.cancel()


@asynccontextmanager
async def leased(
    queue: Renewing, claimed: Sequence[WaitingPage], seconds: float, outage: Outage
) -> AsyncIterator[Leases]:
    """The leases of claimed pages, renewed while the block lasts."""
    leases = Leases(queue, claimed, seconds, outage)
    keeping = asyncio.create_task(leases.keep())
    try:
        yield leases
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
