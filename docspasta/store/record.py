"""record_batch: the results of one job's pages, and all that follows from them, in one transaction.

Content is encoded before the transaction and stored before the job's row is taken, so that the lock under
which versions are handed out is held for a handful of statements, however many pages there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from docspasta.domain import JobKey, PageKind

from .content import Content, clean, clean_url, prepare, split
from .ending import close
from .links import admit, gather
from .locked_job import LockedJob, lock_job, write_job
from .pool import Pool
from .results import PageResult, Recorded
from .statements import load

SQL = load("record.sql")


class _Discarded(Exception):
    """The job has ended or is gone: everything that the transaction stored goes away with it."""

    def __init__(self, state: str, version: int) -> None:
        self.recorded = Recorded(state, version, discarded=True)


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
    answer to COMMIT) everything: repeat the batch.
    """
    first = {result.page_id: result for result in reversed(results)}
    batch = [prepare(first[page_id]) for page_id in sorted(first)]
    try:
        async with pool.transaction(key.user_id) as connection:
            return await _record(connection, key, batch, now, scope)
    except _Discarded as discarded:
        return discarded.recorded
    except asyncpg.ForeignKeyViolationError:
        return Recorded("", 0, discarded=True)


async def _record(
    connection: Any, key: JobKey, batch: Sequence[Content], now: datetime, scope: Mapping[str, Any] | None
) -> Recorded:
    await _add_chunks(connection, key, batch)
    job = await lock_job(connection, key)
    if job is None or job.ended:
        raise _Discarded(job.state if job else "", job.base if job else 0)
    rows = await _find_results(connection, key, batch)
    won = [content for content in batch if _is_open(rows.get(content.result.page_id), content)]
    ids = frozenset(content.result.page_id for content in won)
    await _drop_losers(connection, key, [content for content in batch if content.result.page_id not in ids])
    if not won:
        return Recorded(job.state, job.base)
    if scope is not None and not job.scoped:
        job.scope = json.dumps(scope)
    await _write_results(connection, job, won, now)
    for content in won:
        _count(job, content, rows[content.result.page_id])
    found = ((rows[c.result.page_id]["depth"], url) for c in won for url in c.result.found)
    admitted, refused = await admit(connection, job, gather(found), now)
    end = job.due_end(now)
    if end is not None:
        await close(connection, job, end, now)
    await write_job(connection, job)
    await _count_usage(connection, job, won, now)
    return Recorded(job.state, job.version, () if end else admitted, ids, refused, ended=end is not None)


def _is_open(row: Any, content: Content) -> bool:
    return row is not None and row["state"] == "queued" and row["kind"] == content.result.kind.value


async def _add_chunks(connection: Any, key: JobKey, batch: Sequence[Content]) -> None:
    rows = [(content.result_id, *chunk) for content in batch for chunk in content.chunks]
    if rows:
        await connection.execute(SQL.add_chunks, key.user_id, key.job_id, *zip(*rows, strict=True))


async def _find_results(connection: Any, key: JobKey, batch: Sequence[Content]) -> dict[int, Any]:
    ids = [content.result.page_id for content in batch]
    rows = await connection.fetch(SQL.find_results, key.user_id, key.job_id, ids)
    return {row["page_id"]: row for row in rows}


async def _drop_losers(connection: Any, key: JobKey, losers: Iterable[Content]) -> None:
    ids = [content.result_id for content in losers if content.result_id is not None]
    if ids:
        await connection.execute(SQL.drop_chunks, key.user_id, key.job_id, ids)


async def _write_results(connection: Any, job: LockedJob, won: Sequence[Content], now: datetime) -> None:
    """Each changed page takes a version; fetches of the discovery are no pages and take none."""
    user, name = job.key.user_id, job.key.job_id
    navigations = {c.navigation_id: c.navigation for c in won if c.navigation_id is not None}
    if navigations:
        rows = [
            (name_, seq, data)
            for name_, keys in navigations.items()
            for _, seq, data in split("navigation", keys)
        ]
        await connection.execute(SQL.add_navigation, user, name, *zip(*rows, strict=True))
    columns = zip(*(_row(job, content) for content in won), strict=True)
    await connection.execute(SQL.write_results, user, name, now, *columns)


def _row(job: LockedJob, content: Content) -> tuple[Any, ...]:
    """The columns of `write_results`, in its order."""
    result, page = content.result, content.result.page
    version = job.take_version() if result.kind == PageKind.PAGE else 0
    head = (result.page_id, result.state, result.reason, clean(result.detail), result.http_status, version)
    tail = (clean_url(result.redirected_to),)
    if page is None:
        return (*head, content.result_id, *([""] * 8), None, *tail, 0, 0, 0, result.bytes_fetched)
    return (
        *head,
        content.result_id,
        clean(page.title),
        content.heading,
        clean(page.description),
        clean(page.language, 100),
        clean(page.content_hash, 64),
        clean_url(page.canonical),
        clean_url(page.rel_next),
        clean_url(page.rel_prev),
        content.navigation_id,
        *tail,
        page.words,
        page.tokens,
        content.markdown_bytes,
        result.bytes_fetched,
    )


def _count(job: LockedJob, content: Content, row: Any) -> None:
    """Move one row from queued to what became of it, in the job's counts."""
    result, page = content.result, content.result.page
    job.bytes_fetched += result.bytes_fetched
    if result.kind != PageKind.PAGE:
        job.discovering -= 1
        return
    job.queued -= 1
    job.recorded += 1
    job.current_url = row["url"]
    if result.state == "processed":
        job.processed += 1
    elif result.state == "failed":
        job.failed += 1
    else:
        job.skipped += 1
        job.redirected += result.reason == "redirected"
    if result.reason:
        job.reasons[f"{result.state}:{result.reason}"] += 1
    if result.state == "processed" and page is not None:
        job.words += page.words
        job.tokens += page.tokens
        job.markdown_bytes += content.markdown_bytes
        if row["depth"] == 0 and not job.title:
            job.title = content.heading or clean(page.title)


async def _count_usage(connection: Any, job: LockedJob, won: Sequence[Content], now: datetime) -> None:
    fetched = sum(content.result.bytes_fetched for content in won)
    await connection.execute(SQL.count_usage, job.key.user_id, now.date(), job.recorded, fetched)
