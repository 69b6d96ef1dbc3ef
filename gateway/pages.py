"""REST of a job's pages and its outline."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from docspasta.v1 import jobs_pb2 as pb

from . import representations as shown
from .bodies import flag, known_parameters, page_size, words
from .context import answer, caller_of, identifier, state_of
from .document import text_stream
from .problems import bad_field

ORDERS = ("id", "reading")
MAX_QUERY = 500


async def list_pages(request: Request) -> Response:
    """GET /jobs/{id}/pages"""
    known_parameters(request, "pageSize", "pageToken", "state", "q", "order")
    caller, _ = await caller_of(request)
    order, query = request.query_params.get("order", "id"), request.query_params.get("q", "")
    if order not in ORDERS:
        raise bad_field("order", "Give id or reading.")
    if len(query) > MAX_QUERY:
        raise bad_field("q", f"Give at most {MAX_QUERY} characters.")
    asked = pb.ListPagesRequest(
        job_id=identifier(request, "job_id"),
        page_size=page_size(request),
        page_token=request.query_params.get("pageToken", "")[:2048],
        states=words(request, "state", shown.PAGE_STATES),
        query=query,
        reading_order=order == "reading",
    )
    found: pb.ListPagesResponse = await state_of(request).services.jobs("ListPages", asked, caller)
    pages = [shown.page(row) for row in found.pages]
    return answer({"pages": pages, "nextPageToken": found.next_page_token or None})


async def show(request: Request) -> Response:
    """GET /jobs/{id}/pages/{pageId}"""
    known_parameters(request)
    caller, _ = await caller_of(request)
    asked = pb.GetPageRequest(job_id=identifier(request, "job_id"), page_id=identifier(request, "page_id"))
    found: pb.GetPageResponse = await state_of(request).services.jobs("GetPage", asked, caller)
    return answer(shown.page(found.page))


async def markdown(request: Request) -> Response:
    """GET /jobs/{id}/pages/{pageId}/markdown"""
    known_parameters(request, "raw")
    caller, _ = await caller_of(request)
    raw = flag(request, "raw")
    asked = pb.GetPageMarkdownRequest(
        job_id=identifier(request, "job_id"), page_id=identifier(request, "page_id"), raw=raw
    )
    call = state_of(request).services.stream("JobsService", "GetPageMarkdown", asked, caller)
    # Kept HTML is other people's: shown as text, so that no browser runs it.
    media_type = "text/plain; charset=utf-8" if raw else "text/markdown; charset=utf-8"
    return await text_stream(request, call, media_type, {"Cache-Control": "no-store"})


async def outline(request: Request) -> Response:
    """GET /jobs/{id}/outline"""
    known_parameters(request, "pageSize", "pageToken")
    caller, _ = await caller_of(request)
    asked = pb.GetOutlineRequest(
        job_id=identifier(request, "job_id"),
        page_size=page_size(request),
        page_token=request.query_params.get("pageToken", "")[:2048],
    )
    found: pb.GetOutlineResponse = await state_of(request).services.jobs("GetOutline", asked, caller)
    entries = [shown.outline_entry(row) for row in found.entries]
    return answer({"entries": entries, "nextPageToken": found.next_page_token or None})
