"""Killable parsing processes: a page that takes too long or too much is a reasoned failure.

Each process has a socket of its own, so that one killed in the middle of a message (by its time, its memory,
the kernel or a person) leaves nothing that another waits for. Pages travel in small groups; when a group's
process is lost, its pages are converted again one by one, so that one poison page costs no other page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from docspasta.content import Page
from docspasta.sitemaps import Sitemap
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from .parsing import Body
from .parsing_process import Lost, ParsingProcess, cores

GROUP_PAGES = 16
GROUP_BYTES = 512 * 1024
LOSSES_A_PAGE = 2  # a page alone whose process is lost so often is at fault; once may be the killer's
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
    """Converts pages of at most `body_bytes` (decoded) in `workers` parsing processes (0: one a core), each
    page in at most `seconds` and with at most `memory` bytes of data."""

    def __init__(self, workers: int, seconds: float, memory: int, body_bytes: int) -> None:
        self.processes = [ParsingProcess(memory) for _ in range(workers or cores())]
        self.body_bytes = body_bytes
        self._seconds = seconds
        self._idle: asyncio.LifoQueue[ParsingProcess] = asyncio.LifoQueue()
        for process in self.processes:
            self._idle.put_nowait(process)

    async def convert(self, bodies: Sequence[Body]) -> list[Page]:
        """The pages of `bodies`, in order; never raises for what a page is."""
        with metrics.stages.labels("convert").time():
            cut = groups(bodies, len(self.processes))
            parts = await asyncio.gather(*(self._group(part) for part in cut))
        return [page for part in parts for page in part]

    async def listing(self, body: bytes, url: str, *, llms: bool) -> Sitemap:
        """What a sitemap or an llms.txt lists; nothing when reading it takes too long or too much."""
        try:
            listed: Sitemap = await self._call("listing", body, url, llms)
        except Lost as lost:
            return Sitemap(complete=False, detail=str(lost))
        return listed

    async def warm(self) -> None:
        """Start the parsing processes before the first page asks for them."""
        await asyncio.gather(*(process.start() for process in self.processes))

    async def stop(self) -> None:
        """Kill the parsing processes; their pages are taken again by whoever holds a lease next."""
        await asyncio.gather(*(process.kill() for process in self.processes))

    async def _group(self, bodies: list[Body]) -> list[Page]:
        attempts = LOSSES_A_PAGE if len(bodies) == 1 else 1
        for _ in range(attempts):
            try:
                pages: list[Page] = await self._call("pages", bodies, self.body_bytes)
                return pages
            except Lost as lost:
                log.warning("a parsing process was lost", pages=len(bodies), why=str(lost))
                if lost.overtime and len(bodies) == 1:
                    break
        if len(bodies) == 1:
            return [Page(url=bodies[0].url, reason="parse_limit")]
        return [page for body in bodies for page in await self._group([body])]

    async def _call(self, name: str, *arguments: Any) -> Any:
        process = await self._idle.get()
        try:
            return await process.call((name, *arguments), self._seconds)
        finally:
            self._idle.put_nowait(process)
