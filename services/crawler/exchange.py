"""Requests at the host's pace: each takes its start token, and its slot at the resolved address.

The only caller of `Fetcher.fetch`. Redirects are followed here by hand, for robots.txt, sitemaps and the
like; a page's redirect is a URL of its own, but for one that leads to another spelling of itself.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from docspasta import urls
from docspasta.egress.names import NoAddress
from docspasta.egress.policy import ForbiddenTarget
from docspasta.egress.sessions import Egress
from docspasta.queues.frontier import Frontier
from docspasta.queues.hosts import Start
from docspasta.queues.messages import LeasedUrl

from .answer import Answer, Limits
from .fetch import Fetcher, failure
from .lateness import PAUSE as LATE_PAUSE
from .lateness import Lateness
from .postponed import Postponed
from .requester import Requester

MAX_REDIRECTS = 20  # as browsers do (WHATWG Fetch, 4.5)
WAIT_BY_HAND = 120.0  # seconds that a visit by hand waits for a slot at a host or an address, at most
SLOT_LEASE = 120.0  # seconds that a slot is held by a visit by hand, at most
PATIENCE = 3.0  # seconds that a leased URL waits for what others hold; then it makes room and comes again
ADDRESS_PAUSE = 5.0  # seconds until a URL comes again whose address had no slot
LATE = 0.05  # share of the delay after which a start has passed: used then, it would crowd the next one
LEAST_GAP = 0.02  # seconds; a shorter delay bounds the rate, and no gap between two starts is kept
NO_SLOT = Answer(reason="timeout", detail="no slot at the host came free in time", passing=True)


class Tokens(Protocol):
    """Grants requests to hosts, to one visit. `patience`: seconds that it waits for what others hold."""

    patience: float

    async def hold(self, host: str) -> None:
        """Hold a slot at the visit's own host from here to the visit's end. Raises TimeoutError."""

    def request(self, host: str) -> AbstractAsyncContextManager[None]:
        """One request to `host`: the block begins when it may be sent and ends when it is over."""


class AtHost:
    """The tokens of a visit that holds a slot at its host, and there a first start (a monotonic time)."""

    patience = WAIT_BY_HAND

    def __init__(self, frontier: Frontier, host: str, delay: float) -> None:
        self._frontier, self._host = frontier, host
        self._first: float | None = None
        self._under: LeasedUrl | Start | None = None
        self._late = delay * LATE if delay >= LEAST_GAP else math.inf

    async def hold(self, host: str) -> None:
        """See Tokens."""

    @asynccontextmanager
    async def request(self, host: str) -> AsyncIterator[None]:
        """See Tokens. Raises TimeoutError when no slot at the host came free in two minutes."""
        await self.hold(host)
        if host != self._host:
            async with ByHand(self._frontier) as tokens, tokens.request(host):
                yield
            return
        if (wait := await self._wait()) > self.patience:
            raise Postponed("the host's next start is far off", wait)
        if wait > 0:
            await asyncio.sleep(wait)
        yield

    async def _wait(self) -> float:
        first, self._first = self._first, None
        if first is not None and (left := first - time.monotonic()) > -self._late:
            return left
        return (await self._frontier.hosts.start(self._host, under=self._under)).wait


class UnderLease(AtHost):
    """The tokens of a leased URL: it holds a slot at its host, and brought the first start along."""

    patience = PATIENCE

    def __init__(self, frontier: Frontier, taken: LeasedUrl) -> None:
        delay = max(frontier.pace.min_delay, taken.crawl.delay or frontier.pace.delay)
        super().__init__(frontier, urls.host(taken.queued.url), delay)
        self._first, self._under = time.monotonic() + taken.start_in, taken


class ByHand(AtHost):
    """The tokens of a visit that nobody queued: it waits for a slot at the first host that it needs one of,
    and keeps it to its end. So a visit that fetches a robots.txt, for which others wait, holds a slot: it
    never waits for theirs."""

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
        async with asyncio.timeout(WAIT_BY_HAND):
            self._under = start = await self._frontier.hosts.start(host, lease=SLOT_LEASE)
        self._host, self._first = host, time.monotonic() + start.wait


class Exchange:
    """Paced requests of this process. Safe for concurrent tasks."""

    def __init__(
        self,
        frontier: Frontier,
        egress: Egress,
        fetcher: Fetcher,
        total: float = 30.0,
        lateness: Lateness | None = None,
    ) -> None:
        self._frontier, self._egress, self._fetcher = frontier, egress, fetcher
        self._lateness = lateness or Lateness()
        self._slot_lease = total + 5.0  # what a killed process leaves behind blocks nobody for longer

    async def once(self, url: str, limits: Limits, tokens: Tokens, requester: Requester) -> Answer:
        """One request. A URL that the egress policy refuses costs no token. Raises Postponed, also for one
        whose time ran out while this process was late."""
        before = self._lateness.seconds
        answer = await self._once(url, limits, tokens, requester)
        if self._lateness.excuses(url, answer, before):
            raise Postponed("this process was too busy to wait for the answer", LATE_PAUSE)
        return answer

    async def _once(self, url: str, limits: Limits, tokens: Tokens, requester: Requester) -> Answer:
        try:
            named = self._egress.check(url, requester.private_origin)
            address = "" if named else await self._egress.resolve(url, requester.user)
        except (ForbiddenTarget, NoAddress) as error:
            return failure(error)
        try:
            async with tokens.request(urls.host(url)), self._slot_at(address, tokens.patience):
                return await self._fetcher.fetch(url, limits, requester)
        except TimeoutError:
            return NO_SLOT

    async def follow(self, url: str, limits: Limits, tokens: Tokens, requester: Requester) -> Answer:
        """A request and its redirects, wherever they lead; each is judged again and takes a token. One that
        leads back without a new cookie would do so for ever."""
        seen: set[str] = set()
        for hops in range(MAX_REDIRECTS + 1):
            seen.add(url)
            answer = (await self.once(url, limits, tokens, requester))._replace(redirects=hops)
            if not answer.location:
                return answer
            try:
                url = urls.canonical(answer.location, url)
            except urls.BadUrl as error:
                return answer._replace(location="", reason="bad_url", detail=f"it redirects badly: {error}")
            if url in seen and not answer.new_cookies:
                return answer._replace(location="", reason="redirect_limit", detail="it redirects to itself")
        detail = f"more than {MAX_REDIRECTS} redirects"
        return answer._replace(location="", reason="redirect_limit", detail=detail)

    @asynccontextmanager
    async def _slot_at(self, address: str, patience: float) -> AsyncIterator[None]:
        """One of the requests at once to a resolved address, across all hosts that share it.

        Who waited for `patience` seconds makes room for others: raises Postponed.
        """
        if not address:
            yield
            return
        try:
            async with asyncio.timeout(patience):
                start = await self._frontier.hosts.start_address(address, self._slot_lease)
        except TimeoutError:
            raise Postponed(f"too many requests to {address} are under way", ADDRESS_PAUSE) from None
        try:
            yield
        finally:
            await asyncio.shield(self._frontier.hosts.finish(start))
