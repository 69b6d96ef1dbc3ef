"""POST /v2/search and /v1/search: a search in the caller's own crawled documents, not in the web."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.responses import JSONResponse, Response

from docspasta.v1 import jobs_pb2, search_pb2

from ..bodies import read_object
from .endpoint import Call
from .search_options import MOST_HITS, AskedSearch, result, results_of, search_of

AGAIN = 0.5  # seconds, while an index is being built
MOST_BYTES = 8 * 1024 * 1024  # of Markdown in an answer


async def start(call: Call) -> Response:
    """POST /v2/search"""
    found, warning = await _found(call)
    answer: dict[str, Any] = {"success": True, "data": {"web": found}}
    return JSONResponse(answer | ({"warning": warning} if warning else {}))


async def start_v1(call: Call) -> Response:
    """POST /v1/search, whose data is a plain list"""
    found, warning = await _found(call)
    answer: dict[str, Any] = {"success": True, "data": found}
    return JSONResponse(answer | ({"warning": warning} if warning else {}))


async def _found(call: Call) -> tuple[list[dict[str, Any]], str]:
    asked = search_of(await read_object(call.request))
    answer = await _searched(call, asked)
    hits = results_of(list(answer.hits), asked)
    found = [result(hit, place) for place, hit in enumerate(hits, 1)]
    if asked.whole:
        await _add_markdown(call, found, hits)
    pending = any(job.pending for job in answer.jobs)
    late = "Some jobs are not searched yet: their index is being built; ask again." if pending else ""
    return found, " ".join(filter(None, [asked.warning, late]))


async def _searched(call: Call, asked: AskedSearch) -> search_pb2.SearchResponse:
    """What is found, when all indexes are built or the time is over."""
    services = call.state.services
    request = search_pb2.SearchRequest(query=asked.query, limit=MOST_HITS)
    answer = await services.ask(services.search.Search, request, call.caller)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(asked.seconds):
            while any(job.pending for job in answer.jobs):
                await asyncio.sleep(AGAIN)
                answer = await services.ask(services.search.Search, request, call.caller)
    return answer


async def _add_markdown(call: Call, found: list[dict[str, Any]], hits: list[search_pb2.SearchHit]) -> None:
    """The Markdown of each page, as long as there is room."""
    room = MOST_BYTES
    for entry, hit in zip(found, hits, strict=True):
        if room <= 0:
            return
        asked = jobs_pb2.GetPageMarkdownRequest(job_id=hit.job_id, page_id=str(hit.page_id))
        stream = call.state.services.stream(call.state.services.jobs.GetPageMarkdown, asked, call.caller)
        try:
            text = b"".join([part.chunk async for part in stream])
        finally:
            stream.cancel()
        room -= len(text)
        entry["markdown"] = text.decode("utf-8", "replace")
        entry["metadata"] = {"title": hit.title, "sourceURL": hit.url, "url": hit.url, "statusCode": 200}
