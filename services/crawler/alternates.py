"""A page's alternates, asked for in their order until one answers (docspasta.alternates).

Each is judged by the egress policy and by robots.txt, and paced like any page. One that is not there, or is
something else, is no failure: the next is asked for.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from docspasta.alternates import ACCEPT_MARKDOWN, MOST, Alternate, Kind, is_of, linked, read_alternates
from docspasta.api_files import holds_file, named_files
from docspasta.queues.messages import Fetched
from docspasta.telemetry import metrics

from .answer import Answer, Limits
from .exchange import Exchange, Tokens
from .requester import Requester
from .robots import RobotsVerdicts


class Found(NamedTuple):
    """What answered. `untried` are the alternates behind it."""

    alternate: Alternate
    answer: Answer
    untried: tuple[Alternate, ...]


class Renders(Protocol):
    """Draws pages (services/renderer)."""

    async def render(self, url: str, tokens: Tokens, requester: Requester) -> Answer:
        """The page as a browser draws it; an Answer with a reason when it could not be drawn."""


class Alternates:
    """Asks for alternates. Safe for concurrent tasks."""

    def __init__(
        self,
        exchange: Exchange,
        rules: RobotsVerdicts,
        body_bytes: int,
        total: float,
        renderer: Renders | None = None,
    ) -> None:
        self._exchange, self._robots, self._renderer = exchange, rules, renderer
        self._limits = Limits(body_bytes, total, html_only=False, accept="*/*")
        self._markdown = self._limits._replace(accept=ACCEPT_MARKDOWN)

    async def beside(
        self,
        fetched: Fetched,
        headers: str,
        wanted: tuple[str, ...],
        tokens: Tokens,
        requester: Requester,
        *,
        respect_robots: bool,
    ) -> tuple[Fetched, bool]:
        """A fetched page with the first of its alternates that answered, and whether one may later that is
        away now. `headers`: its `Link:` headers."""
        named = linked(headers, fetched.url)
        every = ([named] if named is not None else []) + list(read_alternates(wanted))
        found = await self._first(list(dict.fromkeys(every)), tokens, requester, respect_robots)
        if isinstance(found, Answer):
            return fetched._replace(detail=found.detail), found.passing
        if found is None:
            return fetched, False
        metrics.alternates.labels(found.alternate.kind).inc()
        answer = found.answer
        with_it = fetched._replace(
            alternate=str(found.alternate),
            alternate_charset=answer.charset,
            alternate_body=answer.body,
            untried=tuple(map(str, found.untried)),
            bytes_fetched=fetched.bytes_fetched + answer.bytes_fetched,
            etag="",  # they name the page, not its alternate: the next run has to look at both
            last_modified="",
        )
        return with_it, False

    async def _first(
        self, every: list[Alternate], tokens: Tokens, requester: Requester, respect_robots: bool
    ) -> Found | Answer | None:
        """What answered; else why a browser could not draw the page, if one was asked."""
        asked, undrawn = 0, None
        while every and asked < MOST:
            alternate, asked = every.pop(0), asked + 1
            if respect_robots and not await self._allowed(alternate, tokens, requester):
                continue
            answer = await self._ask(alternate, tokens, requester)
            if alternate.kind is Kind.RENDERED and answer.reason and self._renderer is not None:
                undrawn = answer
            if answer.reason or not is_of(alternate.kind, answer.content_type, answer.body[:512]):
                continue
            if alternate.kind is not Kind.SCRIPT:
                return Found(alternate, answer, tuple(every))
            script = answer.body.decode("utf-8", "replace")
            if holds_file(script):
                return Found(Alternate(Kind.OPENAPI, alternate.url), answer, tuple(every))
            every[:0] = named_files(script, alternate.url)
        return undrawn

    async def _allowed(self, alternate: Alternate, tokens: Tokens, requester: Requester) -> bool:
        verdict = await self._robots.verdict(alternate.url, tokens, requester)
        return not verdict.reason and verdict.allows(alternate.url)

    async def _ask(self, alternate: Alternate, tokens: Tokens, requester: Requester) -> Answer:
        if alternate.kind is Kind.RENDERED:
            if self._renderer is None:
                return Answer(reason="needs_javascript")
            return await self._renderer.render(alternate.url, tokens, requester)
        markdown = alternate.kind in (Kind.MARKDOWN, Kind.NEGOTIATED)
        limits = self._markdown if markdown else self._limits
        return await self._exchange.follow(alternate.url, limits, tokens, requester)
