"""What changed from one run of a source to another: the statements of diff.sql."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from docspasta.domain import JobKey, PageReason

from .connection import Connection
from .statements import load


class Change(StrEnum):
    """What became of a page."""

    SAME = "same"
    ADDED = "added"
    CHANGED = "changed"  # another text or title
    MOVED = "moved"  # the same text under another address
    REMOVED = "removed"
    FAILED = "failed"  # it was not there this time, but may come back
    STALE = "stale"  # it could not be had, and has its last text


class PageChange(NamedTuple):
    """A page that is not the same. Ids are 0 where the run does not show it."""

    kind: Change
    url: str
    title: str
    old_url: str  # of one that moved
    page_id: int
    old_page_id: int
    content_hash: str
    reason: PageReason
    stale_since: datetime | None


class _Count(NamedTuple):
    kind: Change
    pages: int


class PageSize(NamedTuple):
    """How long a page's Markdown is."""

    page_id: int
    markdown_bytes: int


class _Text(NamedTuple):
    page_id: int
    data: bytes


SQL = load("diff.sql", PageChange)


async def run_before(connection: Connection, run: JobKey) -> str:
    """The newest completed run of the same source before this one that is not suspect, '' for none."""
    return await SQL.run_before.value(connection, str, **run._asdict()) or ""


async def is_run(connection: Connection, source_id: str, job: JobKey) -> bool:
    """Whether a job is an ended run of this source."""
    return bool(await SQL.is_run.value(connection, bool, **job._asdict(), source_id=source_id))


async def changes(
    connection: Connection, user_id: str, runs: tuple[str, str], after: tuple[str, str], limit: int
) -> list[PageChange]:
    """What changed from one run ('' for none) to another, by address, after (address, kind)."""
    return await SQL.changes.all(
        connection,
        PageChange,
        user_id=user_id,
        from_job=runs[0],
        to_job=runs[1],
        after_url=after[0],
        after_kind=after[1],
        limit=limit,
    )


async def counts(connection: Connection, user_id: str, runs: tuple[str, str]) -> dict[Change, int]:
    """How many pages changed in which way, or stayed the same."""
    rows = await SQL.counts.all(connection, _Count, user_id=user_id, from_job=runs[0], to_job=runs[1])
    return {row.kind: row.pages for row in rows}


async def changes_of_kind(
    connection: Connection, user_id: str, runs: tuple[str, str], kind: Change, after_url: str, limit: int
) -> list[PageChange]:
    """What changed in one way, by address, after an address."""
    return await SQL.changes_of_kind.all(
        connection,
        PageChange,
        user_id=user_id,
        from_job=runs[0],
        to_job=runs[1],
        kind=kind,
        after_url=after_url,
        limit=limit,
    )


async def run_at(connection: Connection, user_id: str, source_id: str, moment: datetime) -> str:
    """The newest run of a source that had ended at a moment and is not suspect, '' for none."""
    named = {"user_id": user_id, "source_id": source_id}
    return await SQL.run_at.value(connection, str, **named, moment=moment) or ""


async def page_sizes(connection: Connection, user_id: str, page_ids: Sequence[int]) -> dict[int, int]:
    """How many bytes of Markdown some pages have."""
    rows = await SQL.page_sizes.all(connection, PageSize, user_id=user_id, page_id=list(page_ids))
    return {row.page_id: row.markdown_bytes for row in rows}


async def page_texts(connection: Connection, user_id: str, page_ids: Sequence[int]) -> dict[int, bytes]:
    """The Markdown of some pages, packed."""
    rows = await SQL.page_texts.all(connection, _Text, user_id=user_id, page_id=list(page_ids))
    return {row.page_id: row.data for row in rows}
