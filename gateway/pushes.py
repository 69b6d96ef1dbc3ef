"""REST of pushes: a delivery handed on to jobs as it came, and the end of what a job takes."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from docspasta.errors import Unauthenticated
from docspasta.rest.jobs import Job
from docspasta.rest.pushes import PushedPages
from docspasta.serving.limits import CHUNK_BYTES
from docspasta.v1 import jobs_pb2
from docspasta.v1 import pushes_pb2 as pb

from .bodies import read_body
from .clients import client_of
from .context import json_response
from .credentials import NO_CREDENTIAL
from .jobs import idempotency_key
from .operation import SIGNATURES, Call
from .problems import Problem, bad_field
from .queries import NoQuery, Push

MOST_BYTES = 10 * 1024 * 1024
BODY_SECONDS = 60.0
PUSHED_BYTES, PUSHED_BYTES_OF_A_CLIENT = 96 * 1024 * 1024, 24 * 1024 * 1024  # held at once


async def process(call: Call[Push, None]) -> Response:
    """POST /process"""
    if call.credential.kind == "new":
        raise Unauthenticated(f"no credential and no signature was sent; {NO_CREDENTIAL}, or sign it")
    with call.state.pushes.place(client_of(call.request.scope)) as held:
        body = await read_body(call.request, MOST_BYTES, BODY_SECONDS, held)
        if not body:
            raise Problem(400, "empty", "The body is empty; send a page.")
        pushed = await call.services.push(parts(header_of(call), body), call.caller)
    return json_response(PushedPages.of(pushed))


async def finish(call: Call[NoQuery, None]) -> Response:
    """POST /jobs/{id}/finish"""
    asked = jobs_pb2.FinishJobRequest(job_id=call.id("job_id"))
    return json_response(Job.of((await call.ask(call.services.jobs.FinishJob, asked)).job))


def header_of(call: Call[Push, None]) -> pb.PushHeader:
    """What stands beside the body. The query comes before headers: a signature may cover it."""
    query, url = call.query, call.request.url
    signed = {name.replace("-", "_"): text(call.request, name) for name in SIGNATURES}
    return pb.PushHeader(
        address=f"{url.path}?{url.query}" if url.query else url.path,
        origin=f"{url.scheme}://{url.netloc}",
        content_type=text(call.request, "content-type"),
        content_encoding=text(call.request, "content-encoding"),
        job_id=query.job_id or text(call.request, "docspasta-job"),
        url=query.url or text(call.request, "docspasta-url"),
        fetched_at=query.fetched_at or text(call.request, "docspasta-fetched-at"),
        message_id=idempotency_key(call.request),
        **signed,
    )


def text(request: Request, name: str) -> str:
    """A header in UTF-8, as clients send what people type. Raises Problem."""
    try:
        return request.headers.get(name, "").encode("latin-1").decode()
    except UnicodeDecodeError as error:
        raise bad_field(name.title(), "It is not in UTF-8; percent-encode it.") from error


def parts(header: pb.PushHeader, body: bytes) -> Iterator[pb.PushPagesRequest]:
    """The delivery as jobs takes it."""
    yield pb.PushPagesRequest(header=header)
    for at in range(0, len(body), CHUNK_BYTES):
        yield pb.PushPagesRequest(chunk=body[at : at + CHUNK_BYTES])
