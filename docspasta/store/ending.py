"""The end of a job: what is queued is skipped, every page gets its place, and the last version is the job's.

All in the transaction that makes the job terminal, from stored metadata alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
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
    that a page which this transaction had changed before takes only one.

    A cancelled job may have many pages queued: they are skipped while a thread puts the others in order.
    """
    user, name = job.key.user_id, job.key.job_id
    await connection.execute(SQL.plan_end)
    placing = _Placing(connection, job)
    await placing.read()
    floor = job.base
    if (
        job.queued and job.version == job.base
    ):  # else this batch's pages stand above the base, to be counted anew
        status = await connection.execute(
            SQL.skip_queued, user, name, job.base, end.reason, now, timeout=LARGE_SECONDS
        )
        floor += int(status.rpartition(" ")[2])
    places = await placing.places()
    columns: tuple[Sequence[Any], ...] = tuple(
        zip(*((p.page_id, p.position, p.anchor, p.duplicate_of) for p in places), strict=True)
    ) or ([], [], [], [])
    status = await connection.execute(
        SQL.end_pages, user, name, floor, end.reason, now, *columns, timeout=LARGE_SECONDS
    )
    await connection.execute(SQL.plan_as_usual)
    job.version = floor + int(status.rpartition(" ")[2])
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
    pages = await _stored_pages(connection, key)
    return await _merged(connection, key, await asyncio.to_thread(ReadingOrder, pages))


async def _stored_pages(connection: Any, key: JobKey) -> list[StoredPage[Any]]:
    rows = connection.cursor(SQL.find_placed, key.user_id, key.job_id, prefetch=ROWS_AT_ONCE)
    return [_stored_page(row) async for row in rows]


async def _merged(connection: Any, key: JobKey, order: ReadingOrder[Any]) -> ReadingOrder[Any]:
    """The order with the navigations that it asks for."""
    wanted = order.navigations()
    for at in range(0, len(wanted), NAVIGATIONS_AT_ONCE):
        some = wanted[at : at + NAVIGATIONS_AT_ONCE]
        found = await _navigations(connection, key, some)
        for navigation in some:
            order.merge(unpack_keys(found.get(navigation, b"")))
    return order


async def _navigations(connection: Any, key: JobKey, some: list[Any]) -> dict[Any, bytes]:
    if not some:
        return {}
    stored = await connection.fetch(SQL.find_navigation, key.user_id, key.job_id, some)
    return {row["result_id"]: row["data"] for row in stored}


@dataclass(frozen=True, slots=True)
class _Placed:
    """The end of the computation: the order it came from, the pages in it, and their places."""

    order: ReadingOrder[Any]
    pages: list[StoredPage[Any]]
    places: list[Place]


def _place(order: ReadingOrder[Any]) -> _Placed:
    pages = order.finish()
    return _Placed(order, pages, find_places(pages))


def _place_all(pages: list[StoredPage[Any]], navigations: dict[Any, bytes]) -> _Placed:
    """All of it at once, when the navigations are few enough to be at hand."""
    order = ReadingOrder(pages)
    for name in order.navigations():
        order.merge(unpack_keys(navigations.get(name, b"")))
    return _place(order)


class _Placing:
    """The places of all pages: `read` what they say, use the connection meanwhile, then ask for `places`."""

    def __init__(self, connection: Any, job: OpenJob) -> None:
        self._connection, self._job = connection, job
        self._begun: asyncio.Task[_Placed | ReadingOrder[Any]]

    async def read(self) -> None:
        """Read the pages and begin to order them in a thread."""
        pages = await _stored_pages(self._connection, self._job.key)
        names = list({page.navigation for page in pages} - {None})
        if len(names) <= NAVIGATIONS_AT_ONCE:
            found = await _navigations(self._connection, self._job.key, names)
            self._begun = asyncio.create_task(asyncio.to_thread(_place_all, pages, found))
        else:
            self._begun = asyncio.create_task(asyncio.to_thread(ReadingOrder, pages))
        await asyncio.sleep(0)  # the thread starts now, not when the connection is waited for

    async def places(self) -> list[Place]:
        """The places. On the way the job's title and its size without duplicates: neither may depend on
        which page came first."""
        job, placed = self._job, await self._begun
        if isinstance(placed, ReadingOrder):
            order = await _merged(self._connection, job.key, placed)
            placed = await asyncio.to_thread(_place, order)
        await _find_title(self._connection, job, placed.order)
        kept = {place.page_id for place in placed.places if place.position}
        job.document_bytes = sum(page.markdown_bytes for page in placed.pages if page.page_id in kept)
        return placed.places


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
