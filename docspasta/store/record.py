"""record_batch: the results of one job's pages, and all that follows from them, in one transaction.

Content is encoded before the transaction and stored before the job's row is taken, so that the lock under
which versions are handed out is held for a handful of statements, however many pages there are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from docspasta.domain import JobKey, PageKind, PageReason, PageState
from docspasta.turns import in_turns

from .chunks import drop_content, store_content
from .connection import Connection
from .content import Content, clean, clean_url, preparing, split
from .deliveries import NewPageEvent, add_page_events
from .ending import close
from .links import admit, nearest
from .locked_job import SQL, LockedJob, lock_job, write_job
from .pool import Pool
from .pushes import forget_bodies
from .results import PageResult, Recorded
from .rows import columns_of


class _BatchRow(NamedTuple):
    """Where the row of a result stands, before it is written."""

    page_id: int
    url: str
    kind: str
    state: PageState
    depth: int


class _NavigationRow(NamedTuple):
    id: UUID
    seq: int
    data: bytes


class ResultRow(NamedTuple):
    """The columns that `write_results` writes, by the names that it has for them."""

    page_id: int
    state: PageState
    reason: PageReason
    detail: str
    http_status: int
    state_version: int
    bytes_fetched: int
    redirected_to: str
    result_id: UUID | None
    title: str = ""
    heading: str = ""
    description: str = ""
    language: str = ""
    content_hash: str = ""
    likeness: str = ""
    canonical_url: str = ""
    rel_next: str = ""
    rel_prev: str = ""
    navigation_id: UUID | None = None
    words: int = 0
    tokens: int = 0
    markdown_bytes: int = 0
    stale_since: datetime | None = None
    markdown_id: UUID | None = None


class _Discarded(Exception):
    """The job has ended or is gone: everything that the transaction stored goes away with it."""

    def __init__(self, job: LockedJob | None) -> None:
        self.recorded = (
            Recorded(job.state, job.base, discarded=True) if job else Recorded(None, 0, discarded=True)
        )


async def record_batch(
    pool: Pool,
    key: JobKey,
    results: Sequence[PageResult],
    now: datetime,
    scope: Mapping[str, Any] | None = None,
) -> Recorded:
    """Record results of one job. Safe to repeat: a result for a row that is no longer queued changes nothing.

    `now` is aware. `scope` is kept if the job has none yet. A job that has ended discards the batch, a paused
    one records it. Raises asyncpg's errors when Postgres is away; then nothing was written, or (after a lost
    answer to COMMIT) everything: repeat the batch. Raises ContentGone when the content of a result with
    `names` was taken away; then nothing was written.
    """
    first = {result.page_id: result for result in reversed(results)}
    batch = [await in_turns(preparing(first[page_id])) for page_id in sorted(first)]
    try:
        async with pool.transaction(key.user_id) as connection:
            return await _record(connection, key, batch, now, scope)
    except _Discarded as discarded:
        return discarded.recorded


async def _record(
    connection: Connection,
    key: JobKey,
    batch: Sequence[Content],
    now: datetime,
    scope: Mapping[str, Any] | None,
) -> Recorded:
    stored = await store_content(connection, key, batch)
    job = await lock_job(connection, key)
    if job is None or job.ended:
        raise _Discarded(job)
    await SQL.plan_by_key.execute(connection)  # until `admit` has looked the found URLs up
    rows = await _find_results(connection, key, batch)
    won = [content for content in batch if _is_open(rows.get(content.result.page_id), content)]
    ids = frozenset(content.result.page_id for content in won)
    lost = (content.result_id for content in batch if content.result.page_id not in ids)
    await drop_content(connection, key, [name for name in lost if name in stored and name is not None])
    if not won:
        return Recorded(job.state, job.base)
    if scope is not None and not job.scoped:
        job.scope = json.dumps(scope)
    await _write_results(connection, job, won, now)
    if job.pushed:
        await forget_bodies(connection, key, list(ids))
    for content in won:
        _count(job, content, rows[content.result.page_id])
    found = ((c.result.page_id, rows[c.result.page_id].depth, url) for c in won for url in c.result.found)
    admitted, refused = await admit(connection, job, await in_turns(nearest(found)), now)
    end = job.due_end(now)
    if end is not None:
        await close(connection, job, end, now)
    await write_job(connection, job)
    await _count_usage(connection, job, won, now)
    names = {content.result.page_id: content.names for content in won if content.names is not None}
    return Recorded(
        job.state,
        job.version,
        () if end else admitted,
        ids,
        refused,
        ended=end is not None,
        base=job.base,
        names=names,
    )


def _is_open(row: _BatchRow | None, content: Content) -> bool:
    return row is not None and row.state is PageState.QUEUED and row.kind == content.result.kind


async def _find_results(
    connection: Connection, key: JobKey, batch: Sequence[Content]
) -> dict[int, _BatchRow]:
    ids = [content.result.page_id for content in batch]
    rows = await SQL.find_results.all(connection, _BatchRow, **key._asdict(), page_id=ids)
    return {row.page_id: row for row in rows}


async def _write_results(
    connection: Connection, job: LockedJob, won: Sequence[Content], now: datetime
) -> None:
    """Each changed page takes a version; fetches of the discovery are no pages and take none."""
    named = job.key._asdict()
    navigations = {c.navigation_id: c.navigation for c in won if c.navigation_id and c.navigation}
    if navigations:
        rows = [
            _NavigationRow(name, seq, data)
            for name, keys in navigations.items()
            for _, seq, data in split("navigation", keys)
        ]
        await SQL.add_navigation.execute(connection, **named, **columns_of(rows, _NavigationRow))
    results = [_row(job, content) for content in won]
    await SQL.write_results.execute(connection, **named, now=now, **columns_of(results, ResultRow))
    if job.tells_pages:
        told = (PageState.PROCESSED, PageState.FAILED)
        pages = [row for row in results if row.state_version and row.state in told]
        events = [NewPageEvent(row.page_id, row.state, row.state_version) for row in pages]
        await add_page_events(connection, job.key, events, now)


def _row(job: LockedJob, content: Content) -> ResultRow:
    result, page = content.result, content.result.page
    row = ResultRow(
        page_id=result.page_id,
        state=result.state,
        reason=result.reason,
        detail=clean(result.detail),
        http_status=result.http_status,
        state_version=job.take_version() if result.kind is PageKind.PAGE else 0,
        bytes_fetched=result.bytes_fetched,
        redirected_to=clean_url(result.redirected_to),
        result_id=content.result_id,
    )
    if page is None:
        return row
    return row._replace(
        title=clean(page.title),
        heading=content.heading,
        description=clean(page.description),
        language=clean(page.language, 100),
        content_hash=clean(page.content_hash, 64),
        likeness=clean(page.likeness, 64),
        canonical_url=clean_url(page.canonical),
        rel_next=clean_url(page.rel_next),
        rel_prev=clean_url(page.rel_prev),
        navigation_id=content.navigation_id,
        words=page.words,
        tokens=page.tokens,
        markdown_bytes=content.markdown_bytes,
        stale_since=result.stale_since,
        markdown_id=content.markdown_id,
    )


def _count(job: LockedJob, content: Content, row: _BatchRow) -> None:
    """Move one row from queued to what became of it, in the job's counts."""
    result, page = content.result, content.result.page
    job.bytes_fetched += result.bytes_fetched
    if result.kind is not PageKind.PAGE:
        job.discovering -= 1
        if result.reason:
            job.list_detail = f"{row.url}: {result.reason.sentence}"
        return
    job.queued -= 1
    job.recorded += 1
    job.current_url = row.url
    match result.state:
        case PageState.PROCESSED:
            job.processed += 1
        case PageState.FAILED:
            job.failed += 1
        case _:
            job.skipped += 1
            job.redirected += result.reason == PageReason.REDIRECTED
    if result.reason and result.reason is not PageReason.REDIRECTED:
        job.detail = result.detail
    if result.reason:
        job.reasons[result.state, result.reason] += 1
    job.contradicted += result.contradicted
    if result.state == PageState.PROCESSED and page is not None:
        job.unchanged += result.unchanged
        job.stale += result.stale_since is not None
        job.words += page.words
        job.tokens += page.tokens
        job.markdown_bytes += content.markdown_bytes
        if row.depth == 0 and not job.title:
            job.title = content.heading or clean(page.title)


async def _count_usage(connection: Connection, job: LockedJob, won: Sequence[Content], now: datetime) -> None:
    fetched = sum(content.result.bytes_fetched for content in won)
    await SQL.count_usage.execute(
        connection, user_id=job.key.user_id, day=now.date(), pages=job.recorded, bytes_fetched=fetched
    )
