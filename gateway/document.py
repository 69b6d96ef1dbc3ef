"""The document, finished or not, streamed from the jobs service at the reader's pace."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, TypeVar, cast
from urllib.parse import quote

import grpc
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from docspasta.serving.even_pace import EvenPace
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.sources_pb2 import (
    ReadChangesRequest,
    ReadChangesResponse,
    WriteDiffRequest,
    WriteDiffResponse,
)

from .coded import GZIP, IDENTITY, Recoder, accepted_coding, plain_tag, tag_of
from .operation import Call
from .queries import Download
from .ranges import Range, Unsatisfiable, asked_range
from .services import Caller, Services

MARKDOWN = ("text/markdown; charset=utf-8", pb.GetDocumentRequest.FORMAT_MARKDOWN, ".md")
JSON_LINES = ("application/jsonl", pb.GetDocumentRequest.FORMAT_JSON_LINES, ".jsonl")
Chunked = (
    grpc.aio.UnaryStreamCall[pb.GetDocumentRequest, pb.GetDocumentResponse]
    | grpc.aio.UnaryStreamCall[pb.GetPageMarkdownRequest, pb.GetPageMarkdownResponse]
    | grpc.aio.UnaryStreamCall[pb.ExportJobRequest, pb.ExportJobResponse]
    | grpc.aio.UnaryStreamCall[ReadChangesRequest, ReadChangesResponse]
    | grpc.aio.UnaryStreamCall[WriteDiffRequest, WriteDiffResponse]
)
Q = TypeVar("Q")
A = TypeVar("A")
NO_CHUNKS: tuple[bytes, ...] = ()
PACE = EvenPace()  # of all documents and exports of this process
Form = tuple[str, pb.GetDocumentRequest.Format.ValueType, str]


async def markdown(call: Call[Download, None]) -> Response:
    """GET /jobs/{id}/markdown"""
    return await document(call, MARKDOWN)


async def json_lines(call: Call[Download, None]) -> Response:
    """GET /jobs/{id}/pages.jsonl"""
    return await document(call, JSON_LINES)


async def document(call: Call[Download, None], form: Form) -> Response:
    """The document in one of its forms, coded as the client accepts, or a range of it; 304 for a reader who
    has it, 409 while there is nothing yet."""
    asked = call.request.headers
    known = [plain_tag(tag) for tag in entity_tags(asked.get("if-none-match", ""))]
    coding = IDENTITY if "range" in asked else accepted_coding(asked.get("accept-encoding", ""))
    wanted = pb.GetDocumentRequest(
        job_id=call.id("job_id"),
        format=form[1],
        if_none_match=known[0] if len(known) == 1 else "",
        accept_gzip=True,
    )
    chunks = call.stream(call.services.jobs.GetDocument, wanted)
    first = await first_message(chunks)
    header = first.header if first else pb.DocumentHeader()
    coding = coding if header.gzip else IDENTITY
    headers = document_headers(header, form, call.query.download, coding)
    etag = entity_tags(header.etag)
    if header.not_modified or (etag and (etag[0] in known or "*" in known)):
        chunks.cancel()
        return Response(status_code=304, headers=headers)
    if (part := range_of(asked.get("range", ""), asked.get("if-range", ""), header)) is not None:
        chunks.cancel()
        return await ranged(call, wanted, form, headers, part, header.bytes)
    headers |= body_headers(header, coding)
    if header.gzip and coding != GZIP:
        return streamed(call.request, chunks, form[0], headers, recoded=Recoder(coding))
    return streamed(call.request, chunks, form[0], headers)


def range_of(asked: str, if_range: str, header: pb.DocumentHeader) -> Range | Unsatisfiable | None:
    """The range that is to be answered; None for the whole document: one that is still being made, too."""
    if not asked or not header.bytes or not header.etag:
        return None
    if if_range and if_range.strip() != header.etag:
        return None
    try:
        return asked_range(asked, header.bytes)
    except Unsatisfiable as error:
        return error


async def ranged(
    call: Call[Download, None],
    wanted: pb.GetDocumentRequest,
    form: Form,
    headers: dict[str, str],
    part: Range | Unsatisfiable,
    size: int,
) -> Response:
    """A range of the document, or 416."""
    if isinstance(part, Unsatisfiable):
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    wanted.accept_gzip, wanted.offset = False, part.first
    chunks = call.stream(call.services.jobs.GetDocument, wanted)
    await first_message(chunks)
    headers = headers | {"Content-Range": part.of(size), "Content-Length": str(part.bytes)}
    response = streamed(call.request, chunks, form[0], headers, most=part.bytes)
    response.status_code = 206
    return response


def document_headers(
    header: pb.DocumentHeader, form: Form, download: bool, coding: str = IDENTITY
) -> dict[str, str]:
    """What HTTP says about a document. A running job's has no ETag and says that it is not complete."""
    headers = told(header, coding)
    if header.etag:
        headers["Accept-Ranges"] = "bytes"
    name = header.file_name.removesuffix(".md").removesuffix(".jsonl") or "document"
    kind = "attachment" if download else "inline"
    headers["Content-Disposition"] = content_disposition(kind, name + form[2])
    return headers


def told(header: pb.DocumentHeader | pb.ExportHeader, coding: str = IDENTITY) -> dict[str, str]:
    """What HTTP says about a document or an export, but for its name."""
    headers = {
        "Docspasta-Complete": "true" if header.complete else "false",
        "Docspasta-Pages": str(header.pages),
        "Cache-Control": "private, no-cache" if header.complete else "no-store",
        "Vary": "Authorization, Cookie, Accept-Encoding",
    }
    if tags := entity_tags(header.etag):
        headers["ETag"] = f'"{tag_of(tags[0], coding)}"'
    return headers


def body_headers(header: pb.DocumentHeader, coding: str) -> dict[str, str]:
    """What HTTP says about the body of a whole document in a coding."""
    headers = {} if coding == IDENTITY else {"Content-Encoding": coding}
    if length := {GZIP: header.coded_bytes, IDENTITY: header.bytes}.get(coding):
        headers["Content-Length"] = str(length)
    return headers


def content_disposition(kind: str, name: str) -> str:
    """Content-Disposition with a file name (RFC 6266): in ASCII, and in UTF-8 if that differs (RFC 8187)."""
    safe = re.sub(r"[\x00-\x1f\x7f/\\:*?<>|]+", "-", name).strip(". ")[-150:] or "document"
    ascii_name = safe.encode("ascii", "replace").decode().replace("?", "-").replace('"', "-")
    value = f'{kind}; filename="{ascii_name}"'
    return value if ascii_name == safe else f"{value}; filename*=UTF-8''{quote(safe, safe='')}"


def entity_tags(text: str) -> list[str]:
    """The opaque tags of an ETag or If-None-Match value, weak or not; `*` stands for itself."""
    if text.strip() == "*":
        return ["*"]
    quoted = re.findall(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"', text)
    return quoted or ([text] if text and '"' not in text and "," not in text else [])


async def first_message(call: grpc.aio.UnaryStreamCall[Q, A]) -> A | None:
    """The first message of a stream, so that its errors still become an HTTP status; None for no message."""
    try:
        first = await call.read()
    except BaseException:
        call.cancel()
        raise
    return None if first is grpc.aio.EOF else cast(A, first)


async def text_stream(
    request: Request,
    call: grpc.aio.UnaryStreamCall[pb.GetPageMarkdownRequest, pb.GetPageMarkdownResponse],
    media_type: str,
    headers: dict[str, str],
) -> Response:
    """A response of a stream that carries chunks only."""
    first = await first_message(call)
    return streamed(request, call, media_type, headers, first.chunk if first else b"")


def streamed(
    request: Request,
    call: Chunked,
    media_type: str,
    headers: dict[str, str],
    first: bytes = b"",
    *,
    recoded: Recoder | None = None,
    most: int = 0,
) -> Response:
    """The rest of a stream as a response's body: in another coding, or at most `most` bytes of it. For HEAD
    only its headers, with the length where it is known."""
    if request.method == "HEAD":
        call.cancel()
        return StreamingResponse(nothing(), headers=headers, media_type=media_type)
    body = chunks(call, first)
    if recoded is not None:
        body = recoding(body, recoded)
    elif most:
        body = shortened(body, most)
    return StreamingResponse(body, headers=headers, media_type=media_type)


async def nothing() -> AsyncIterator[bytes]:
    """No bytes."""
    for chunk in NO_CHUNKS:
        yield chunk


async def chunks(call: Chunked, first: bytes) -> AsyncGenerator[bytes]:
    """The bytes of a stream. An error on the way cuts the response: half a document never looks whole."""
    try:
        if first:
            yield first
        message: Any
        while (message := await call.read()) is not grpc.aio.EOF:  # as first_message: one style a call
            await PACE.turn(len(message.chunk))
            yield message.chunk
    finally:
        call.cancel()


async def recoding(body: AsyncGenerator[bytes], recoder: Recoder) -> AsyncGenerator[bytes]:
    """The same body in another coding; threads code, a chunk at a time."""
    async with aclosing(body):
        async for chunk in body:
            if coded := await asyncio.to_thread(recoder.step, chunk):
                yield coded
        if last := await asyncio.to_thread(recoder.end):
            yield last


async def shortened(body: AsyncGenerator[bytes], most: int) -> AsyncGenerator[bytes]:
    """At most `most` bytes of a body."""
    async with aclosing(body):
        async for chunk in body:
            yield chunk[:most]
            most -= len(chunk)
            if most <= 0:
                return


async def read_whole(services: Services, job_id: str, caller: Caller, most: int) -> str | None:
    """A document of at most `most` bytes as text; None when it is larger."""
    asked = pb.GetDocumentRequest(job_id=job_id, format=MARKDOWN[1])
    call = services.stream(services.jobs.GetDocument, asked, caller)
    body = bytearray()
    try:
        async for message in call:
            body += message.chunk
            if len(body) > most:
                return None
    finally:
        call.cancel()
    return body.decode()
