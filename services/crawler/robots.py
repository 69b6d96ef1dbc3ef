"""robots.txt of the hosts: fetched once an origin, kept for everybody, asked before every page.

What the rules say is docspasta.robots' business. The verdict of an origin lives in the host's shard with its
lifetime; a copy stays here for a minute at most, so that a Redis that forgot everything soon learns the
host's Crawl-delay again.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import OrderedDict
from dataclasses import dataclass

import zstandard

from docspasta import robots, urls
from docspasta.queues.frontier import Frontier
from docspasta.robots import Access, Robots

from .answer import Answer, Limits
from .exchange import NO_SLOT, Exchange, Tokens
from .requester import NO_HEADERS, NOBODY, Requester

LIMITS = Limits(body=robots.MAX_BYTES, cut=True, html_only=False)
LIFETIME = 3600.0  # without Cache-Control
SHORTEST, LONGEST = 60.0, 86400.0  # RFC 9309 2.4: no longer than 24 hours
TROUBLE_LIFETIME = 30.0  # of a 5xx: nothing of the origin is fetched for so long
UNREACHED_LIFETIME = 5.0  # no answer at all: most often there is no site, and somebody waits to hear it
KEPT_HERE = 60.0
KEPT_BYTES = 32 * 1024 * 1024  # of verdicts' rules
VERDICT_BYTES = 2048  # of a verdict without its rules, about
LARGE_BODY = 16 * 1024  # bytes of a robots.txt that is read in a thread: others' requests go on meanwhile
LARGE_PACKED = 2 * 1024
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)
# Reasons that say something about this caller or this name, not about the host's robots.txt.
OWN_REASONS = frozenset(("forbidden_address", "bad_url", "dns", "tls"))
# What would keep any page of the host away, not its robots.txt alone.
HOST_REASONS = OWN_REASONS | {"connection"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one origin's robots.txt means. With `reason` nothing may be fetched for now."""

    access: Access
    rules: Robots
    status: int = 0
    reason: str = ""
    detail: str = ""
    passing: bool = False

    def allows(self, url: str) -> bool:
        """Whether the rules, if there are any, let `url` be fetched."""
        return self.access is Access.ALLOW or (self.access is Access.RULES and self.rules.allows(url))

    def refusal(self, url: str) -> str:
        """Why `url` may not be fetched: the line of robots.txt, at most 200 characters, or its status."""
        if self.access is Access.RULES:
            return f"robots.txt: {self.rules.refusal(url)}"[:200]
        return f"robots.txt answers HTTP {self.status}" if self.status else ""


NOTHING = Robots()


class RobotsVerdicts:
    """The verdicts of this process. Safe for concurrent tasks; one fetch an origin for the installation."""

    def __init__(self, frontier: Frontier, exchange: Exchange) -> None:
        self._frontier, self._exchange = frontier, exchange
        self._kept: OrderedDict[str, tuple[float, Verdict]] = OrderedDict()
        self._kept_bytes = 0
        self._asking: dict[tuple[str, str], asyncio.Task[Verdict]] = {}

    async def verdict(self, url: str, tokens: Tokens, requester: Requester = NOBODY) -> Verdict:
        """The verdict for the origin of `url`; `tokens` pace what must be fetched for it."""
        origin = urls.origin(url)
        until, kept = self._kept.get(origin, (0.0, None))
        if kept is not None and until > asyncio.get_running_loop().time():
            return kept
        try:
            # Holders of its slots wait for this verdict: the visit that fetches it must not wait for one.
            await tokens.hold(urls.host(url))
        except TimeoutError:
            return judge(NO_SLOT, origin + "/robots.txt")
        return await self._shared(origin, tokens, requester)

    async def _shared(self, origin: str, tokens: Tokens, requester: Requester) -> Verdict:
        """One question an origin in this process, however many tasks have it."""
        key = (origin, requester.private_origin)
        while (asking := self._asking.get(key)) is not None and not asking.cancelled():
            try:
                return await asyncio.shield(asking)
            except asyncio.CancelledError:
                if not asking.cancelled():
                    raise  # this task was cancelled, not the one that asks
        task = self._asking[key] = asyncio.ensure_future(self._ask(origin, tokens, requester))
        task.add_done_callback(lambda ended: self._asked(key, ended))
        try:
            return await task
        except asyncio.CancelledError:
            task.cancel()
            raise

    def _asked(self, key: tuple[str, str], ended: asyncio.Task[Verdict]) -> None:
        if self._asking.get(key) is ended:
            del self._asking[key]
        if not ended.cancelled():
            ended.exception()  # those who wait get it; nobody may be waiting any more

    async def _ask(self, origin: str, tokens: Tokens, requester: Requester) -> Verdict:
        data = await self._frontier.robots.read(origin)
        if data is None:
            data = await self._frontier.robots.lock(origin)
        if data is not None:
            return self._keep(origin, await _unpacked(data, origin))
        try:
            verdict, lifetime = await self._fetch(origin, tokens, requester)
        except BaseException:
            await asyncio.shield(self._frontier.robots.unlock(origin))
            raise
        if verdict.reason in OWN_REASONS:
            await self._frontier.robots.unlock(origin)
            return verdict
        await self._frontier.hosts.set_delay(urls.host(origin + "/"), verdict.rules.delay)
        await self._frontier.robots.put(origin, pack(verdict), lifetime)
        return self._keep(origin, verdict)

    def _keep(self, origin: str, verdict: Verdict) -> Verdict:
        seconds = KEPT_HERE if verdict.access is not Access.DISALLOW else 5.0
        self._forget(origin)
        self._kept[origin] = (asyncio.get_running_loop().time() + seconds, verdict)
        self._kept_bytes += _size(verdict)
        while self._kept_bytes > KEPT_BYTES and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))
        return verdict

    def _forget(self, origin: str) -> None:
        _, known = self._kept.pop(origin, (0.0, None))
        self._kept_bytes -= _size(known) if known is not None else 0

    async def _fetch(self, origin: str, tokens: Tokens, requester: Requester) -> tuple[Verdict, float]:
        url = origin + "/robots.txt"
        asked = requester._replace(own=NO_HEADERS)  # the verdict is everybody's
        answer = await self._exchange.follow(url, LIMITS, tokens, asked)
        if answer.retry_after and answer.status in (429, 503):
            await self._frontier.hosts.hold(urls.host(url), answer.retry_after)
        return await _judged(answer, url), lifetime(answer)


def _size(verdict: Verdict) -> int:
    return VERDICT_BYTES + verdict.rules.rules.size


async def _judged(answer: Answer, url: str) -> Verdict:
    return (
        await asyncio.to_thread(judge, answer, url) if len(answer.body) > LARGE_BODY else judge(answer, url)
    )


async def _unpacked(data: bytes, origin: str) -> Verdict:
    return await asyncio.to_thread(unpack, data, origin) if len(data) > LARGE_PACKED else unpack(data, origin)


def judge(answer: Answer, url: str) -> Verdict:
    """What an answer to /robots.txt means (RFC 9309 2.3.1). A redirect that never ends allows (2.3.1.2)."""
    if answer.reason == "redirect_limit":
        return Verdict(Access.ALLOW, NOTHING, answer.status)
    if answer.redirects and answer.reason in OWN_REASONS:  # the host is there, its robots.txt leads nowhere
        return Verdict(Access.DISALLOW, NOTHING, 0, "robots_unreachable", _detail(answer), True)
    if answer.status == 0 or answer.reason in ("timeout", "connection", "bad_response"):
        reason = answer.reason if answer.status == 0 and answer.reason else "robots_unreachable"
        detail = answer.detail if reason in HOST_REASONS else _detail(answer)
        return Verdict(Access.DISALLOW, NOTHING, answer.status, reason, detail, answer.passing)
    access = robots.access(answer.status)
    if access is Access.RULES:
        return Verdict(access, robots.read(answer.body, url), answer.status)
    if access is Access.ALLOW:
        return Verdict(access, NOTHING, answer.status)
    return Verdict(access, NOTHING, answer.status, "robots_unreachable", _detail(answer), True)


def _detail(answer: Answer) -> str:
    return f"robots.txt: {answer.detail}" if answer.detail else ""


def lifetime(answer: Answer) -> float:
    """How long a verdict holds: Cache-Control's max-age between a minute and a day, else an hour; a trouble
    that passes far shorter."""
    if answer.reason and robots.access(answer.status) is Access.DISALLOW:
        return TROUBLE_LIFETIME if answer.status or answer.redirects else UNREACHED_LIFETIME
    found = MAX_AGE.search(answer.headers.get("Cache-Control", ""))
    return min(max(float(found[1]), SHORTEST), LONGEST) if found else LIFETIME


def pack(verdict: Verdict) -> bytes:
    """A verdict as bytes for the host's shard: a JSON line, then the robots.txt, compressed."""
    head = {"access": verdict.access, "status": verdict.status, "reason": verdict.reason}
    head |= {"detail": verdict.detail, "passing": verdict.passing}
    text = json.dumps(head) + "\n" + verdict.rules.text
    return zstandard.compress(text.encode("utf-8", "replace"))


def unpack(data: bytes, origin: str) -> Verdict:
    """The verdict in `pack`'s bytes."""
    text = zstandard.decompress(data, max_output_size=4 * robots.MAX_BYTES).decode("utf-8", "replace")
    line, _, rules = text.partition("\n")
    head = json.loads(line)
    access = Access(head.pop("access"))
    read = robots.read(rules.encode(), origin + "/robots.txt") if access is Access.RULES else NOTHING
    return Verdict(access, read, **head)
