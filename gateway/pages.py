"""REST of a job's pages and its outline."""

from __future__ import annotations

from starlette.responses import Response

from docspasta.proto_enums import page_state_value
from docspasta.rest.pages import Addresses, Outline, Pages, ShownPage
from docspasta.turns import in_turns
from docspasta.v1 import jobs_pb2 as pb

from .context import json_response
from .document import text_stream
from .operation import Call
from .queries import ListPages, NoQuery, PageMarkdown, Part


async def list_pages(call: Call[ListPages, None]) -> Response:
    """GET /jobs/{id}/pages"""
    asked = pb.ListPagesRequest(
        job_id=call.id("job_id"),
        page_size=call.query.page_size,
        page_token=call.query.page_token,
        states=map(page_state_value, call.query.state),
        query=call.query.q,
        reading_order=call.query.order == "reading",
    )
    body = await in_turns(Pages.writing(await call.ask(call.services.jobs.ListPages, asked)))
    return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")


async def addresses(call: Call[Part, None]) -> Response:
    """GET /jobs/{id}/addresses"""
    asked = pb.ListAddressesRequest(
        job_id=call.id("job_id"), page_size=call.query.page_size, page_token=call.query.page_token
    )
    return json_response(Addresses.of(await call.ask(call.services.jobs.ListAddresses, asked)))


async def show(call: Call[NoQuery, None]) -> Response:
    """GET /jobs/{id}/pages/{pageId}"""
    asked = pb.GetPageRequest(job_id=call.id("job_id"), page_id=call.id("page_id"))
    return json_response(ShownPage.shown(await call.ask(call.services.jobs.GetPage, asked)))


async def markdown(call: Call[PageMarkdown, None]) -> Response:
    """GET /jobs/{id}/pages/{pageId}/markdown"""
    raw, html = call.query.raw, call.query.html
    asked = pb.GetPageMarkdownRequest(
        job_id=call.id("job_id"), page_id=call.id("page_id"), raw=raw, html=html
    )
    chunks = call.stream(call.services.jobs.GetPageMarkdown, asked)
    # Kept HTML is other people's: shown as text, so that no browser runs it.
    media_type = "text/plain; charset=utf-8" if raw or html else "text/markdown; charset=utf-8"
    return await text_stream(call.request, chunks, media_type, {"Cache-Control": "no-store"})


async def outline(call: Call[Part, None]) -> Response:
    """GET /jobs/{id}/outline"""
    asked = pb.GetOutlineRequest(
        job_id=call.id("job_id"), page_size=call.query.page_size, page_token=call.query.page_token
    )
    return json_response(Outline.of(await call.ask(call.services.jobs.GetOutline, asked)))
