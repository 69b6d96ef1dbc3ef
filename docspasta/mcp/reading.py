"""Reading a page: its sections, as chunks give them, from one on and as many as fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import grpc

from docspasta.tokens import estimated_tokens
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.page_pb2 import PageState

from .answers import quoted
from .jobs import Jobs, ToolError

MOST_BYTES = 32 * 1024 * 1024  # of a page
Chunk = dict[str, Any]


class Part(NamedTuple):
    """Some of a page: its text, and the number of the section that follows, 0 for none."""

    text: str
    following: int


async def position_of(jobs: Jobs, job_id: str, name: str) -> int:
    """The position in reading order of a page that is named by its address, a part of it, or its position.

    Raises ToolError.
    """
    if name.isascii() and name.isdigit():
        if not name.strip("0"):
            raise ToolError("Positions begin with 1. See get_outline.")
        return int(name.lstrip("0")[:9])
    address = name.partition("#")[0]
    request = pb.ListPagesRequest(
        job_id=job_id, page_size=500, query=address[-500:], states=[PageState.PAGE_STATE_PROCESSED]
    )
    found = [page for page in (await jobs.ask("ListPages", request)).pages if page.position]
    exact = [page for page in found if page.url == address]
    if exact or len(found) == 1:
        return int((exact or found)[0].position)
    if not found:
        raise ToolError(
            f"No page that can be read has {address[:200]!r} in its address. See get_outline;"
            " a source that is still being crawled can be read when that has ended."
        )
    some = "\n".join(f"- {page.url}" for page in sorted(found, key=lambda page: len(page.url))[:10])
    raise ToolError(f"{len(found)} pages have {address[:200]!r} in their address; name one:\n{some}")


async def chunks_of(jobs: Jobs, job_id: str, position: int) -> list[Chunk]:
    """The sections of the page at a position. Raises ToolError for a page that is far too long."""
    request = pb.ExportJobRequest(
        job_id=job_id,
        format=pb.ExportJobRequest.FORMAT_CHUNKS,
        selection=pb.Selection(pages=[pb.PageRange(first=position, last=position)]),
    )
    body = bytearray()
    try:
        async for message in jobs.stream("ExportJob", request):
            body += message.chunk
            if len(body) > MOST_BYTES:
                raise ToolError("The page is too long to be read so; look for a text in it with grep_docs.")
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
            raise ToolError(f"No page at position {position} can be read. See get_outline.") from error
        raise
    return [json.loads(line) for line in body.split(b"\n") if line]


def sections_named(chunks: Sequence[Chunk], name: str) -> list[Chunk]:
    """The sections under a heading, which is named by its anchor or its text. Raises ToolError."""
    wanted = name.lstrip("#").casefold()
    for index, chunk in enumerate(chunks):
        path = chunk["headingPath"]
        if chunk["anchor"].casefold() == wanted or (path and path[-1].casefold() == wanted):
            return [one for one in chunks[index:] if one["headingPath"][: len(path)] == path]
    headings = {chunk["headingPath"][-1]: None for chunk in chunks if chunk["headingPath"]}
    some = "\n".join(f"- {heading}" for heading in list(headings)[:30])
    raise ToolError(f"The page has no heading {name[:100]!r}. It has:\n{quoted(some)}")


def part_of(chunks: Sequence[Chunk], offset: int, most: int) -> Part:
    """Sections from number `offset` on, as many as fit into `most` tokens, at least one."""
    texts: list[str] = []
    used = 0.0
    for index in range(offset, len(chunks)):
        text = chunks[index]["text"]
        used += estimated_tokens(text.encode()) + 2
        if texts and used > most:
            return Part("\n\n".join(texts), index)
        texts.append(text)
    return Part("\n\n".join(texts), 0)
