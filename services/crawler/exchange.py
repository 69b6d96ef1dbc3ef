"""Requests at the host's pace: each takes its start token, and its place at the resolved address.

The only caller of `Fetcher.fetch`. Redirects are followed here by hand, for robots.txt, sitemaps and the
like; a page's redirect is a URL of its own, but for one that leads to another spelling of itself.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from docspasta import urls
from docspasta.gate import ForbiddenTarget, Gate
from docspasta.queues.frontier import Frontier
from docspasta.queues.messages import TakenUrl

from .fetch import Answer, Fetcher, Limits

MAX_REDIRECTS = 5
WAIT_FOR_PLACE = 120.0  # seconds to wait for a place at another host, at most
RESOLVE_SECONDS = 5.0
LATE = 0.05  # share of the delay after which a start has passed: used then, it would crowd the next one
LEAST_GAP = 0.02  # seconds; a shorter delay bounds the rate, and no gap between two starts is kept


class Tokens(Protocol):
    """Grants requests to hosts."""

    def request(self, host: str) -> AbstractAsyncContextManager[None]:
        """One request to `host`: the block begins when it may be sent and ends when it is over."""


class UnderLease:
    """The tokens of a taken URL: it holds a place at its host, and brought the first start along."""

    def __init__(self, frontier: Frontier, taken: TakenUrl) -> None:
        self._frontier, self._taken = frontier, taken
        self._host = urls.host(taken.queued.url)
        self._first: float | None = time.monotonic() + taken.start_in
        delay = max(frontier.pace.min_delay, taken.crawl.delay or frontier.pace.delay)
        self._late = delay * LATE if delay >= LEAST_GAP else math.inf

    @asynccontextmanager
    async def request(self, host: str) -> AsyncIterator[None]:
        """See Tokens."""
        if host != self._host:
            async with FromFrontier(self._frontier).request(host):
                yield
            return
        await asyncio.sleep(max(0.0, await self._wait()))
        yield

    async def _wait(self) -> float:
        first, self._first = self._first, None
        if first is not None and (left := first - time.monotonic()) > -self._late:
            return left
        return (await self._frontier.start(self._host, under=self._taken)).wait


class FromFrontier:
    """The tokens of a call that holds nothing: it waits for a place, like everybody."""

    def __init__(self, frontier: Frontier) -> None:
        self._frontier = frontier

    @asynccontextmanager
    async def request(self, host: str) -> AsyncIterator[None]:
        """See Tokens. Raises TimeoutError when no place came free in two minutes."""
        async with asyncio.timeout(WAIT_FOR_PLACE):
            start = await self._frontier.start(host)
        try:
            await asyncio.sleep(start.wait)
            yield
        finally:
            await asyncio.shield(self._frontier.finish(start))


@dataclass(frozen=True, slots=True)
class OwnHeaders:
    """Request headers of a job: for one origin only."""

    origin: str = ""
    headers: Sequence[tuple[str, str]] = ()

    def for_url(self, url: str) -> Sequence[tuple[str, str]]:
        """The headers, if `url` is of their origin."""
        return self.headers if self.headers and urls.origin(url) == self.origin else ()


NO_HEADERS = OwnHeaders()


class Exchange:
    """Paced requests of this process. Safe for concurrent tasks."""

    def __init__(self, frontier: Frontier, gate: Gate, fetcher: Fetcher, total: float = 30.0) -> None:
        self._frontier, self._gate, self._fetcher = frontier, gate, fetcher
        self._place_lease = total + 5.0  # what a killed process leaves behind blocks nobody for longer

    async def once(
        self, url: str, limits: Limits, tokens: Tokens, *, leave: str = "", own: OwnHeaders = NO_HEADERS
    ) -> Answer:
        """One request. A URL that the gate refuses costs no token."""
        try:
            named = self._gate.check(url, leave)
        except ForbiddenTarget as error:
            return Answer(reason=error.reason, detail=str(error))
        try:
            async with tokens.request(urls.host(url)), self._place(url, named):
                return await self._fetcher.fetch(url, limits, headers=own.for_url(url), leave=leave)
        except TimeoutError:
            return Answer(reason="timeout", detail="no place at the host came free in time", passing=True)

    async def follow(
        self, url: str, limits: Limits, tokens: Tokens, *, leave: str = "", own: OwnHeaders = NO_HEADERS
    ) -> Answer:
        """A request and up to five redirects, wherever they lead; each passes the gate and takes a token."""
        for hops in range(MAX_REDIRECTS + 1):
            answer = replace(await self.once(url, limits, tokens, leave=leave, own=own), redirects=hops)
            if not answer.location:
                return answer
            try:
                url = urls.canonical(answer.location, url)
            except urls.BadUrl as error:
                return replace(answer, location="", reason="bad_url", detail=f"it redirects badly: {error}")
        return replace(answer, location="", reason="redirect_limit", detail="more than five redirects")

    @asynccontextmanager
    async def _place(self, url: str, named: bool) -> AsyncIterator[None]:
        """A place among the requests at once to the resolved address, across all hosts that share it."""
        address = "" if named else await self._resolved(url)
        if not address:
            yield
            return
        async with asyncio.timeout(WAIT_FOR_PLACE):
            start = await self._frontier.start_address(address, self._place_lease)
        try:
            yield
        finally:
            await asyncio.shield(self._frontier.finish(start))

    async def _resolved(self, url: str) -> str:
        """'' when the name has no address: the fetch will say so."""
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                return await self._gate.resolve(url)
        except (OSError, TimeoutError):
            return ""
