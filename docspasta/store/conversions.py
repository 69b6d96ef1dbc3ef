"""What pages of a source were converted to: the statements of conversions.sql.

A cache. What it says is true of its digest alone, whichever run wrote it, and whether that run ended well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from .connection import Connection
from .pool import Pool
from .rows import columns_of
from .statements import load


class Kept(NamedTuple):
    """A page that is kept: the digest of all that it was made of, and its bytes unpacked."""

    url_key: str
    digest: bytes
    size: int


class KeptPage(NamedTuple):
    """A page, packed."""

    url_key: str
    page: bytes


class NewConversion(NamedTuple):
    """A conversion to be kept."""

    url_key: str
    digest: bytes
    size: int
    page: bytes


class _Wanted(NamedTuple):
    url_key: str
    digest: bytes


SQL = load("conversions.sql")


async def kept_of(pool: Pool, user_id: str, source_id: str, url_keys: Sequence[str]) -> list[Kept]:
    """What is kept of these addresses."""
    async with pool.transaction(user_id) as connection:
        return await SQL.kept_of.all(
            connection, Kept, user_id=user_id, source_id=source_id, url_keys=list(url_keys)
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


async def forget_conversions(
    connection: Connection, user_id: str, source_id: str, current_job_id: str, limit: int
) -> bool:
    """Take at most `limit` away that the current run does not show; whether there may be more."""
    gone = await SQL.forget_conversions.execute(
        connection, user_id=user_id, source_id=source_id, job_id=current_job_id, limit=limit
    )
    return gone >= limit
