"""REST of a selection of pages: what it comes to, and the export of it in one of the formats."""

from __future__ import annotations

from starlette.responses import Response

from docspasta.exports.tokens import O200K
from docspasta.rest.matches import TextMatches
from docspasta.rest.selection import Selection
from docspasta.v1 import jobs_pb2 as pb

from . import queries
from .context import json_response
from .document import content_disposition, entity_tags, first_message, streamed, told
from .operation import Call


async def selection(call: Call[queries.Selection, None]) -> Response:
    """GET /jobs/{id}/selection"""
    asked = pb.GetSelectionRequest(
        job_id=call.id("job_id"),
        selection=selection_message(call.query),
        under=call.query.under,
        page_size=call.query.page_size,
        page_token=call.query.page_token,
    )
    return json_response(Selection.of(await call.ask(call.services.jobs.GetSelection, asked)))


async def export(call: Call[queries.Export, None]) -> Response:
    """GET /jobs/{id}/export"""
    query = call.query
    known = entity_tags(call.request.headers.get("if-none-match", ""))
    asked = pb.ExportJobRequest(
        job_id=call.id("job_id"),
        format=pb.ExportJobRequest.Format.Value(f"FORMAT_{query.format.replace('-', '_').upper()}"),
        selection=selection_message(query),
        max_tokens=query.max_tokens,
        part=query.part,
        tokens=pb.TOKEN_COUNT_O200K if query.tokens == O200K else pb.TOKEN_COUNT_ESTIMATE,
        if_none_match=f'"{known[0]}"' if len(known) == 1 else "",
    )
    chunks = call.stream(call.services.jobs.ExportJob, asked)
    first = await first_message(chunks)
    header = first.header if first else pb.ExportHeader()
    headers = told(header)
    kind = "attachment" if query.download else "inline"
    headers["Content-Disposition"] = content_disposition(kind, header.file_name)
    if header.parts:
        headers["Docspasta-Parts"] = str(header.parts)
    etag = entity_tags(header.etag)
    if header.not_modified or (etag and (etag[0] in known or "*" in known)):
        chunks.cancel()
        return Response(status_code=304, headers=headers)
    return streamed(call.request, chunks, header.media_type, headers)


async def grep(call: Call[queries.Grep, None]) -> Response:
    """GET /jobs/{id}/grep"""
    asked = pb.GrepJobRequest(
        job_id=call.id("job_id"),
        selection=selection_message(call.query),
        pattern=call.query.pattern,
        context=call.query.context,
        limit=call.query.limit,
    )
    return json_response(TextMatches.of(await call.ask(call.services.jobs.GrepJob, asked)))


def selection_message(query: queries.Selected) -> pb.Selection:
    """The proto of a selection."""
    return pb.Selection(
        include=query.include,
        exclude=query.exclude,
        pages=[pb.PageRange(first=first, last=last) for first, last in query.pages],
        without_links=not query.links,
        contents=query.contents,
    )
