"""What a processor reads of a job; it writes through record.py alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from docspasta.compression import unpack_all
from docspasta.document.facts import decode, unpack_keys
from docspasta.domain import JobKey, JobSettings

from .pool import Pool
from .results import QueuedPage
from .statements import load

SQL = load("crawl.sql")


class CrawlRules(NamedTuple):
    """What a job wants done with its pages. `scope` is JSON, None until the first real page decided it."""

    url: str
    settings: JobSettings
    scope: str | None
    keep_raw: bool
    version: int  # the job's newest
    source_id: str  # what it takes unchanged pages from: its source or its address; '' for neither
    current_job_id: str  # of a run, the newest before it that is fit to be read and there; '' for none
    distrusted: bool  # the source's site said of a page that it was unchanged, and it was not
    lastmod_held: int  # changed pages whose lastmod changed with them; 0 when one's did not


class SeenPage(NamedTuple):
    """A page that was recorded, by what other pages are compared with it."""

    page_id: int
    url_key: str
    content_hash: str
    likeness: str
    result_id: UUID | None
    navigation_id: UUID | None


class _Content(NamedTuple):
    result_id: UUID
    kind: str
    data: bytes


async def crawl_rules(pool: Pool, job: JobKey) -> CrawlRules | None:
    """The rules of a job, None when there is no such job any more."""
    async with pool.transaction(job.user_id) as connection:
        return await SQL.crawl_rules.one(connection, CrawlRules, user_id=job.user_id, job_id=job.job_id)


async def queued_of(pool: Pool, job: JobKey, url_keys: Sequence[str]) -> list[QueuedPage]:
    """Those of some addresses that are queued in a job."""
    async with pool.transaction(job.user_id) as connection:
        return await SQL.queued_of.all(connection, QueuedPage, **job._asdict(), url_key=list(url_keys))


async def pages_since(pool: Pool, job: JobKey, version: int, limit: int) -> list[SeenPage]:
    """The newest `limit` pages that were recorded after a version of the job, in their versions' order."""
    async with pool.transaction(job.user_id) as connection:
        rows = await SQL.pages_since.all(connection, SeenPage, **job._asdict(), version=version, limit=limit)
    return rows[::-1]


async def links_of(pool: Pool, job: JobKey, pages: Sequence[SeenPage]) -> dict[int, list[str]]:
    """The url_keys of the links of these pages, by page id."""
    names = {name for page in pages for name in (page.result_id, page.navigation_id) if name is not None}
    if not names:
        return {}
    async with pool.transaction(job.user_id) as connection:
        rows = await SQL.find_links.all(connection, _Content, **job._asdict(), results=list(names))
    return await asyncio.to_thread(_links, pages, rows)


def _links(pages: Sequence[SeenPage], rows: Sequence[_Content]) -> dict[int, list[str]]:
    stored = {(row.result_id, row.kind): unpack_all(row.data) for row in rows}
    return {page.page_id: _links_in(page, stored) for page in pages}


def _links_in(page: SeenPage, stored: dict[tuple[UUID, str], bytes]) -> list[str]:
    facts = decode(stored.get((page.result_id, "facts"), b"") if page.result_id else b"")
    menu = stored.get((page.navigation_id, "navigation"), b"") if page.navigation_id else b""
    return [*facts.links, *facts.level_links, *unpack_keys(menu)]
