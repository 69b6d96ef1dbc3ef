"""One more try for a lost browser, a bounded queue, and what the crawler makes of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from docspasta.cli.hints import needs_browser
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from docspasta.errors import ResourceExhausted, Unavailable
from docspasta.v1.jobs_pb2 import Job, JobSettings, ReasonCount
from docspasta.v1.page_pb2 import PageReason
from docspasta.v1.renderer_pb2 import RenderedPage, RenderPageRequest, RenderPageResponse
from services.crawler.postponed import Postponed
from services.crawler.renderer import AWAY_FOR, Renderer
from services.crawler.requester import NOBODY
from services.renderer.browser import NoBrowser
from services.renderer.drawing import Drawn, Lost
from services.renderer.service import RendererServicer

URL = "https://s.example/a"


class Scripted(RendererServicer):
    """Draws what the test says, and keeps callers waiting while `held` is not set."""

    def __init__(self, *outcomes: Drawn | Lost | NoBrowser, **bounds: Any) -> None:
        browsers: Any = None
        super().__init__(browsers, Egress(EgressSettings()), **bounds)
        self.outcomes, self.held = list(outcomes), asyncio.Event()
        self.alone: list[bool] = []
        self.held.set()

    async def _try(self, request: RenderPageRequest, proxy: Any, *, alone: bool) -> Drawn:
        self.alone.append(alone)
        await self.held.wait()
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, (Lost, NoBrowser)):
            raise outcome
        return outcome


async def drawn(servicer: RendererServicer, url: str = URL) -> tuple[RenderedPage, bytes]:
    context: Any = None
    parts = [part async for part in servicer.RenderPage(RenderPageRequest(url=url), context)]
    return parts[0].page, b"".join(part.chunk for part in parts[1:])


async def test_a_lost_browser_costs_one_more_try() -> None:
    html = "é" * 300_000
    servicer = Scripted(Lost("it crashed"), Drawn(html, URL, 200, 3))
    page, body = await drawn(servicer)
    assert (page.reason, page.requests, body.decode()) == ("", 3, html)
    assert servicer.alone == [False, True]
    page, body = await drawn(Scripted(Lost("a"), Lost("it hung")))
    assert (page.reason, page.detail, body) == ("timeout", "tried 2 times: it hung", b"")


async def test_a_page_that_the_policy_refuses_is_not_loaded() -> None:
    for url in (
        "http://127.0.0.1/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "https://s.example:22/",
    ):
        page, _ = await drawn(Scripted(), url)
        assert page.reason in ("forbidden_address", "bad_url"), url


async def test_only_so_many_wait() -> None:
    servicer = Scripted(*[Drawn("x", URL, 200)] * 3, pages=1, waiting=1)
    servicer.held.clear()
    calls = [asyncio.create_task(drawn(servicer)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(ResourceExhausted):
        await drawn(servicer)
    servicer.held.set()
    assert [page.reason for page, _ in await asyncio.gather(*calls)] == ["", ""]
    assert (await drawn(servicer))[1] == b"x"


class Stub:
    """Stands for the renderer's stub: answers with parts, or raises."""

    def __init__(self, *parts: RenderPageResponse, code: grpc.StatusCode | None = None) -> None:
        self.parts, self.code = parts, code

    async def RenderPage(self, *_: object, **__: object) -> AsyncIterator[RenderPageResponse]:
        if self.code is not None:
            empty = grpc.aio.Metadata()
            raise grpc.aio.AioRpcError(self.code, empty, empty)
        for part in self.parts:
            yield part


class Tokens:
    """Lets every request go at once."""

    patience = 1.0

    @asynccontextmanager
    async def request(self, host: str) -> AsyncIterator[None]:
        yield


def client(
    *parts: RenderPageResponse, code: grpc.StatusCode | None = None, now: Callable[[], float] = lambda: 0.0
) -> Renderer:
    channel = grpc.aio.insecure_channel("127.0.0.1:9")
    renderer = Renderer(channel, 10, now)
    renderer._stub = Stub(*parts, code=code)  # type: ignore[assignment]
    return renderer


async def test_what_the_crawler_makes_of_an_answer() -> None:
    tokens: Any = Tokens()
    head = RenderPageResponse(page=RenderedPage(http_status=200, bytes_fetched=5))
    chunks = [RenderPageResponse(chunk=b"<p>"), RenderPageResponse(chunk=b"x")]
    answer = await client(head, *chunks).render(URL, tokens, NOBODY)
    assert (answer.body, answer.charset, answer.reason, answer.bytes_fetched) == (b"<p>x", "utf-8", "", 5)
    long = await client(head, RenderPageResponse(chunk=b"x" * 11)).render(URL, tokens, NOBODY)
    assert long.reason == "too_large"
    with pytest.raises(Postponed):
        await client(code=grpc.StatusCode.RESOURCE_EXHAUSTED).render(URL, tokens, NOBODY)


async def test_a_renderer_that_is_away_is_waited_for_and_not_for_ever() -> None:
    tokens: Any = Tokens()
    now = [0.0]
    renderer = client(code=grpc.StatusCode.UNAVAILABLE, now=lambda: now[0])
    waits = []
    while now[0] < AWAY_FOR:
        with pytest.raises(Postponed) as caught:
            await renderer.render(URL, tokens, NOBODY)
        waits.append(caught.value.after)
        now[0] += caught.value.after
    assert waits[0] < waits[-1] and len(waits) < 12
    answer = await renderer.render(URL, tokens, NOBODY)
    assert answer.passing and (answer.reason, answer.detail) == ("needs_javascript", "the renderer is away")
    renderer._stub = Stub(RenderPageResponse(page=RenderedPage(http_status=200)))  # type: ignore[assignment]
    assert (await renderer.render(URL, tokens, NOBODY)).reason == ""
    renderer._stub = Stub(code=grpc.StatusCode.UNAVAILABLE)  # type: ignore[assignment]
    with pytest.raises(Postponed):
        await renderer.render(URL, tokens, NOBODY)


async def test_that_no_browser_starts_says_nothing_of_a_page() -> None:
    with pytest.raises(Unavailable, match="no browser starts: it has no sandbox"):
        await drawn(Scripted(NoBrowser("it has no sandbox")))


def test_who_has_no_browser_is_told_how_to_get_one() -> None:
    reasons = [ReasonCount(reason=PageReason.PAGE_REASON_NEEDS_JAVASCRIPT, pages=3)]
    job = Job(reasons=reasons, settings=JobSettings(url=URL))
    assert "3 pages exist only in a browser" in needs_browser(job, installed=False)
    assert "chromium-headless-shell" in needs_browser(job, installed=False)
    assert needs_browser(job, installed=True) == "" == needs_browser(Job(), installed=False)
    job.settings.render = "never"
    assert needs_browser(job, installed=False) == ""
