"""open_document: the document as a stream of bytes, from a plan read in one snapshot and bodies read in short
transactions, so that a slow reader pins nothing in Postgres and little in memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from docspasta.compression import unpack_all
from docspasta.document.contents import contents
from docspasta.document.dead_links import DeadLinks
from docspasta.document.facts import Facts, decode
from docspasta.document.heads import headings_of
from docspasta.document.marks import Marks
from docspasta.document.names import file_name
from docspasta.document.parts import NO_TURN, About, beginning, ending
from docspasta.document.paths import path_key
from docspasta.document.plan import Missing, Plan
from docspasta.document.rewrite import Links, page_part
from docspasta.domain import JobKey, PageReason, PageState

from .connection import Connection
from .document_plan import (
    RENDERER,
    SQL,
    PageDetails,
    PageWithoutTurn,
    Snapshot,
    about,
    read_job,
    read_plan,
)
from .pool import Pool

CHUNK_BYTES = 256 * 1024
BATCH_PAGES, BATCH_BYTES = 32, 1024 * 1024  # of bodies held at a time
FACTS_PAGES, FACTS_BYTES = 100, 4 * 1024 * 1024
WITHOUT_TURN = 1_000  # pages that had no turn, read at a time
BITS_A_BYTE = 2  # of marks: a link or an id is seldom less than thirty bytes apart from the next
MARKDOWN, JSON_LINES = "markdown", "json_lines"


class DocumentGone(Exception):
    """The job was deleted while its document was being read; what was sent is not whole."""


class _Content(NamedTuple):
    result_id: UUID
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """What is known before the first byte. `etag` is quoted (RFC 9110), '' while the job goes on; `pages` 0
    means that there is nothing to read yet. With `not_modified` no bytes follow. `bytes` of the whole text
    and `coded_bytes` of the stream are 0 while not known; `gzip`: the stream is gzip (RFC 1952)."""

    etag: str
    complete: bool
    pages: int
    not_modified: bool
    title: str
    file_name: str
    bytes: int = 0
    coded_bytes: int = 0
    gzip: bool = False


async def open_document(
    pool: Pool, key: JobKey, form: str = MARKDOWN, if_none_match: str = ""
) -> tuple[DocumentHeader, AsyncIterator[bytes]] | None:
    """The document of a job, or None when the user has no such job. `form` is `markdown` or `json_lines`.

    The stream's pieces are at most 256 KiB of UTF-8. An ended job gives the same bytes each time; a job that
    goes on gives what is processed by now. The stream raises DocumentGone when the job is deleted meanwhile.
    """
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await read_job(connection, key)
        if job is None:
            return None
        header = header_of(job, form, if_none_match)
        plan = Plan() if header.not_modified else await read_plan(connection, key, job)
    header, told = replace(header, pages=len(plan)), about(job, len(plan))
    if header.not_modified:
        return header, _nothing()
    stream = _markdown(pool, key, plan, told) if form == MARKDOWN else _json_lines(pool, key, plan)
    return header, _pieces(stream)


def header_of(job: Snapshot, form: str, if_none_match: str = "", renderer: int = RENDERER) -> DocumentHeader:
    """What is known of a job's document before its pages are; `renderer` is the one that made it."""
    etag = job.etag_by(renderer)
    if form != MARKDOWN:
        etag = etag.replace('"', '"l2-', 1)
    told = about(job, 0)
    name = file_name(told.source, ".md" if form == MARKDOWN else ".jsonl")
    return DocumentHeader(etag, job.ended, 0, bool(etag) and _matches(etag, if_none_match), told.title, name)


def _matches(etag: str, if_none_match: str) -> bool:
    """If-None-Match's weak comparison (RFC 9110, 13.1.2)."""
    given = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(given & {etag, "*"})


async def _markdown(pool: Pool, key: JobKey, plan: Plan, told: About) -> AsyncIterator[bytes]:
    yield beginning(told).encode()
    for text in contents(plan):
        yield text.encode()
    dead = DeadLinks(page.url for page in plan.missing if page.reason == PageReason.DEAD_LINK)
    links = await _note_links(pool, key, plan, dead)
    for some in plan.batches(BATCH_PAGES, BATCH_BYTES):
        stored = await read_bodies(pool, key, plan, some, ["markdown", "facts"])
        for index in some:
            markdown, facts = _content(plan, index, stored)
            yield page_part(index, markdown, facts, links)
    for text in ending(told, plan, dead, links.repeated.told.values()):
        yield text.encode()


async def _note_links(pool: Pool, key: JobKey, plan: Plan, dead: DeadLinks) -> Links:
    """Which ids are linked and exist, and who has dead links, before the first page is written."""
    bits = plan.size * BITS_A_BYTE
    links = Links(plan, Marks(bits), Marks(bits))
    for some in plan.batches(FACTS_PAGES, FACTS_BYTES):
        stored = await read_bodies(pool, key, plan, some, ["facts"])
        for index in some:
            facts = decode(stored.get((plan.entry(index).result_id, "facts"), b""))
            links.note(index, facts)
            dead.note(index, facts)
    return links


async def _json_lines(pool: Pool, key: JobKey, plan: Plan) -> AsyncIterator[bytes]:
    """One object a page: the included ones in reading order, those that are missing, those without a turn."""
    for some in plan.batches(BATCH_PAGES, BATCH_BYTES):
        async with pool.transaction(key.user_id) as connection:
            ids = [plan.entry(index).page_id for index in some]
            rows = await SQL.read_details.all(connection, PageDetails, **key._asdict(), page_ids=ids)
            stored = await _read(connection, key, plan, some, ["markdown", "facts"])
        details = {row.page_id: row for row in rows}
        for index in some:
            entry = plan.entry(index)
            markdown, facts = _content(plan, index, stored)
            if entry.page_id not in details:
                raise DocumentGone(key.job_id)
            yield _line(_page_object(plan, index, details[entry.page_id], markdown, facts))
    for missing in sorted(plan.missing, key=lambda page: path_key(page.url)):
        yield _line(_missing_object(missing))
    for url in sorted(plan.left_out, key=path_key):
        yield _line(_missing_object(Missing(url, PageState.SKIPPED, PageReason.LEFT_OUT, 0)))
    if plan.no_turn:
        async for some_lines in _without_turn(pool, key):
            yield some_lines


async def _without_turn(pool: Pool, key: JobKey) -> AsyncIterator[bytes]:
    """The lines of the pages that had no turn, in the order of their ids, some at a time: there may
    be a million of them, and a slow reader holds none."""
    after = 0
    while True:
        async with pool.transaction(key.user_id) as connection:
            pages = await SQL.read_without_turn.all(
                connection,
                PageWithoutTurn,
                **key._asdict(),
                after=after,
                no_turn=list(NO_TURN),
                limit=WITHOUT_TURN,
            )
        if not pages:
            return
        after = pages[-1].page_id
        yield b"".join(_line(_missing_object(Missing(p.url, p.state, p.reason, 0))) for p in pages)


def _page_object(
    plan: Plan, index: int, row: PageDetails, markdown: bytes, facts: Facts
) -> dict[str, object]:
    entry = plan.entry(index)
    return {
        "url": entry.url,
        "state": "processed",
        "position": index + 1,
        "anchor": entry.anchor,
        "title": entry.title,
        "description": row.description,
        "language": row.language,
        "contentHash": row.content_hash,
        "words": row.words,
        "tokens": row.tokens,
        "headings": headings_of(facts),
        "markdown": markdown.decode("utf-8", "replace"),
    }


def _missing_object(page: Missing) -> dict[str, object]:
    return {"url": page.url, "state": page.state, "reason": page.reason, "httpStatus": page.http_status}


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _content(plan: Plan, index: int, stored: dict[tuple[UUID, str], bytes]) -> tuple[bytes, Facts]:
    """A page's Markdown and facts. Taken out of `stored`, so that each body is let go once it is written."""
    result = plan.entry(index).result_id
    facts = stored.pop((result, "facts"), None)
    if facts is None:
        raise DocumentGone("the job was deleted while its document was being read")
    return stored.pop((result, "markdown"), b""), decode(facts)


async def read_bodies(
    pool: Pool, key: JobKey, plan: Plan, some: range, kinds: Sequence[str]
) -> dict[tuple[UUID, str], bytes]:
    """What is stored of some pages, by result and kind, in a transaction of its own."""
    async with pool.transaction(key.user_id) as connection:
        return await _read(connection, key, plan, some, kinds)


async def _read(
    connection: Connection, key: JobKey, plan: Plan, some: range, kinds: Sequence[str]
) -> dict[tuple[UUID, str], bytes]:
    results = [plan.entry(index).result_id for index in some]
    rows = await SQL.read_content.all(
        connection, _Content, **key._asdict(), results=results, kinds=list(kinds)
    )
    return {(row.result_id, row.kind): unpack_all(row.data) for row in rows}


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces of at most 256 KiB, small ones put together."""
    held = bytearray()
    async for part in stream:
        held += part
        while len(held) >= CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES])
            del held[:CHUNK_BYTES]
    if held:
        yield bytes(held)


async def _nothing() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece
