"""Killable parsing processes (pebble): a page that takes too long or too much is a reasoned failure.

Pages travel in small groups, to save messages. When a group's process is killed or dies, its pages are
converted again one by one, so that one poison page costs no other page.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import TimeoutError as PoolTimeout

from pebble import ProcessExpired, ProcessPool

from docspasta.content import Page
from docspasta.sitemaps import Sitemap
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from .parsing import Body, bound_memory, convert_all, read_listing

GROUP_PAGES = 8
GROUP_BYTES = 512 * 1024
TASKS_A_PROCESS = 2000  # a process is renewed after so many groups: no leak of a parser lives for ever
log = logger("conversion")


def groups(bodies: Sequence[Body], wide: int) -> list[list[Body]]:
    """`bodies` in order, cut into groups of at most GROUP_PAGES and about GROUP_BYTES, at least `wide` of
    them when there are pages enough."""
    most = max(1, min(GROUP_PAGES, -(-len(bodies) // max(1, wide))))
    cut: list[list[Body]] = []
    size = 0
    for body in bodies:
        if not cut or len(cut[-1]) >= most or size + len(body.body) > GROUP_BYTES:
            cut.append([])
            size = 0
        cut[-1].append(body)
        size += len(body.body)
    return cut


class Conversion:
    """Converts pages in `workers` parsing processes, at most `seconds` and `memory` bytes a page."""

    def __init__(self, workers: int, seconds: float, memory: int) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._seconds = seconds
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["services.processor.parsing"])
        self._pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=TASKS_A_PROCESS,
            initializer=bound_memory,
            initargs=(memory,),
            context=context,
        )

    async def convert(self, bodies: Sequence[Body]) -> list[Page]:
        """The pages of `bodies`, in order; never raises for what a page is."""
        with metrics.stages.labels("convert").time():
            parts = await asyncio.gather(*(self._group(part) for part in groups(bodies, self.workers)))
        return [page for part in parts for page in part]

    async def _group(self, bodies: list[Body]) -> list[Page]:
        try:
            return await self._run(bodies)
        except (PoolTimeout, ProcessExpired, MemoryError) as error:
            log.warning("a parsing process was lost", pages=len(bodies), error=type(error).__name__)
        if len(bodies) == 1:
            return [Page(url=bodies[0].url, reason="parse_limit")]
        return [page for body in bodies for page in await self._group([body])]

    async def _run(self, bodies: list[Body]) -> list[Page]:
        future = self._pool.schedule(convert_all, args=(bodies,), timeout=self._seconds)
        try:
            pages: list[Page] = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            future.cancel()  # type: ignore[no-untyped-call]
            raise
        return pages

    async def listing(self, body: bytes, url: str, *, llms: bool) -> Sitemap:
        """What a sitemap or an llms.txt lists; nothing when reading it takes too long or too much."""
        try:
            future = self._pool.schedule(read_listing, args=(body, url, llms), timeout=self._seconds)
            listed: Sitemap = await asyncio.wrap_future(future)
        except (PoolTimeout, ProcessExpired, MemoryError):
            return Sitemap(complete=False, detail="it takes too long or too much memory to read")
        return listed

    async def warm(self) -> None:
        """Start the parsing processes before the first page asks for them."""
        await asyncio.gather(*(self._run([]) for _ in range(self.workers)))

    def stop(self) -> None:
        """Kill the parsing processes; their pages are taken again by whoever holds a lease next."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
