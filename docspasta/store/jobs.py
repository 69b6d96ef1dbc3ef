"""A user's jobs: the statements of jobs.sql, each under its own name, on a connection of `Pool.transaction`.

What a step means, and what Redis is told of it, is the jobs service's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from docspasta.domain import Job, JobKey, JobSettings, JobState, PageKind
from docspasta.start import lists_pages
from docspasta.urls import url_key

from .connection import Connection
from .results import QueuedPage
from .rows import columns_of
from .statements import load


class JobVersion(NamedTuple):
    """Where a job stands: its state and version."""

    job_id: str
    state: JobState
    version: int


class EarlierJob(NamedTuple):
    """The job that an earlier request with the same idempotency key made, and the hash of its body."""

    job: Job
    idempotency_hash: bytes


class OpenJobs(NamedTuple):
    """How many of a user's jobs have not ended, and how many of them run."""

    open: int
    running: int


class Place(NamedTuple):
    """A job that runs, or waits for its turn to run."""

    job_id: str
    state: JobState


class Part(NamedTuple):
    """How much of a list one answer holds: rows, and bytes of settings, which the last row may go over."""

    limit: int
    bytes: int


class ListedJob(NamedTuple):
    """A job of a part of a list, and whether the list goes on after it."""

    job: Job
    more_follow: bool


class _FirstPage(NamedTuple):
    url: str
    url_key: str
    kind: PageKind


SQL = load("jobs.sql", EarlierJob, Job, JobVersion, ListedJob, Place, QueuedPage)


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be written. `settings` are admitted ones, `sealed_headers` theirs ('' for none)."""

    job_id: str
    settings: JobSettings
    header_names: tuple[str, ...] = ()
    sealed_headers: str = ""
    idempotency_key: str = ""
    idempotency_hash: bytes = b""
    day_page_limit: int = 0  # 0: none
    running_limit: int = 4
    runs: bool = True  # at once, or queued until there is a place
    source_id: str = ""  # that it is a run of
    address_id: str = ""  # what it takes unchanged pages from, when it is no run
    previous_job_id: str = ""

    def within(self, bytes_left: int, *, runs: bool) -> NewJob:
        """The same job, running at once or queued, with no more bytes than are left (0: no limit)."""
        return replace(self, runs=runs, settings=self.settings.at_most_bytes(bytes_left))


def first_pages(settings: JobSettings) -> list[_FirstPage]:
    """A new job's rows: the start page alone, the pages that were asked for, or the list of pages that the
    job was started with; none when its pages are pushed.

    robots.txt and llms.txt are found with the first real page, which decides the scope that their URLs
    are judged by; a start page that redirects to another host is followed before any site is asked.
    """
    if settings.push:
        return []
    if settings.urls:
        return [_FirstPage(url, url_key(url), PageKind.PAGE) for url in settings.urls]
    if lists_pages(settings.url):
        kind = PageKind.LLMS if settings.url.lower().endswith("llms.txt") else PageKind.SITEMAP
        return [_FirstPage(settings.url, url_key(f"{kind} {settings.url}"), kind)]
    return [_FirstPage(settings.url, url_key(settings.url), PageKind.PAGE)]


async def try_idempotency_key(connection: Connection, user_id: str, key: str) -> bool:
    """Hold a key until the transaction's end; False: the same request is in progress."""
    return bool(await SQL.try_idempotency_key.value(connection, bool, user_id=user_id, key=key))


async def job_of_idempotency_key(connection: Connection, user_id: str, key: str) -> EarlierJob | None:
    """The job that a request with the same key made within 24 h."""
    await SQL.forget_idempotency_key.execute(connection, user_id=user_id, key=key)
    return await SQL.job_of_idempotency_key.one(connection, EarlierJob, user_id=user_id, key=key)


async def lock_places(connection: Connection, user_id: str) -> None:
    """Be the only one to give out the user's places for running jobs, until the transaction's end."""
    await SQL.lock_places.execute(connection, user_id=user_id)


async def open_jobs(connection: Connection, user_id: str) -> OpenJobs:
    """How many of the user's jobs have not ended, and how many of them run."""
    return await SQL.open_jobs.one(connection, OpenJobs, user_id=user_id) or OpenJobs(0, 0)


async def places(connection: Connection, user_id: str) -> list[Place]:
    """The user's jobs that run or wait for their turn, in the order in which they start."""
    return await SQL.places.all(connection, Place, user_id=user_id)


async def insert_job(connection: Connection, user_id: str, new: NewJob) -> tuple[Job, list[QueuedPage]]:
    """Write a job and its first rows of pages; both as they were written."""
    settings, pages = new.settings, first_pages(new.settings)
    job = await SQL.insert_job.one(
        connection,
        Job,
        user_id=user_id,
        job_id=new.job_id,
        runs=new.runs,
        url=settings.url,
        settings=settings.to_json(),
        header_names=list(new.header_names),
        sealed_headers=new.sealed_headers.encode() or None,
        idempotency_key=new.idempotency_key or None,
        idempotency_hash=new.idempotency_hash if new.idempotency_key else None,
        keep_raw=settings.keep_raw,
        page_limit=settings.max_pages,
        depth_limit=settings.max_depth,
        byte_limit=settings.max_bytes,
        day_page_limit=new.day_page_limit or None,
        seconds_limit=float(settings.max_seconds or 0),
        running_limit=new.running_limit,
        takes_pushes=settings.push,
        source_id=new.source_id or None,
        address_id=new.address_id or None,
        previous_job_id=new.previous_job_id or None,
        pages=sum(page.kind is PageKind.PAGE for page in pages),
        discovering=sum(page.kind is not PageKind.PAGE for page in pages),
    )
    assert job is not None  # INSERT ... RETURNING
    if not pages:
        return job, []
    rows = await SQL.insert_first_pages.all(
        connection, QueuedPage, user_id=user_id, job_id=new.job_id, **columns_of(pages, _FirstPage)
    )
    return job, sorted(rows)


async def job(connection: Connection, key: JobKey) -> Job | None:
    """One job of the user's, as it stands."""
    return await SQL.job.one(connection, Job, user_id=key.user_id, job_id=key.job_id)


async def jobs(
    connection: Connection,
    user_id: str,
    part: Part,
    states: Sequence[JobState],
    after: tuple[datetime, str] | None,
) -> list[ListedJob]:
    """A part of the user's jobs, newest first, after (created_at, job_id); of all states for none."""
    time, job_id = after or (None, "")
    return await SQL.jobs.all(
        connection,
        ListedJob,
        user_id=user_id,
        states=list(states),
        after_time=time,
        after_job=job_id,
        **part._asdict(),
    )


async def lock_job(connection: Connection, key: JobKey) -> Job | None:
    """Take the job's row for writing."""
    return await SQL.lock_job.one(connection, Job, user_id=key.user_id, job_id=key.job_id)


async def pause_job(connection: Connection, key: JobKey) -> Job | None:
    """The paused job; None when it neither ran nor waited for its turn."""
    return await SQL.pause_job.one(connection, Job, user_id=key.user_id, job_id=key.job_id)


async def queue_job(connection: Connection, key: JobKey) -> Job | None:
    """The paused job, waiting for a place; None when it was not paused."""
    return await SQL.queue_job.one(connection, Job, user_id=key.user_id, job_id=key.job_id)


async def run_job(connection: Connection, key: JobKey) -> Job | None:
    """The job, running; None when it was neither queued nor paused."""
    return await SQL.run_job.one(connection, Job, user_id=key.user_id, job_id=key.job_id)


async def start_next_job(connection: Connection, user_id: str) -> Job | None:
    """The user's oldest queued job, running now; None when none waits or there is no place.

    In a transaction of its own, which locks the user's places and no job but that one.
    """
    await lock_places(connection, user_id)
    return await SQL.start_next_job.one(connection, Job, user_id=user_id)


async def queued_pages(connection: Connection, key: JobKey, after: int, limit: int) -> list[QueuedPage]:
    """Some of a job's queued rows, after a page id: what the frontier ought to hold."""
    return await SQL.queued_pages.all(
        connection, QueuedPage, user_id=key.user_id, job_id=key.job_id, after=after, limit=limit
    )


async def still_queued(connection: Connection, key: JobKey, page_ids: Sequence[int]) -> set[int]:
    """Which of these rows are still queued, in a job that runs or is paused."""
    found = await SQL.still_queued.column(
        connection, int, user_id=key.user_id, job_id=key.job_id, page_ids=list(page_ids)
    )
    return set(found)


async def see_deleted(connection: Connection) -> None:
    """See deleted jobs too, until the transaction's end."""
    await SQL.see_deleted.execute(connection)


async def delete_job(connection: Connection, key: JobKey) -> None:
    """Hide an ended job from everybody; `docspasta.store.maintenance` takes its rows away."""
    await see_deleted(connection)
    await SQL.delete_job.execute(connection, user_id=key.user_id, job_id=key.job_id)


async def job_versions(connection: Connection, user_id: str, job_ids: Sequence[str]) -> list[JobVersion]:
    """Where those of the jobs stand that are the user's."""
    return await SQL.job_versions.all(connection, JobVersion, user_id=user_id, job_ids=list(job_ids))
