"""POST /v2/scrape: one page, fetched and converted while the client waits."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import grpc
from starlette.responses import JSONResponse, Response

from docspasta.domain import PageReason
from docspasta.rest.requests import ScrapeRequest
from docspasta.rest.words import reason_of
from docspasta.v1.crawler_pb2 import FetchedHead
from docspasta.v1.jobs_pb2 import JobSettings
from docspasta.v1.page_pb2 import Page
from docspasta.v1.processor_pb2 import ConvertPageResponse

from .. import operation, queries, scrape
from ..bodies import read_object
from .answers import document
from .endpoint import Call
from .options import page_of, page_warning
from .written import Text, Written


async def start(call: Call) -> Response:
    """POST /v2/scrape"""
    body = await read_object(call.request)
    settings = page_of(body)
    asked, with_html = _request(settings), settings.keep_html
    own = operation.Call(call.request, call.state, call.caller, call.credential, queries.NoQuery(), asked)
    user = call.credential.user(call.caller.token, call.client)
    with ExitStack() as held:
        held.enter_context(call.state.scrapes.place(user, call.client))
        fetched, fetch = await scrape.open_fetch(own)
        if fetched.http_status and reason_of(fetched.reason) is PageReason.HTTP_STATUS:
            fetch.cancel()
            return JSONResponse({"success": True, "data": _without_page(fetched)})
        held.callback(fetch.cancel)
        scrape.refuse(reason_of(fetched.reason), fetched.detail, fetched.http_status)
        fetched, converted, conversion = await scrape.read(own, fetched, fetch, held, html=with_html)
        html, markdown = await _text_of(conversion)
    page = Page()
    page.CopyFrom(converted.page)
    page.http_status = fetched.http_status
    found = document(page, markdown, list(dict.fromkeys(converted.links)), html if with_html else None)
    found["metadata"] |= {"sourceURL": asked.url, "url": fetched.final_url or fetched.url}
    del found["metadata"]["scrapeId"]
    if warning := page_warning(body):
        found["warning"] = warning
    return Written({"success": True, "data": found})


def _without_page(fetched: FetchedHead) -> dict[str, Any]:
    """A page that the site does not have is a document, too, with the site's status and no text."""
    page = Page(url=fetched.url, http_status=fetched.http_status)
    found = document(page, "", [])
    found["metadata"] |= {"url": fetched.final_url or fetched.url, "error": PageReason.HTTP_STATUS.sentence}
    del found["metadata"]["scrapeId"]
    return found


async def _text_of(conversion: scrape.Conversion) -> tuple[Text, Text]:
    """The cleaned HTML and the Markdown."""
    html, markdown = Text(), Text()
    while (part := await conversion.read()) is not grpc.aio.EOF:
        assert isinstance(part, ConvertPageResponse)
        html.add(part.html)
        markdown.add(part.chunk)
    return html.end(), markdown.end()


def _request(settings: JobSettings) -> ScrapeRequest:
    """The same page as REST asks for it."""
    return ScrapeRequest(
        url=settings.url,
        headers={header.name: header.value for header in settings.headers} or None,
        includeSelectors=list(settings.include_selectors) or None,
        excludeSelectors=list(settings.exclude_selectors) or None,
    )
