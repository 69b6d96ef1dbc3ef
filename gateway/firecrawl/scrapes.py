"""POST /v2/scrape: one page, fetched and converted while the client waits."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from starlette.responses import JSONResponse, Response

from docspasta.domain import PageReason
from docspasta.rest.requests import ScrapeRequest
from docspasta.rest.words import reason_of
from docspasta.v1.crawler_pb2 import FetchedHead
from docspasta.v1.page_pb2 import Page

from .. import operation, queries, scrape
from ..bodies import read_object
from .answers import document
from .endpoint import Call
from .options import page_of, page_warning


async def start(call: Call) -> Response:
    """POST /v2/scrape"""
    body = await read_object(call.request)
    asked = _request(body)
    own = operation.Call(call.request, call.state, call.caller, call.credential, queries.NoQuery(), asked)
    user = call.credential.user(call.caller.token, call.client)
    with ExitStack() as held:
        held.enter_context(call.state.scrapes.place(user, call.client))
        fetched, fetch = await scrape.open_fetch(own)
        held.callback(fetch.cancel)
        if fetched.http_status and reason_of(fetched.reason) is PageReason.HTTP_STATUS:
            return JSONResponse({"success": True, "data": _without_page(fetched)})
        scrape.refuse(reason_of(fetched.reason), fetched.detail, fetched.http_status)
        source = scrape.Body(own, fetched, fetch)
        conversion = call.state.services.convert(source.parts(), call.caller)
        held.callback(conversion.cancel)
        converted = await source.converted(conversion)
        text = b"".join([part async for part in scrape.markdown(conversion)])
    page = Page()
    page.CopyFrom(converted.page)
    page.http_status = fetched.http_status
    found = document(page, text.decode("utf-8", "replace"), list(dict.fromkeys(converted.links)), None)
    found["metadata"] |= {"sourceURL": asked.url, "url": fetched.final_url or fetched.url}
    del found["metadata"]["scrapeId"]
    if warning := page_warning(body):
        found["warning"] = warning
    return JSONResponse({"success": True, "data": found})


def _without_page(fetched: FetchedHead) -> dict[str, Any]:
    """A page that the site does not have is a document, too, with the site's status and no text."""
    page = Page(url=fetched.url, http_status=fetched.http_status)
    found = document(page, "", [], None)
    found["metadata"] |= {"url": fetched.final_url or fetched.url, "error": PageReason.HTTP_STATUS.sentence}
    del found["metadata"]["scrapeId"]
    return found


def _request(body: dict[str, object]) -> ScrapeRequest:
    """The same page as REST asks for it."""
    settings = page_of(body)
    return ScrapeRequest(
        url=settings.url,
        headers={header.name: header.value for header in settings.headers} or None,
        includeSelectors=list(settings.include_selectors) or None,
        excludeSelectors=list(settings.exclude_selectors) or None,
    )
