"""POST /scrape: one page, fetched by the crawler, converted by the processor, straight to Markdown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from docspasta.proto_enums import page_reason
from docspasta.v1 import crawler_pb2, processor_pb2
from docspasta.v1.jobs_pb2 import JobSettings
from docspasta.v1.page_pb2 import ConvertOptions, PageReason

from .bodies import known_parameters, read_object
from .context import answer, caller_of, state_of
from .crawl_request import SCRAPE_FIELDS, crawl_settings
from .problems import Problem
from .services import Caller, Services

CHUNK = 256 * 1024
Head = TypeVar("Head", crawler_pb2.FetchedHead, processor_pb2.ConvertedHead)


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What the crawler brought."""

    head: crawler_pb2.FetchedHead
    body: bytes


async def scrape(request: Request) -> Response:
    """POST /scrape"""
    known_parameters(request)
    caller, _ = await caller_of(request)
    settings = crawl_settings(await read_object(request), SCRAPE_FIELDS)
    services = state_of(request).services
    fetched = await fetch(services, settings, caller)
    head, markdown = await convert(services, settings, fetched, caller)
    if "text/markdown" in request.headers.get("accept", ""):
        return Response(
            markdown, media_type="text/markdown; charset=utf-8", headers={"Cache-Control": "no-store"}
        )
    return answer(scraped(fetched.head, head, markdown))


async def fetch(services: Services, settings: JobSettings, caller: Caller) -> FetchedPage:
    """The page's body. Raises Problem (422) that says why there is none."""
    asked = crawler_pb2.FetchPagesRequest(urls=[settings.url], headers=settings.headers)
    if settings.HasField("respect_robots"):
        asked.respect_robots = settings.respect_robots
    call = services.stream("CrawlerService", "FetchPages", asked, caller)
    head, body = await gathered(call, crawler_pb2.FetchedHead())
    refuse(head.reason, head.detail, head.http_status)
    return FetchedPage(head, body)


async def convert(
    services: Services, settings: JobSettings, fetched: FetchedPage, caller: Caller
) -> tuple[processor_pb2.ConvertedHead, bytes]:
    """The page's Markdown. Raises Problem (422) that says why there is none."""
    call = services.stream("ProcessorService", "ConvertPage", request_parts(settings, fetched), caller)
    head, markdown = await gathered(call, processor_pb2.ConvertedHead())
    refuse(head.page.reason, head.page.detail, fetched.head.http_status)
    return head, markdown


async def gathered(call: Any, head: Head) -> tuple[Head, bytes]:
    """A stream of a head and chunks, whole. `head` is what stands when none came."""
    body = bytearray()
    try:
        async for part in call:
            if part.HasField("head"):
                head = part.head
            body += part.chunk
    finally:
        call.cancel()
    return head, bytes(body)


async def request_parts(
    settings: JobSettings, fetched: FetchedPage
) -> AsyncIterator[processor_pb2.ConvertPageRequest]:
    """What ConvertPage is sent: the head, then the body in chunks."""
    options = ConvertOptions(
        include_selectors=settings.include_selectors, exclude_selectors=settings.exclude_selectors
    )
    url = fetched.head.final_url or fetched.head.url
    head = processor_pb2.ConvertHead(url=url, charset=fetched.head.charset, options=options)
    yield processor_pb2.ConvertPageRequest(head=head)
    for start in range(0, len(fetched.body), CHUNK):
        yield processor_pb2.ConvertPageRequest(chunk=fetched.body[start : start + CHUNK])


def refuse(reason: PageReason.ValueType, detail: str, http_status: int) -> None:
    """Raise Problem (422) unless `reason` is unspecified. 5xx would blame the gateway for the site."""
    name = page_reason(reason)
    if name:
        status = f" (HTTP {http_status})" if name == "http_status" and http_status else ""
        raise Problem(422, name.replace("_", "-"), " ".join(filter(None, [name.sentence + status, detail])))


def scraped(
    fetched: crawler_pb2.FetchedHead, converted: processor_pb2.ConvertedHead, markdown: bytes
) -> dict[str, Any]:
    """The JSON of a scraped page."""
    page = converted.page
    return {
        "url": fetched.url,
        "finalUrl": fetched.final_url or fetched.url,
        "httpStatus": fetched.http_status,
        "title": page.title or None,
        "description": page.description or None,
        "language": page.language or None,
        "canonical": converted.canonical or None,
        "words": page.words,
        "tokens": page.tokens,
        "markdown": markdown.decode(),
        "links": list(converted.links),
    }
