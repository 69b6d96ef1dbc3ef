"""Content is stored once for each user, however many jobs show it, and goes with the last of them.

A processed page's result_id names its content (docspasta.store.content), and its chunks stand under no job.
The rows that refer to them have one user, url_key and result_id, by which they are found. A transaction that
is about to refer to content that is there locks its first chunk; one that takes content away locks that
chunk, too, and only then looks whether a row refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from docspasta.domain import JobKey
from docspasta.turns import in_turns

from .connection import Connection
from .content import Content, chunks_of
from .rows import columns_of
from .statements import load

SHARED = ""  # in the place of a job's id
TRIES = 10  # of storing what others store and take away at the same moment


class _ChunkRow(NamedTuple):
    job_id: str
    result_id: UUID
    kind: str
    seq: int
    data: bytes


class ContentGone(Exception):
    """Content that was to be there under its name was taken away: it has to be made again."""


class PurgedPage(NamedTuple):
    page_id: int
    url_key: str
    result_id: UUID | None


SQL = load("chunks.sql", PurgedPage)


async def store_content(connection: Connection, key: JobKey, batch: Sequence[Content]) -> frozenset[UUID]:
    """Store what is not there yet, until the transaction's end safe from being taken away; the result_ids of
    what was. The first statement that locks anything in a transaction. Raises ContentGone for content that
    is known by its name alone and not there."""
    shared = {content.result_id: content for content in batch if content.result_id and content.shared}
    own = [content for content in batch if content.result_id and not content.shared]
    missing = shared.keys() - await _held(connection, key, shared)
    if any(not shared[name].parts for name in missing):
        raise ContentGone(f"content of job {key.job_id} is not there any more")
    rows = [row for c in own for row in await _rows(key.job_id, c)]
    rows += [row for name in sorted(missing) for row in await _rows(SHARED, shared[name])]
    new: set[UUID] = set()
    for _ in range(TRIES):
        if not rows:
            return frozenset(new)
        named = columns_of(rows, _ChunkRow)
        new.update(await SQL.add_chunks.column(connection, UUID, user_id=key.user_id, **named))
        missing -= new
        # Others have added these meanwhile, unless they are gone again by now.
        missing -= await _held(connection, key, missing)
        rows = [row for row in rows if row.job_id == SHARED and row.result_id in missing]
    raise RuntimeError(f"content of job {key.job_id} was taken away {TRIES} times while it was stored")


async def _held(connection: Connection, key: JobKey, names: Iterable[UUID]) -> set[UUID]:
    """Those of these contents that are there; they stay until the transaction's end."""
    if not (wanted := list(names)):
        return set()
    return set(await SQL.hold_content.column(connection, UUID, user_id=key.user_id, results=wanted))


async def _rows(job_id: str, content: Content) -> list[_ChunkRow]:
    assert content.result_id is not None
    chunks = await in_turns(chunks_of(content))
    return [_ChunkRow(job_id, content.result_id, *chunk) for chunk in chunks]


async def drop_content(connection: Connection, key: JobKey, names: Sequence[UUID]) -> None:
    """Take content away again that this transaction has stored."""
    if names:
        await SQL.drop_chunks.execute(connection, **key._asdict(), results=list(names))


async def purge_pages(connection: Connection, key: JobKey, limit: int) -> int:
    """Take at most `limit` pages of a deleted job away, with the content that no other job shows; how many
    they were."""
    named = key._asdict()
    pages = await SQL.pages_to_purge.all(connection, PurgedPage, **named, limit=limit)
    shown = [(page.url_key, page.result_id) for page in pages if page.result_id is not None]
    if shown:
        names = [name for _, name in shown]
        await SQL.lock_content.execute(connection, user_id=key.user_id, results=names)
        keys = [url_key for url_key, _ in shown]
        await SQL.purge_content.execute(connection, **named, url_key=keys, result_id=names)
    if pages:
        await SQL.purge_pages.execute(connection, **named, page_ids=[page.page_id for page in pages])
    return len(pages)
