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
from typing import NamedTuple, Protocol

from docspasta import urls
from docspasta.gate import ForbiddenTarget, Gate
from docspasta.queues.frontier import Frontier
from docspasta.queues.hosts import Start
from docspasta.queues.messages import LeasedUrl

from .fetch import Answer, Fetcher, Limits

MAX_REDIRECTS = 5
WAIT_FOR_PLACE = 120.0  # seconds to wait for a place at a host, at most
PLACE_LEASE = 120.0  # seconds that a place is held by a visit by hand, at most
RESOLVE_SECONDS = 5.0
LATE = 0.05  # share of the delay after which a start has passed: used then, it would crowd the next one
LEAST_GAP = 0.02  # seconds; a shorter delay bounds the rate, and no gap between two starts is kept
NO_PLACE = Answer(reason="timeout", detail="no place at the host came free in time", passing=True)


class Tokens(Protocol):
    """Grants requests to hosts, to one visit."""

    async def hold(self, host: str) -> None:
        """Hold a place at the visit's own host from here to the visit's end. Raises TimeoutError."""

    def request(self, host: str) -> AbstractAsyncContextManager[None]:
        """One request to `host`: the block begins when it may be sent and ends when it is over."""


class AtHost:
    """The tokens of a visit that holds a place at its host, and there a first start (a monotonic time)."""

    def __init__(self, frontier: Frontier, host: str, delay: float) -> None:
        self._frontier, self._host = frontier, host
        self._first: float | None = None
        self._under: LeasedUrl | Start | None = None
        self._late = delay * LATE if delay >= LEAST_GAP else math.inf

    async def hold(self, host: str) -> None:
        """See Tokens."""

    @asynccontextmanager
    async def request(self, host: str) -> AsyncIterator[None]:
        """See Tokens. Raises TimeoutError when no place at the host came free in two minutes."""
        await self.hold(host)
        if host != self._host:
            async with ByHand(self._frontier) as tokens, tokens.request(host):
                yield
            return
        if (wait := await self._wait()) > 0:
            await asyncio.sleep(wait)
        yield

    async def _wait(self) -> float:
        first, self._first = self._first, None
        if first is not None and (left := first - time.monotonic()) > -self._late:
            return left
        return (await self._frontier.hosts.start(self._host, under=self._under)).wait


class UnderLease(AtHost):
    """The tokens of a taken URL: it holds a place at its host, and brought the first start along."""

    def __init__(self, frontier: Frontier, taken: LeasedUrl) -> None:
        delay = max(frontier.pace.min_delay, taken.crawl.delay or frontier.pace.delay)
        super().__init__(frontier, urls.host(taken.queued.url), delay)
        self._first, self._under = time.monotonic() + taken.start_in, taken


class ByHand(AtHost):
    """The tokens of a visit that nobody queued: like everybody it waits for a place, at the first host that
    it needs one of, and keeps it to its end. So whoever fetches a robots.txt that others wait for holds a
    place: it never waits for theirs."""

    def __init__(self, frontier: Frontier) -> None:
        super().__init__(frontier, "", frontier.pace.delay)

    async def __aenter__(self) -> ByHand:
        return self

    async def __aexit__(self, *_: object) -> None:
        if isinstance(self._under, Start):
            await asyncio.shield(self._frontier.hosts.finish(self._under))

    async def hold(self, host: str) -> None:
        """See Tokens."""
        if self._under is not None:
            return
        async with asyncio.timeout(WAIT_FOR_PLACE):
            self._under = start = await self._frontier.hosts.start(host, lease=PLACE_LEASE)
        self._host, self._first = host, time.monotonic() + start.wait


class OwnHeaders(NamedTuple):
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
            return NO_PLACE

    async def follow(
        self, url: str, limits: Limits, tokens: Tokens, *, leave: str = "", own: OwnHeaders = NO_HEADERS
    ) -> Answer:
        """A request and up to five redirects, wherever they lead; each passes the gate and takes a token."""
        for hops in range(MAX_REDIRECTS + 1):
            answer = (await self.once(url, limits, tokens, leave=leave, own=own))._replace(redirects=hops)
            if not answer.location:
                return answer
            try:
                url = urls.canonical(answer.location, url)
            except urls.BadUrl as error:
                return answer._replace(location="", reason="bad_url", detail=f"it redirects badly: {error}")
        return answer._replace(location="", reason="redirect_limit", detail="more than five redirects")

    @asynccontextmanager
    async def _place(self, url: str, named: bool) -> AsyncIterator[None]:
        """A place among the requests at once to the resolved address, across all hosts that share it."""
        address = "" if named else await self._resolved(url)
        if not address:
            yield
            return
        async with asyncio.timeout(WAIT_FOR_PLACE):
            start = await self._frontier.hosts.start_address(address, self._place_lease)
        try:
            yield
        finally:
            await asyncio.shield(self._frontier.hosts.finish(start))

    async def _resolved(self, url: str) -> str:
        """'' when the name has no address: the fetch will say so."""
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                return await self._gate.resolve(url)
        except (OSError, TimeoutError):
            return ""
