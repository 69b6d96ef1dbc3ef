"""The end of a job: what is queued is skipped, every page gets its place, and the last version is the job's.

All in the transaction that makes the job terminal, from stored metadata alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docspasta.document.facts import unpack_keys
from docspasta.document.order import ReadingOrder, StoredPage
from docspasta.document.places import Place, find_places
from docspasta.queues.messages import JobKey
from docspasta.telemetry import metrics

from .open_job import End, OpenJob, lock_job, write_job
from .statements import load

SQL = load("ending.sql")
NAVIGATIONS_AT_ONCE = 200
ROWS_AT_ONCE = 2_000
LARGE_SECONDS = 600.0  # the end of a large job may take longer than a statement usually may


async def end_job(
    connection: Any, key: JobKey, state: str, reason: str, now: datetime, limit: str = ""
) -> OpenJob | None:
    """End a job that goes on, within the caller's transaction: `state` is completed or cancelled, `reason`
    that of the pages still queued (cancelled, deadline, bytes_limit).

    A job without a processed page becomes `failed`, unless it was cancelled. Returns the job as it is now
    (`ended` true); None when there is none, or when it has ended before: then nothing changes.
    """
    job = await lock_job(connection, key)
    if job is None or job.ended:
        return None
    await close(connection, job, End(state, reason, limit), now)
    await write_job(connection, job)
    return job


async def settle_job(connection: Any, key: JobKey, now: datetime) -> OpenJob | None:
    """End a running job that already stands at its end: nothing queued, past its deadline, out of bytes.

    For resume and tending. Returns the job when it has ended just now, else None.
    """
    job = await lock_job(connection, key)
    end = job.due_end(now) if job is not None else None
    if job is None or end is None:
        return None
    await close(connection, job, end, now)
    await write_job(connection, job)
    return job


async def close(connection: Any, job: OpenJob, end: End, now: datetime) -> None:
    """Everything of the end but the job's own row. The pages' versions begin again at the job's `base`, so
    that a page which this transaction had changed before takes only one."""
    user, name = job.key.user_id, job.key.job_id
    await connection.execute(SQL.plan_end)
    places = await _find_places(connection, job)
    columns: tuple[Sequence[Any], ...] = tuple(
        zip(*((p.page_id, p.position, p.anchor, p.duplicate_of) for p in places), strict=True)
    ) or ([], [], [], [])
    status = await connection.execute(
        SQL.end_pages, user, name, job.base, end.reason, now, *columns, timeout=LARGE_SECONDS
    )
    await connection.execute(SQL.plan_as_usual)
    job.version = job.base + int(status.rpartition(" ")[2])
    if job.discovering:
        await connection.execute(SQL.end_discovery, user, name, end.reason or "cancelled", now)
    if job.queued:
        metrics.pages.labels("skipped", end.reason or "cancelled").inc(job.queued)
    job.finish(end, now)


async def read_order(connection: Any, key: JobKey) -> ReadingOrder[Any]:
    """Reading order, fed with everything that the job's pages say of it by now.

    A large job's order takes seconds to compute: that is done in a thread, for the process has others to
    serve meanwhile.
    """
    rows = connection.cursor(SQL.find_placed, key.user_id, key.job_id, prefetch=ROWS_AT_ONCE)
    order = await asyncio.to_thread(ReadingOrder, [_stored_page(row) async for row in rows])
    wanted = order.navigations()
    for at in range(0, len(wanted), NAVIGATIONS_AT_ONCE):
        some = wanted[at : at + NAVIGATIONS_AT_ONCE]
        stored = await connection.fetch(SQL.find_navigation, key.user_id, key.job_id, some)
        found = {row["result_id"]: row["data"] for row in stored}
        for navigation in some:
            order.merge(unpack_keys(found.get(navigation, b"")))
    return order


async def _find_places(connection: Any, job: OpenJob) -> list[Place]:
    """The places of all pages. On the way the job's title and its size without duplicates: neither may
    depend on which page came first."""
    order = await read_order(connection, job.key)
    await _find_title(connection, job, order)
    pages = await asyncio.to_thread(order.finish)
    places = await asyncio.to_thread(find_places, pages)
    kept = {place.page_id for place in places if place.position}
    job.document_bytes = sum(page.markdown_bytes for page in pages if page.page_id in kept)
    return places


async def _find_title(connection: Any, job: OpenJob, order: ReadingOrder[Any]) -> None:
    """The start page's title, or that of the page to which it redirects; '' when neither was processed."""
    start = order.pages[order.start] if order.pages else None
    job.title = ""
    if start is not None and start.depth == 0:
        job.title = await connection.fetchval(SQL.find_title, job.key.user_id, job.key.job_id, start.page_id)


def _stored_page(row: Any) -> StoredPage[Any]:
    """A row of `find_placed` as reading order knows it."""
    return StoredPage(
        page_id=row["page_id"],
        url=row["url"],
        key=row["url_key"],
        depth=row["depth"],
        redirected_to=row["redirected_to"] if row["state"] != "processed" else "",
        rel_next=row["rel_next"],
        rel_prev=row["rel_prev"],
        navigation=row["navigation_id"],
        content_hash=row["content_hash"],
        canonical=row["canonical_url"],
        markdown_bytes=row["markdown_bytes"],
    )
