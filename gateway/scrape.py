"""POST /scrape: one page, fetched by the crawler, converted by the processor, straight to Markdown.

Body and Markdown are handed through in chunks: what this process holds of a page does not grow with it.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack

import grpc
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from docspasta.alternates import MOST
from docspasta.domain import PageReason
from docspasta.rest.requests import ScrapeRequest
from docspasta.rest.scraped import Scraped
from docspasta.rest.words import reason_of
from docspasta.start import start_url
from docspasta.urls import BadUrl
from docspasta.v1 import crawler_pb2, processor_pb2
from docspasta.v1.page_pb2 import ConvertOptions

from .clients import client_of
from .document import first_message
from .operation import Call
from .problems import Problem, bad_field
from .queries import NoQuery

Scrape = Call[NoQuery, ScrapeRequest]
Fetch = grpc.aio.UnaryStreamCall[crawler_pb2.FetchPagesRequest, crawler_pb2.FetchPagesResponse]
Conversion = grpc.aio.StreamStreamCall[processor_pb2.ConvertPageRequest, processor_pb2.ConvertPageResponse]


async def scrape(call: Scrape) -> Response:
    """POST /scrape"""
    client = client_of(call.request.scope)
    with ExitStack() as held:
        held.enter_context(call.state.scrapes.place(call.credential.user(call.caller.token, client), client))
        fetched, fetch = await start_fetch(call)
        fetched, converted, conversion = await read(
            call, fetched, fetch, held, html=bool(call.body.keep_html)
        )
        if "text/markdown" in call.request.headers.get("accept", ""):
            content, media_type = markdown(conversion), "text/markdown; charset=utf-8"
        else:
            page = Scraped.of(fetched, converted, html=bool(call.body.keep_html))
            content, media_type = in_json(page, texts(conversion)), "application/json"
        return HeldResponse(content, media_type, held.pop_all())


class HeldResponse(StreamingResponse):
    """A response that frees what it holds when its last byte is sent, or its client is gone."""

    def __init__(self, content: AsyncIterator[bytes], media_type: str, held: ExitStack) -> None:
        super().__init__(content, media_type=media_type, headers={"Cache-Control": "no-store"})
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._held:
            await super().__call__(scope, receive, send)


async def read(
    call: Scrape, fetched: crawler_pb2.FetchedHead, fetch: Fetch, held: ExitStack, *, html: bool
) -> tuple[crawler_pb2.FetchedHead, processor_pb2.ConvertedHead, Conversion]:
    """What a page that is being fetched becomes; its Markdown is still to be read. One that says nothing
    without a browser is asked for once more, with what may be read in its place, a browser's drawing last.

    Raises Problem (422) that says why there is none, grpc.aio.AioRpcError when the body was cut.
    """
    converted, conversion = await _converted(call, fetched, fetch, held, html)
    url = fetched.final_url or fetched.url
    wanted = (*converted.alternates, f"rendered {url}")
    while wanted and reason_of(converted.page.reason) is PageReason.NEEDS_JAVASCRIPT:
        again, fetch = await open_fetch(call, wanted, url)
        if not again.alternate:
            fetch.cancel()
            refuse(PageReason.NEEDS_JAVASCRIPT, again.detail, fetched.http_status)
        fetched, wanted = again, behind(wanted, again.alternate)
        converted, conversion = await _converted(call, fetched, fetch, held, html)
    refuse(reason_of(converted.page.reason), converted.page.detail, fetched.http_status)
    return fetched, converted, conversion


def behind(wanted: tuple[str, ...], taken: str) -> tuple[str, ...]:
    """What may be asked for when the alternate that was taken says nothing: those behind it; behind one that
    nobody asked for (a header, or a script, named it) the last, once."""
    if taken in wanted:
        return wanted[wanted.index(taken) + 1 :]
    return wanted[-1:] if len(wanted) > 1 else ()


async def _converted(
    call: Scrape, fetched: crawler_pb2.FetchedHead, fetch: Fetch, held: ExitStack, html: bool
) -> tuple[processor_pb2.ConvertedHead, Conversion]:
    held.callback(fetch.cancel)
    body = Body(call, fetched, fetch, html=html)
    conversion = call.services.convert(body.parts(), call.caller)
    held.callback(conversion.cancel)
    return await body.converted(conversion), conversion


async def start_fetch(call: Scrape) -> tuple[crawler_pb2.FetchedHead, Fetch]:
    """What the crawler says of the page before its body. Raises Problem (422) that says why there is none."""
    head, fetch = await open_fetch(call)
    try:
        refuse(reason_of(head.reason), head.detail, head.http_status)
    except BaseException:
        fetch.cancel()
        raise
    return head, fetch


async def open_fetch(
    call: Scrape, alternates: Sequence[str] = (), at: str = ""
) -> tuple[crawler_pb2.FetchedHead, Fetch]:
    """What the crawler says of the page, whether it has a body or why not; or of the first alternate that
    answers. `at`: where the page turned out to be. Raises Problem (400)."""
    settings = call.body.settings()
    try:
        url = start_url(settings.url)
    except BadUrl as error:
        raise bad_field("url", f"{error}.") from error
    asked = crawler_pb2.FetchPagesRequest(
        urls=[at or url], headers=settings.headers, alternates=alternates[-MOST:]
    )
    if settings.HasField("respect_robots"):
        asked.respect_robots = settings.respect_robots
    fetch = call.stream(call.services.crawler.FetchPages, asked)
    try:
        first = await first_message(fetch)
        head = first.head if first else crawler_pb2.FetchedHead()
    except BaseException:
        fetch.cancel()
        raise
    return head, fetch


class Body:
    """A fetched body on its way to the processor. `failure` is why it did not arrive whole."""

    def __init__(
        self, call: Scrape, head: crawler_pb2.FetchedHead, fetch: Fetch, *, html: bool = False
    ) -> None:
        self._asked, self._head, self._fetch, self._html = call.body, head, fetch, html
        self.failure: grpc.aio.AioRpcError | None = None

    async def parts(self) -> AsyncIterator[processor_pb2.ConvertPageRequest]:
        """What ConvertPage is sent: the head, then the body in the chunks in which it comes."""
        options = ConvertOptions(
            include_selectors=self._asked.include_selectors or (),
            exclude_selectors=self._asked.exclude_selectors or (),
            html=self._html,
        )
        url = self._head.final_url or self._head.url
        head = processor_pb2.ConvertHead(
            url=url, charset=self._head.charset, options=options, alternate=self._head.alternate
        )
        yield processor_pb2.ConvertPageRequest(head=head)
        try:
            while (part := await self._fetch.read()) is not grpc.aio.EOF:
                assert isinstance(part, crawler_pb2.FetchPagesResponse)
                yield processor_pb2.ConvertPageRequest(chunk=part.chunk)
        except grpc.aio.AioRpcError as error:
            self.failure = error  # raised here it would look like a cancelled request

    async def converted(self, conversion: Conversion) -> processor_pb2.ConvertedHead:
        """What the processor says of the page before its Markdown, which is when it has the whole body.

        Raises grpc.aio.AioRpcError when the body was cut.
        """
        first = await conversion.read()
        if self.failure is not None:
            raise self.failure
        if not isinstance(first, processor_pb2.ConvertPageResponse):
            raise Problem(503, "unavailable", "The page was not converted; ask again.", retry_after=1)
        return first.head


async def texts(conversion: Conversion) -> AsyncIterator[processor_pb2.ConvertPageResponse]:
    """The chunks of the cleaned HTML, then those of the Markdown. An error on the way cuts the response."""
    while (part := await conversion.read()) is not grpc.aio.EOF:
        assert isinstance(part, processor_pb2.ConvertPageResponse)
        yield part


async def markdown(conversion: Conversion) -> AsyncIterator[bytes]:
    """The chunks of the Markdown. An error on the way cuts the response."""
    async for part in texts(conversion):
        if part.chunk:
            yield part.chunk


async def in_json(
    page: Scraped, parts: AsyncIterator[processor_pb2.ConvertPageResponse]
) -> AsyncIterator[bytes]:
    """The JSON of a page without its texts, with what `parts` hold in their places."""
    whole = page.to_json()
    start, ending = whole.removesuffix(b'"}'), b'"}'
    assert whole == start + ending and start.endswith(b'"markdown":"')
    if page.html is not None:
        start = start.removesuffix(b'","markdown":"')
    yield start
    html, chunk = codecs.getincrementaldecoder("utf-8")(), codecs.getincrementaldecoder("utf-8")()
    in_html = page.html is not None
    async for part in parts:
        if in_html and part.html:
            yield _escaped(html.decode(part.html))
        if part.chunk:
            if in_html:
                yield b'","markdown":"'
                in_html = False
            yield _escaped(chunk.decode(part.chunk))
    yield b'","markdown":"' + ending if in_html else ending


def _escaped(text: str) -> bytes:
    """A part of a JSON text."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def refuse(reason: PageReason | None, detail: str, http_status: int) -> None:
    """Raise Problem (422) unless there is no reason. 5xx would blame the gateway for the site."""
    if reason:
        status = f" (HTTP {http_status})" if reason is PageReason.HTTP_STATUS and http_status else ""
        words = " ".join(filter(None, [reason.sentence + status, detail]))
        raise Problem(422, reason.value.replace("_", "-"), words)
