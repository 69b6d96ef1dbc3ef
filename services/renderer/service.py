"""RendererService: one page for one call, so many at once, by turns of those who ask, and one more try when a
browser is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc

from docspasta.egress.policy import ForbiddenTarget
from docspasta.egress.sessions import Egress
from docspasta.errors import InvalidArgument, Unavailable
from docspasta.request_headers import header_mistakes
from docspasta.serving.limits import CHUNK_BYTES
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger
from docspasta.v1 import renderer_pb2 as pb
from docspasta.v1 import renderer_pb2_grpc

from .browser import Browser, Browsers, NoBrowser
from .drawing import SECONDS, Drawing, Drawn, Lost
from .proxy import PageProxy
from .requests import Requests
from .waiting import FairTurns

TRIES = 2  # a hung or crashed browser costs its page one more try
NOT_STARTED = "no browser starts"
log = logger("renderer")


class RendererServicer(renderer_pb2_grpc.RendererServiceServicer):
    """Draws `pages` at once, while at most `waiting` others wait."""

    def __init__(
        self,
        browsers: Browsers,
        egress: Egress,
        *,
        pages: int = 2,
        waiting: int = 16,
        seconds: float = SECONDS,
    ) -> None:
        self._browsers, self._egress, self._seconds = browsers, egress, seconds
        self._turns = FairTurns(pages, waiting)

    async def RenderPage(
        self, request: pb.RenderPageRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[pb.RenderPageResponse]:
        """See the proto. Raises InvalidArgument; ResourceExhausted when too many wait; Unavailable when no
        browser starts."""
        if mistakes := list(header_mistakes(request.headers)):
            raise InvalidArgument(mistakes)
        drawn, fetched = await self._drawn(request)
        yield pb.RenderPageResponse(
            page=pb.RenderedPage(
                final_url=drawn.final_url,
                http_status=drawn.status,
                requests=drawn.requests,
                bytes_fetched=fetched,
                reason=drawn.reason,
                detail=drawn.detail,
            )
        )
        html = drawn.html.encode("utf-8", "replace")
        for at in range(0, len(html), CHUNK_BYTES):
            yield pb.RenderPageResponse(chunk=html[at : at + CHUNK_BYTES])

    async def _drawn(self, request: pb.RenderPageRequest) -> tuple[Drawn, int]:
        """The page, and how many bytes it fetched."""
        try:
            self._egress.check(request.url, request.private_origin)
        except ForbiddenTarget as error:
            return Drawn(reason=error.reason, detail=str(error)), 0
        fetched = 0
        async with self._turns.turn(request.share):
            for number in range(TRIES):
                proxy = PageProxy(self._egress, request.private_origin)
                try:
                    with metrics.stages.labels("render").time():
                        drawn = await self._try(request, proxy, alone=number > 0)
                    metrics.pages_drawn.labels(drawn.reason or "drawn").inc()
                    return drawn, fetched + proxy.bytes_fetched
                except Lost as lost:
                    fetched += proxy.bytes_fetched
                    why = str(lost)
                    metrics.pages_drawn.labels("lost").inc()
                    log.warning("a browser was lost", url=request.url, why=why)
                except NoBrowser as error:
                    log.error("no browser starts", why=str(error))
                    raise Unavailable(f"{NOT_STARTED}: {error}") from error
        return Drawn(reason="timeout", detail=f"tried {TRIES} times: {why}"), fetched

    async def _try(self, request: pb.RenderPageRequest, proxy: PageProxy, *, alone: bool) -> Drawn:
        """Once. `alone`: in a browser that no other page can take away."""
        seconds = min(request.seconds or self._seconds, self._seconds)
        requests = Requests(request.url, tuple((row.name, row.value) for row in request.headers))
        async with borrowed(self._browsers, alone=alone) as browser, proxy.serving():
            return await Drawing(browser, proxy, requests, seconds).draw(request.url)


@asynccontextmanager
async def borrowed(browsers: Browsers, *, alone: bool = False) -> AsyncIterator[Browser]:
    """A browser for one page. Raises NoBrowser."""
    browser = await browsers.take(alone=alone)
    try:
        yield browser
    finally:
        await asyncio.shield(browsers.give_back(browser))
