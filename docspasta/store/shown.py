"""What an ended job shows of some addresses, so that another can show it again (shown.sql)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from docspasta.compression import unpack_apart
from docspasta.domain import JobKey

from .pool import Pool
from .statements import load

KEYS = 5_000  # of links that one transaction looks up


class ShownPage(NamedTuple):
    """A page that a job shows, as it was recorded; `stale_since` is None when it was there."""

    url_key: str
    url: str
    stale_since: datetime | None
    result_id: UUID
    navigation_id: UUID | None
    title: str
    heading: str
    description: str
    language: str
    content_hash: str
    likeness: str
    canonical_url: str
    rel_next: str
    rel_prev: str
    words: int
    tokens: int
    markdown_bytes: int


class _Said(NamedTuple):
    result_id: UUID
    kind: str
    data: bytes


class _Address(NamedTuple):
    key: str
    url: str


SQL = load("shown.sql", ShownPage)


async def pages_shown(pool: Pool, job: JobKey, url_keys: Sequence[str]) -> list[ShownPage]:
    """Those of some addresses that a job shows."""
    async with pool.transaction(job.user_id) as connection:
        return await SQL.pages_shown.all(connection, ShownPage, **job._asdict(), key=list(url_keys))


async def what_they_say(
    pool: Pool, job: JobKey, pages: Iterable[ShownPage]
) -> Mapping[tuple[UUID, str], bytes]:
    """What is kept of these pages, whole, by result_id (or navigation_id) and kind: facts, html, markdown,
    navigation."""
    names = {name for page in pages for name in (page.result_id, page.navigation_id) if name is not None}
    async with pool.transaction(job.user_id) as connection:
        rows = await SQL.what_they_say.all(connection, _Said, **job._asdict(), results=list(names))
    return await asyncio.to_thread(
        lambda: {(row.result_id, row.kind): unpack_apart(row.data) for row in rows}
    )


async def addresses_of(pool: Pool, job: JobKey, url_keys: Iterable[str]) -> dict[str, str]:
    """The addresses that a job knows, by url_key."""
    wanted, found = list(dict.fromkeys(url_keys)), dict[str, str]()
    for at in range(0, len(wanted), KEYS):
        async with pool.transaction(job.user_id) as connection:
            keys = wanted[at : at + KEYS]
            found.update(await SQL.addresses_of.all(connection, _Address, **job._asdict(), key=keys))
    return found
