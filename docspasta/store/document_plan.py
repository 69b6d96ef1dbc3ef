"""Reading a document's plan: the job, the included pages in order, what is not included; in one snapshot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from docspasta import __version__
from docspasta.document.parts import About
from docspasta.document.places import find_places
from docspasta.document.plan import Entry, Missing, Plan
from docspasta.domain import JobKey
from docspasta.urls import host

from .epoch import read_epoch
from .page_order import read_order
from .statements import load

SQL = load("documents.sql")
PREFETCH = 500  # rows
RENDERER = 1  # raise it when the same facts give another document: it is a part of the ETag


@dataclass(frozen=True, slots=True)
class JobState:
    """The job as the snapshot shows it. `etag` is '' while it goes on."""

    row: Any
    etag: str

    @property
    def ended(self) -> bool:
        return bool(self.row["ended"])


async def read_job(connection: Any, key: JobKey) -> JobState | None:
    """The job that a document is of; None when there is no such job of this user."""
    row = await connection.fetchrow(SQL.find_job, key.user_id, key.job_id)
    if row is None:
        return None
    if not row["ended"]:
        return JobState(row, "")
    epoch = await read_epoch(connection)
    return JobState(row, f'"{epoch}-{key.job_id}-{row["state_version"]}-{RENDERER}"')


async def read_plan(connection: Any, key: JobKey, job: JobState) -> Plan:
    """The plan, in the snapshot that `connection` holds. An ended job's places are stored; else they are
    made here, from what is processed by now."""
    plan = Plan()
    by_page = await (_read_stored if job.ended else _read_computed)(connection, key, plan)
    async for row in connection.cursor(
        SQL.read_others, key.user_id, key.job_id, job.ended, prefetch=PREFETCH
    ):
        _add_other(plan, by_page, row)
    plan.resolve()
    return plan


def about(job: JobState, pages: int) -> About:
    """What the document says of its job."""
    row = job.row
    return About(
        title=row["title"] or host(row["url"]),
        source=row["url"],
        generator=f"Docspasta {__version__}",
        complete=job.ended,
        cancelled=bool(job.row["cancelled"]),
        pages=pages,
        queued=row["queued"],
        limit_reached=row["limit_reached"],
        not_admitted=row["not_admitted"],
        refused={name: row[f"refused_{name}"] for name in ("pages", "depth", "user_pages")},
    )


def _add_other(plan: Plan, by_page: dict[int, int], row: Any) -> None:
    if row["duplicate_of"] in by_page:
        plan.also(row["url"], by_page[row["duplicate_of"]])
    elif row["reason"] == "redirected":
        plan.redirect(row["url"], row["redirected_to"])
    elif row["state"] != "processed":
        plan.missing.append(Missing(row["url"], row["state"], row["reason"], row["http_status"]))


async def _read_stored(connection: Any, key: JobKey, plan: Plan) -> dict[int, int]:
    by_page: dict[int, int] = {}
    async for row in connection.cursor(SQL.read_placed, key.user_id, key.job_id, prefetch=PREFETCH):
        by_page[row["page_id"]] = plan.add(_entry(row, row["anchor"]))
    return by_page


async def _read_computed(connection: Any, key: JobKey, plan: Plan) -> dict[int, int]:
    """Order, anchors and duplicates of what is processed by now, as the end would compute them."""
    stored = await connection.fetch(SQL.read_processed, key.user_id, key.job_id)
    rows = {row["page_id"]: row for row in stored}
    order = await read_order(connection, key)
    by_page: dict[int, int] = {}
    for place in await asyncio.to_thread(lambda: list(find_places(order.finish()))):
        if place.duplicate_of is None:
            by_page[place.page_id] = plan.add(_entry(rows[place.page_id], place.anchor))
        else:
            plan.also(rows[place.page_id]["url"], by_page[place.duplicate_of])
    return by_page


def _entry(row: Any, anchor: str) -> Entry:
    title = " ".join(row["title"].replace("\0", "").split())
    return Entry(row["page_id"], row["url"], title, anchor, row["result_id"], row["markdown_bytes"])
