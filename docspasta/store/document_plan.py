"""Reading a document's plan: the job, the included pages in order, what is not included; in one snapshot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from docspasta import __version__
from docspasta.document.parts import NO_TURN, About
from docspasta.document.places import find_places
from docspasta.document.plan import BrokenList, Entry, Missing, Plan, Stale
from docspasta.document.titles import named_by_address
from docspasta.domain import JobKey, JobLimit, JobState, PageReason, PageState, ReasonCount
from docspasta.urls import host

from .connection import Connection
from .epoch import read_epoch
from .page_order import read_order, shared_titles
from .statements import load

PREFETCH = 500  # rows
LEFT_OUT = 100_000  # addresses that are looked at of pages that only repeat others
RENDERER = 6  # raise it when the same facts give another document: it is a part of the ETag


class DocumentJob(NamedTuple):
    """What a document says of its job."""

    state: JobState
    version: int
    url: str
    title: str
    queued: int
    limit_reached: JobLimit
    not_admitted: int
    refused_pages: int
    refused_depth: int
    refused_user_pages: int
    reasons: tuple[ReasonCount, ...]
    stale: int


class OtherPage(NamedTuple):
    """A page that the document does not include."""

    url: str
    state: PageState
    reason: PageReason
    http_status: int
    redirected_to: str
    duplicate_of: int | None


class PageWithoutTurn(NamedTuple):
    """A page that the job ended before."""

    page_id: int
    url: str
    state: PageState
    reason: PageReason


class PageDetails(NamedTuple):
    """What a line of pages.jsonl says of a page, beside its Markdown."""

    page_id: int
    description: str
    language: str
    content_hash: str
    words: int
    tokens: int


class _IncludedPage(NamedTuple):
    page_id: int
    url: str
    title: str
    anchor: str
    result_id: UUID
    size: int


SQL = load("documents.sql", DocumentJob, OtherPage, PageDetails, PageWithoutTurn)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The job as one snapshot shows it. `history` names it and its last version, '' while it goes on."""

    job: DocumentJob
    history: str

    def etag_by(self, renderer: int) -> str:
        """The ETag of the document that this renderer makes; '' while the job goes on."""
        return f'"{self.history}-{renderer}"' if self.history else ""

    @property
    def ended(self) -> bool:
        """Whether the document is final."""
        return self.job.state.ended


async def read_job(connection: Connection, key: JobKey) -> Snapshot | None:
    """The job that a document is of; None when there is no such job of this user."""
    job = await SQL.find_job.one(connection, DocumentJob, **key._asdict())
    if job is None:
        return None
    if not job.state.ended:
        return Snapshot(job, "")
    epoch = await read_epoch(connection)
    return Snapshot(job, f"{epoch}-{key.job_id}-{job.version}")


async def read_plan(connection: Connection, key: JobKey, job: Snapshot) -> Plan:
    """The plan, in the snapshot that `connection` holds. An ended job's places are stored; else they are
    made here, from what is processed by now."""
    plan = Plan(await shared_titles(connection, key))
    plan.keeps_all = bool(await SQL.keeps_all.value(connection, bool, **key._asdict()))
    by_page = await (_read_stored if job.ended else _read_computed)(connection, key, plan)
    plan.no_turn = {count.reason: count.pages for count in job.job.reasons if count.reason in NO_TURN}
    given = {**key._asdict(), "ended": job.ended, "no_turn": list(NO_TURN)}
    async for row in SQL.read_others.stream(connection, OtherPage, PREFETCH, **given):
        _add_other(plan, by_page, row)
    plan.resolve()
    plan.left_out += await SQL.read_left_out.column(connection, str, **key._asdict(), limit=LEFT_OUT)
    if job.job.stale:
        plan.stale += await SQL.read_stale.all(connection, Stale, **key._asdict())
    plan.broken_lists += await SQL.read_broken_lists.all(connection, BrokenList, **key._asdict())
    return plan


def about(snapshot: Snapshot, pages: int) -> About:
    """What the document says of its job."""
    job = snapshot.job
    return About(
        title=job.title or host(job.url),
        source=job.url,
        generator=f"Docspasta {__version__}",
        complete=snapshot.ended,
        cancelled=job.state is JobState.CANCELLED,
        pages=pages,
        queued=job.queued,
        failed=sum(
            count.pages for count in job.reasons if count.state is PageState.FAILED or count.reason.wall
        ),
        stale=job.stale,
        limit_reached=job.limit_reached,
        not_admitted=job.not_admitted,
        refused={
            "pages": job.refused_pages,
            "depth": job.refused_depth,
            "user_pages": job.refused_user_pages,
        },
    )


def _add_other(plan: Plan, by_page: dict[int, int], row: OtherPage) -> None:
    if row.duplicate_of is not None and row.duplicate_of in by_page:
        plan.also(row.url, by_page[row.duplicate_of])
    elif row.reason is PageReason.REDIRECTED:
        plan.redirect(row.url, row.redirected_to)
    elif row.reason is PageReason.LEFT_OUT:
        plan.left_out.append(row.url)
    elif row.state is not PageState.PROCESSED:
        plan.missing.append(Missing(row.url, row.state, row.reason, row.http_status))


async def _read_stored(connection: Connection, key: JobKey, plan: Plan) -> dict[int, int]:
    by_page: dict[int, int] = {}
    async for row in SQL.read_placed.stream(connection, _IncludedPage, PREFETCH, **key._asdict()):
        by_page[row.page_id] = plan.add(_entry(row, row.anchor, plan))
    return by_page


async def _read_computed(connection: Connection, key: JobKey, plan: Plan) -> dict[int, int]:
    """Order, anchors and duplicates of what is processed by now, as the end would compute them."""
    stored = await SQL.read_processed.all(connection, _IncludedPage, **key._asdict())
    rows = {row.page_id: row for row in stored}
    order, no_such_page = await read_order(connection, key)
    by_page: dict[int, int] = {}
    for place in await asyncio.to_thread(lambda: list(find_places(order.finish(), no_such_page))):
        if place.is_missing:
            url = rows[place.page_id].url
            plan.missing.append(Missing(url, PageState.SKIPPED, PageReason.NOT_FOUND, 200))
        elif place.duplicate_of is None:
            by_page[place.page_id] = plan.add(_entry(rows[place.page_id], place.anchor, plan))
        else:
            plan.also(rows[place.page_id].url, by_page[place.duplicate_of])
    return by_page


def _entry(row: _IncludedPage, anchor: str, plan: Plan) -> Entry:
    own = row.title if row.title != plan.titles.common else named_by_address(row.url, row.title)
    title = plan.titles.without(" ".join(own.replace("\0", "").split()))
    return Entry(row.page_id, row.url, title, anchor, row.result_id, row.size)
