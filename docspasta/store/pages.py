"""A job's pages as a person lists them: the statements of pages.sql."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from docspasta.compression import unpack_all
from docspasta.domain import JobKey, Page, PageReason, PageState

from .connection import Connection
from .statements import Statement, load


class PageContent(NamedTuple):
    """Where a page's content is stored (None: nothing is), and what says whether there may be any."""

    state: PageState
    reason: PageReason
    result_id: UUID | None
    keep_raw: bool
    keep_html: bool


class Chunk(NamedTuple):
    """A piece of a stored result."""

    seq: int
    data: bytes


class PageResultId(NamedTuple):
    """Under which name a page's content is stored."""

    page_id: int
    result_id: UUID


class Address(NamedTuple):
    """What a job found. `refused_by`: the limit that keeps it out, '' for a page."""

    page_id: int
    url: str
    state: PageState
    reason: PageReason
    refused_by: str
    title: str
    description: str


SQL = load("pages.sql", Address, Page, Chunk)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which pages: of these states (none: all), with `query` in URL or title, whatever the case."""

    states: Sequence[PageState] = ()
    query: str = ""

    @property
    def pattern(self) -> str:
        """The query as a LIKE pattern, '' for none; what LIKE would read as a wildcard stands for itself."""
        if not self.query:
            return ""
        escaped = self.query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"%{escaped}%"


async def pages_by_id(
    connection: Connection, key: JobKey, after: int, wanted: Filter, limit: int
) -> list[Page]:
    """Pages in the order in which they were found, after a page id."""
    return await _listed(connection, SQL.pages_by_id, key, after, wanted, limit)


async def pages_by_position(
    connection: Connection, key: JobKey, after: int, wanted: Filter, limit: int
) -> list[Page]:
    """Pages in reading order, after a position."""
    return await _listed(connection, SQL.pages_by_position, key, after, wanted, limit)


async def pages_without_position(
    connection: Connection, key: JobKey, after: int, wanted: Filter, limit: int
) -> list[Page]:
    """The pages that have no place in reading order, after a page id."""
    return await _listed(connection, SQL.pages_without_position, key, after, wanted, limit)


async def _listed(
    connection: Connection, statement: Statement, key: JobKey, after: int, wanted: Filter, limit: int
) -> list[Page]:
    return await statement.all(
        connection,
        Page,
        **key._asdict(),
        after=after,
        states=list(wanted.states),
        pattern=wanted.pattern,
        limit=limit,
    )


async def recent_pages(connection: Connection, key: JobKey, limit: int) -> list[Page]:
    """The pages that ended last, newest first."""
    return await SQL.recent_pages.all(connection, Page, **key._asdict(), limit=limit)


async def page(connection: Connection, key: JobKey, page_id: int) -> Page | None:
    """One page of a job."""
    return await SQL.page.one(connection, Page, **key._asdict(), page_id=page_id)


async def page_content(connection: Connection, key: JobKey, page_id: int) -> PageContent | None:
    """Where the content of a page is; None when the job has no such page."""
    return await SQL.page_content.one(connection, PageContent, **key._asdict(), page_id=page_id)


async def chunks(
    connection: Connection, key: JobKey, result_id: UUID | None, kind: str, after: int, limit: int
) -> list[Chunk]:
    """Some of a stored result's chunks, after a sequence number; -1 to begin."""
    found = await SQL.chunks.all(
        connection, Chunk, **key._asdict(), result_id=result_id, kind=kind, after=after, limit=limit
    )
    return [chunk._replace(data=unpack_all(chunk.data)) for chunk in found]


async def addresses(connection: Connection, key: JobKey, after: int, limit: int) -> list[Address]:
    """What a job found within its scope, after a page id."""
    return await SQL.addresses.all(connection, Address, **key._asdict(), after=after, limit=limit)


async def processed_pages(
    connection: Connection, key: JobKey, after: int, limit: int
) -> list[tuple[Page, UUID | None]]:
    """Processed pages in the order in which they were recorded, after a version of the job, and where the
    content of each is stored."""
    pages = await SQL.processed_pages.all(connection, Page, **key._asdict(), after=after, limit=limit)
    ids = [page.page_id for page in pages]
    rows = await SQL.page_results.all(connection, PageResultId, **key._asdict(), page_ids=ids)
    results = {row.page_id: row.result_id for row in rows}
    return [(page, results.get(page.page_id)) for page in pages]
