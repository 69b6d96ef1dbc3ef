"""What pages of a source were converted to: the statements of conversions.sql.

A cache. What it says is true of its digest alone, whichever run wrote it, and whether that run ended well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg

from docspasta.domain import JobKey

from .connection import Connection
from .pool import Pool
from .rows import columns_of
from .statements import load


class Kept(NamedTuple):
    """A page that is kept. `digest` is of all that it was made of, `terms` of the same without its bytes,
    `size` its bytes unpacked. Then what its answer's headers said, and the sitemap of that day: '' when that
    is not known, or too new to tell a change."""

    url_key: str
    digest: bytes
    size: int
    terms: bytes = b""
    etag: str = ""
    last_modified: str = ""
    noindex: bool = False
    nofollow: bool = False
    lastmod: str = ""


class KeptResult(NamedTuple):
    """A page that is kept, and what came of it: packed, b'' where that was decided by something else."""

    kept: Kept
    result: bytes


class NewResult(NamedTuple):
    """What came of a page that is kept with this digest, packed."""

    url_key: str
    digest: bytes
    result: bytes


class KeptPage(NamedTuple):
    """A page, packed."""

    url_key: str
    page: bytes


class NewConversion(NamedTuple):
    """A conversion to be kept: the fields of `Kept`, and the page, packed."""

    url_key: str
    digest: bytes
    size: int
    terms: bytes
    etag: str
    last_modified: str
    noindex: bool
    nofollow: bool
    lastmod: str
    page: bytes


class AskedBy(NamedTuple):
    """By what an address is asked for again."""

    url_key: str
    terms: bytes
    etag: str
    last_modified: str
    lastmod: str


class _Wanted(NamedTuple):
    url_key: str
    digest: bytes


class _Headers(NamedTuple):
    url_key: str
    digest: bytes
    etag: str
    last_modified: str
    noindex: bool
    nofollow: bool
    lastmod: str


SQL = load("conversions.sql", Kept)


async def kept_of(pool: Pool, user_id: str, source_id: str, url_keys: Sequence[str]) -> list[Kept]:
    """What is kept of these addresses."""
    async with pool.transaction(user_id) as connection:
        return await SQL.kept_of.all(
            connection, Kept, user_id=user_id, source_id=source_id, url_keys=list(url_keys)
        )


async def unchanged_of(
    pool: Pool, user_id: str, source_id: str, url_keys: Sequence[str], basis: bytes
) -> list[KeptResult]:
    """What is kept of these addresses, with what came of each when that was decided by `basis`."""
    async with pool.transaction(user_id) as connection:
        return await SQL.unchanged_of.all(
            connection, KeptResult, user_id=user_id, source_id=source_id, url_keys=list(url_keys), basis=basis
        )


async def remember_results(
    pool: Pool, user_id: str, source_id: str, basis: bytes, new: Sequence[NewResult]
) -> None:
    """Remember what came of these pages, if they are still what they were."""
    async with pool.transaction(user_id) as connection:
        await SQL.remember_results.execute(
            connection, user_id=user_id, source_id=source_id, basis=basis, **columns_of(new, NewResult)
        )


async def kept_pages(pool: Pool, user_id: str, source_id: str, wanted: Sequence[Kept]) -> list[KeptPage]:
    """The pages of these, but for those that were replaced meanwhile."""
    named = columns_of([_Wanted(row.url_key, row.digest) for row in wanted], _Wanted)
    async with pool.transaction(user_id) as connection:
        return await SQL.kept_pages.all(connection, KeptPage, user_id=user_id, source_id=source_id, **named)


async def keep_conversions(pool: Pool, user_id: str, source_id: str, new: Sequence[NewConversion]) -> None:
    """Keep these, each address once; nothing when the source was deleted meanwhile."""
    try:
        async with pool.transaction(user_id) as connection:
            await SQL.keep_conversions.execute(
                connection, user_id=user_id, source_id=source_id, **columns_of(new, NewConversion)
            )
    except asyncpg.ForeignKeyViolationError:
        return


async def keep_headers(pool: Pool, user_id: str, source_id: str, rows: Sequence[Kept]) -> None:
    """These pages came again, with such headers."""
    named = [_Headers(row.url_key, row.digest, *row[4:]) for row in sorted(rows)]
    async with pool.transaction(user_id) as connection:
        await SQL.keep_headers.execute(
            connection, user_id=user_id, source_id=source_id, **columns_of(named, _Headers)
        )


async def asked_by(pool: Pool, job: JobKey, url_keys: Sequence[str]) -> list[AskedBy]:
    """By what these addresses are asked for in a job; none for one that is no run of a source."""
    async with pool.transaction(job.user_id) as connection:
        return await SQL.asked_by.all(connection, AskedBy, **job._asdict(), url_keys=list(url_keys))


async def distrust(pool: Pool, user_id: str, source_id: str, now: datetime) -> None:
    """From now on nothing of this source is asked for conditionally."""
    async with pool.transaction(user_id) as connection:
        await SQL.distrust.execute(connection, user_id=user_id, source_id=source_id, now=now)


async def note_lastmods(pool: Pool, user_id: str, source_id: str, held: int, lied: datetime | None) -> None:
    """So many pages changed, and their lastmods with them; `lied`: when one changed whose lastmod did not."""
    async with pool.transaction(user_id) as connection:
        await SQL.note_lastmods.execute(
            connection, user_id=user_id, source_id=source_id, held=held, lied=lied
        )


async def forget_conversions(
    connection: Connection, user_id: str, source_id: str, current_job_id: str, limit: int
) -> bool:
    """Take at most `limit` away that the current run does not show; whether there may be more."""
    gone = await SQL.forget_conversions.execute(
        connection, user_id=user_id, source_id=source_id, job_id=current_job_id, limit=limit
    )
    return gone >= limit
