"""Asks the renderer to draw a page (services/renderer).

A renderer that is away, or busy, is no answer about the page: it is asked for later. When it has been away
for AWAY_FOR seconds, pages end and say so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import blake2b

import grpc

from docspasta import urls
from docspasta.v1.jobs_pb2 import Header
from docspasta.v1.renderer_pb2 import RenderedPage, RenderPageRequest
from docspasta.v1.renderer_pb2_grpc import RendererServiceStub

from .answer import Answer
from .exchange import Tokens
from .postponed import Postponed
from .requester import Requester

CALL_SECONDS = 300.0  # of a call: two tries on a busy machine, and the wait for a turn
BUSY_SECONDS = 5.0
AWAY_FOR = 120.0
AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED)


class Renderer:
    """A client of the renderer. Safe for concurrent tasks."""

    def __init__(
        self, channel: grpc.aio.Channel, body_bytes: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._stub, self._most, self._now = RendererServiceStub(channel), body_bytes, now
        self._away_since: float | None = None

    async def render(self, url: str, tokens: Tokens, requester: Requester) -> Answer:
        """The page as a browser draws it: its HTML in UTF-8. One start at its host is taken for it, and its
        slot is held until it is drawn. Raises Postponed while the renderer is busy, or away for
        less than AWAY_FOR seconds."""
        headers = [Header(name=name, value=value) for name, value in requester.own.for_url(url)]
        request = RenderPageRequest(
            url=url,
            headers=headers,
            private_origin=requester.private_origin,
            share=blake2b(requester.user.encode(), digest_size=8).hexdigest(),  # it need not know who
        )
        try:
            async with tokens.request(urls.host(url)):
                answer = await self._answer(request)
        except TimeoutError:
            raise Postponed("no slot at the host came free in time", BUSY_SECONDS) from None
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise Postponed("the renderer is busy", BUSY_SECONDS) from error
            if error.code() not in AWAY:
                detail = f"the renderer failed: {error.code().name}"
                return Answer(reason="needs_javascript", detail=detail, passing=True)
            return self._away(error)
        self._away_since = None
        return answer

    def _away(self, error: grpc.aio.AioRpcError) -> Answer:
        """What is said of a page when nobody draws it. Raises Postponed."""
        now = self._now()
        self._away_since = since = now if self._away_since is None else self._away_since
        if now - since < AWAY_FOR:  # each time later: a page is fetched again each time
            raise Postponed("the renderer is away", max(BUSY_SECONDS, (now - since) / 2)) from error
        said = error.details() or ""
        detail = said if said.startswith("no browser starts") else "the renderer is away"
        return Answer(reason="needs_javascript", detail=detail[:500], passing=True)

    async def _answer(self, request: RenderPageRequest) -> Answer:
        page, body = RenderedPage(reason="internal"), bytearray()
        async for part in self._stub.RenderPage(request, timeout=CALL_SECONDS):
            if part.HasField("page"):
                page = part.page
            elif len(body) + len(part.chunk) > self._most:
                return Answer(reason="too_large", detail=f"its DOM is longer than {self._most:,} bytes")
            else:
                body += part.chunk
        return Answer(
            status=page.http_status,
            content_type="text/html",
            charset="utf-8",
            body=bytes(body),
            reason=page.reason,
            detail=page.detail,
            bytes_fetched=page.bytes_fetched,
        )
