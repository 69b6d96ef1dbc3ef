"""REST of sources: create, show, list, change, delete, run."""

from __future__ import annotations

import uuid

from starlette.responses import Response

from docspasta.exports.formats import MARKDOWN_TYPE
from docspasta.rest.base import API
from docspasta.rest.jobs import Job
from docspasta.rest.source_requests import SourceChange, SourceRequest
from docspasta.rest.sources import ChangedSource, Diff, Runs, Source, Sources
from docspasta.v1 import sources_pb2 as pb

from .alternates import prefers_markdown
from .context import json_response
from .document import first_message, streamed
from .jobs import idempotency_key
from .operation import Call
from .queries import Changes, DiffRuns, NoQuery, Part


async def create(call: Call[NoQuery, SourceRequest]) -> Response:
    """POST /sources"""
    made = await call.ask(call.services.sources.CreateSource, call.body.request())
    location = f"{API}/sources/{made.source.source_id}"
    response = json_response(ChangedSource.made(made), 201, {"Location": location})
    call.state.credentials.give_cookie(call.request, response, call.credential)
    return response


async def list_sources(call: Call[Part, None]) -> Response:
    """GET /sources"""
    request = pb.ListSourcesRequest(page_size=call.query.page_size, page_token=call.query.page_token)
    return json_response(Sources.of(await call.ask(call.services.sources.ListSources, request)))


async def show(call: Call[NoQuery, None]) -> Response:
    """GET /sources/{id}"""
    request = pb.GetSourceRequest(source_id=call.id("source_id"))
    return json_response(Source.of((await call.ask(call.services.sources.GetSource, request)).source))


async def change(call: Call[NoQuery, SourceChange]) -> Response:
    """PATCH /sources/{id}"""
    request = call.body.request(call.id("source_id"))
    changed = await call.ask(call.services.sources.UpdateSource, request)
    return json_response(ChangedSource.made(changed))


async def pause(call: Call[NoQuery, None]) -> Response:
    """POST /sources/{id}/pause"""
    request = pb.PauseSourceRequest(source_id=call.id("source_id"))
    return json_response(Source.of((await call.ask(call.services.sources.PauseSource, request)).source))


async def resume(call: Call[NoQuery, None]) -> Response:
    """POST /sources/{id}/resume"""
    request = pb.ResumeSourceRequest(source_id=call.id("source_id"))
    return json_response(Source.of((await call.ask(call.services.sources.ResumeSource, request)).source))


async def delete(call: Call[NoQuery, None]) -> Response:
    """DELETE /sources/{id}"""
    request = pb.DeleteSourceRequest(source_id=call.id("source_id"))
    await call.ask(call.services.sources.DeleteSource, request)
    return Response(status_code=204)


async def run(call: Call[NoQuery, None]) -> Response:
    """POST /sources/{id}/runs"""
    # Without a key of the caller's own, one of ours: a call that gRPC sends twice begins one run.
    given = idempotency_key(call.request)
    request = pb.RunSourceRequest(source_id=call.id("source_id"), idempotency_key=given or uuid.uuid4().hex)
    made = await call.ask(call.services.sources.RunSource, request)
    headers = {"Location": f"{API}/jobs/{made.job.job_id}"}
    if given and made.replayed:
        headers["Idempotency-Replayed"] = "true"
    return json_response(Job.of(made.job), 202, headers)


async def accept(call: Call[NoQuery, None]) -> Response:
    """POST /sources/{id}/runs/{jobId}/accept"""
    request = pb.AcceptRunRequest(source_id=call.id("source_id"), job_id=call.id("job_id"))
    return json_response(Source.of((await call.ask(call.services.sources.AcceptRun, request)).source))


async def list_runs(call: Call[Part, None]) -> Response:
    """GET /sources/{id}/runs"""
    request = pb.ListRunsRequest(
        source_id=call.id("source_id"), page_size=call.query.page_size, page_token=call.query.page_token
    )
    return json_response(Runs.of(await call.ask(call.services.sources.ListRuns, request)))


async def changes(call: Call[Changes, None]) -> Response:
    """GET /sources/{id}/changes"""
    request = pb.ReadChangesRequest(
        source_id=call.id("source_id"), after=call.query.after, without_chunks=not call.query.chunks
    )
    lines = call.stream(call.services.sources.ReadChanges, request)
    first = await first_message(lines)
    return streamed(call.request, lines, "application/jsonl", {}, first.chunk if first else b"")


async def written_diff(call: Call[DiffRuns, None]) -> Response:
    """The same as Markdown for people, whole."""
    request = pb.WriteDiffRequest(
        source_id=call.id("source_id"), from_job_id=call.query.from_, to_job_id=call.query.to
    )
    text = call.stream(call.services.sources.WriteDiff, request)
    first = await first_message(text)
    headers = {"Vary": "Accept"}
    return streamed(call.request, text, MARKDOWN_TYPE, headers, first.chunk if first else b"")


async def diff(call: Call[DiffRuns, None]) -> Response:
    """GET /sources/{id}/diff"""
    if prefers_markdown(call.request.headers.get("accept", "")):
        return await written_diff(call)
    request = pb.DiffRunsRequest(
        source_id=call.id("source_id"),
        from_job_id=call.query.from_,
        to_job_id=call.query.to,
        page_size=call.query.page_size,
        page_token=call.query.page_token,
    )
    return json_response(Diff.of(await call.ask(call.services.sources.DiffRuns, request)))
