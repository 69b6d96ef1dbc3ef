"""Killable parsing processes: a page that takes too long or too much is a reasoned failure.

Each process has a socket of its own, so that one killed in the middle of a message (by its time, its memory,
the kernel or a person) leaves nothing that another waits for. Pages travel in small groups and are answered
one by one, so that it is known at which page a process was lost. The next process goes on behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from docspasta.content import Page
from docspasta.identity.caller import share_of
from docspasta.sitemaps import Sitemap
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger
from docspasta.turns import in_turns

from .parsing_process import Lost, ParsingProcess
from .parsing_server import cores
from .slots import Slots
from .wire import (
    BadMessage,
    Body,
    Message,
    listing_message,
    pages_message,
    reading_page,
    reading_sitemap,
    refusals_message,
    refused_of,
)

GROUP_PAGES = 16
GROUP_BYTES = 512 * 1024
ROOM = 16 * 1024 * 1024  # bytes of one call's pages, converted: a small body may become a long page
QUICK = 0.5  # CPU seconds of a page's first try; one that takes longer waits for a turn among such pages
LOSSES_A_PAGE = 3  # a page at which a process was lost so often is at fault; twice may be the killer's
LEAST = 2  # processes: with one, a page that takes long holds everybody up
WALL = 6  # times its CPU seconds a page's process may use no core: a last resort
TOO_COSTLY = "too_costly"  # why a link is left out that no process could judge in time
T = TypeVar("T")
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


@dataclass(slots=True)
class _Call:
    """One call of `convert`. `overtime`: one of its pages used up its CPU seconds. `room`: bytes of results
    that it may still hold."""

    user: str
    room: int = ROOM
    overtime: bool = False

    @property
    def share(self) -> str:
        """Whom its CPU seconds count for: anonymous users of one address count as one."""
        return share_of(self.user)

    @property
    def full(self) -> bool:
        """Whether it begins no further page."""
        return self.overtime or self.room <= 0


class Conversion:
    """Converts pages of at most `body_bytes` (decoded) in `workers` parsing processes (0: one a core, at
    least two), each page in at most `seconds` of CPU and with at most `memory` bytes of data."""

    def __init__(self, workers: int, seconds: float, memory: int, body_bytes: int) -> None:
        self.processes = [ParsingProcess(memory) for _ in range(workers or max(LEAST, cores()))]
        self.slots = Slots(self.processes)
        self.body_bytes = body_bytes
        self._seconds = seconds

    async def convert(self, user: str, bodies: Sequence[Body]) -> list[Page | None]:
        """The pages of a user's `bodies`, in order; never raises for what a page is.

        None for what was not begun: once a page has used up its CPU seconds, or the pages are so long that
        more would not be held in memory, the others of the call have to wait for their user's next turn.
        """
        call = _Call(user)
        with metrics.stages.labels("convert").time():
            cut = groups(bodies, len(self.processes))
            parts = await asyncio.gather(*(self._group(call, part) for part in cut))
        return [page for part in parts for page in part]

    async def listing(self, user: str, body: Body, *, llms: bool) -> Sitemap:
        """What a sitemap or an llms.txt lists; nothing when reading it takes too long or too much."""
        ask = partial(listing_message, body, self.body_bytes, llms)
        try:
            return await self._alone(user, ask, lambda answer: in_turns(reading_sitemap(answer)))
        except (Lost, BadMessage) as lost:
            return Sitemap(complete=False, detail=str(lost))

    async def refusals(self, user: str, scope: str, urls: Sequence[str]) -> tuple[str, ...]:
        """Why a user's scope (as JSON) refuses each URL, '' where it does not: `too_costly` for all when that
        takes more CPU seconds than a page. For a scope with globs: what those cost is the user's."""

        async def read(answer: Message) -> tuple[tuple[str, ...], float]:
            return refused_of(answer, len(urls))

        try:
            return await self._alone(user, partial(refusals_message, scope, urls), read)
        except (Lost, BadMessage) as lost:
            log.warning("links are left out: a scope could not be asked", links=len(urls), why=str(lost))
            return (TOO_COSTLY,) * len(urls)

    async def _alone(
        self,
        user: str,
        ask: Callable[[float], Message],
        read: Callable[[Message], Awaitable[tuple[T, float]]],
    ) -> T:
        """What a call with one answer comes to. `ask` makes it of the CPU seconds that it may take: as for a
        page few at first, and what takes longer waits for a turn among such. Raises Lost or BadMessage."""
        share, slow, losses = share_of(user), False, 0
        while True:
            seconds = self._seconds if slow else min(QUICK, self._seconds)
            try:
                async with (
                    self.slots.slot(share, slow=slow) as process,
                    aclosing(process.ask(user, ask(seconds), 1, WALL * self._seconds)) as answers,
                ):
                    found, cpu = await read(await anext(answers))
                    self.slots.charge(share, cpu)
                    return found
            except (Lost, BadMessage) as lost:
                overtime, losses = self._lost(share, lost, 0, seconds), losses + 1
                if losses >= LOSSES_A_PAGE or (overtime and seconds == self._seconds):
                    raise
                slow = slow or overtime

    async def warm(self) -> None:
        """Start the parsing processes before the first page asks for them."""
        await asyncio.gather(*(process.start() for process in self.processes))

    async def stop(self) -> None:
        """Kill the parsing processes; the next holder of their leases takes their pages again."""
        await asyncio.gather(*(process.stop() for process in self.processes))

    async def _group(self, call: _Call, bodies: list[Body]) -> list[Page | None]:
        pages: list[Page | None] = []
        losses, slow = 0, False
        while len(pages) < len(bodies):
            done = len(pages)
            seconds = self._seconds if slow else min(QUICK, self._seconds)
            try:
                async with self.slots.slot(call.share, slow=slow) as process:
                    if call.full:
                        return [*pages, *[None] * (len(bodies) - done)]
                    await self._ask(
                        call, process, bodies[done : done + 1] if slow else bodies[done:], pages, seconds
                    )
                slow = False
            except (Lost, BadMessage) as lost:
                losses = losses + 1 if len(pages) == done else 1
                overtime = self._lost(call.share, lost, len(bodies) - len(pages), seconds)
                slow = overtime and seconds < self._seconds
                call.overtime = call.overtime or (overtime and not slow)
                if (overtime and not slow) or losses >= LOSSES_A_PAGE:
                    url = bodies[len(pages)].url
                    pages.append(Page(url=url, reason="parse_limit", detail=self._why(lost)))
                    losses = 0
        return pages

    async def _ask(
        self,
        call: _Call,
        process: ParsingProcess,
        bodies: Sequence[Body],
        pages: list[Page | None],
        seconds: float,
    ) -> None:
        """Add the pages of `bodies`, as they come, until they have taken as long as one of them may."""
        message, spent = pages_message(bodies, self.body_bytes, seconds), 0.0
        async with aclosing(process.ask(call.user, message, len(bodies), WALL * self._seconds)) as answers:
            async for answer in answers:
                page, cpu = await in_turns(reading_page(answer))
                self.slots.charge(call.share, cpu)
                call.room -= len(answer.payload)
                spent += cpu
                url = bodies[0].url
                bodies = bodies[1:]
                if page.reason == "parse_limit":
                    log.warning("a page could not be converted", url=url, why=page.detail)
                pages.append(page if page.url == url else replace(page, url=url))
                if call.full or spent > seconds:
                    return

    def _why(self, lost: Lost | BadMessage) -> str:
        """Why a page that was begun is given up, as a sentence."""
        if isinstance(lost, Lost) and lost.overtime:
            return f"Reading it takes more than {self._seconds:g} CPU seconds."
        return f"Reading it was tried {LOSSES_A_PAGE} times: {lost}."

    def _lost(self, share: str, lost: Lost | BadMessage, pages: int, seconds: float) -> bool:
        """Note a lost process; whether a page had used up its CPU seconds, which its user is charged."""
        log.warning("a parsing process was lost", pages=pages, why=str(lost))
        overtime = isinstance(lost, Lost) and lost.overtime
        if overtime:
            self.slots.charge(share, seconds)
        return overtime
