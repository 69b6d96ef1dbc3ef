"""A user's jobs: the statements of jobs.sql, each under its own name, on a connection of `Pool.transaction`.

What a step means, and what Redis is told of it, is the jobs service's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from google.protobuf.json_format import MessageToDict

from docspasta.domain import PageKind
from docspasta.queues.messages import JobCrawl
from docspasta.urls import origin, url_key
from docspasta.v1.jobs_pb2 import JobSettings

from .statements import load

SQL = load("jobs.sql")
Row = Any


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be written. `settings` are admitted ones, `sealed_headers` theirs ('' for none)."""

    job_id: str
    settings: JobSettings
    sealed_headers: str = ""
    idempotency_key: str = ""
    idempotency_hash: bytes = b""
    day_page_limit: int = 0  # 0: none
    running_limit: int = 4
    runs: bool = True  # at once, or queued until there is a place

    def within(self, bytes_left: int, *, runs: bool) -> NewJob:
        """The same job, running at once or queued, with no more bytes than are left (0: no limit)."""
        settings = JobSettings()
        settings.CopyFrom(self.settings)
        if bytes_left:
            settings.max_bytes = min(settings.max_bytes or bytes_left, bytes_left)
        return replace(self, runs=runs, settings=settings)


def stored_settings(settings: JobSettings) -> str:
    """Settings as the column holds them: the proto's JSON with its own field names, without headers."""
    fields = MessageToDict(settings, preserving_proto_field_name=True)
    fields.pop("headers", None)
    return json.dumps(fields, separators=(",", ":"))


def first_pages(settings: JobSettings) -> list[tuple[str, str, PageKind]]:
    """(URL, key, kind) of a new job's rows: the start page alone.

    robots.txt and llms.txt are found with the first real page, which decides the scope that their URLs
    are judged by; a start page that redirects to another host is followed before any site is asked.
    """
    return [(settings.url, url_key(settings.url), PageKind.PAGE)]


def crawl_of(row: Row) -> JobCrawl:
    """How a job's row wants its hosts treated: what the frontier is told when it is opened.

    A delay of 0 that was asked for is told as a millisecond, for 0 stands for the operator's default there.
    """
    asked = json.loads(row["settings"])
    sealed = row["sealed_headers"]
    return JobCrawl(
        delay=max(float(asked["delay"]), 0.001) if "delay" in asked else 0.0,
        concurrency=int(asked.get("concurrency", 0)),
        respect_robots=bool(asked.get("respect_robots", True)),
        start_origin=origin(row["url"]),
        headers=bytes(sealed).decode() if sealed else "",
        private_origin=str(asked.get("private_origin", "")),
        keep_raw=row["keep_raw"],
    )


async def try_idempotency_key(connection: Any, user_id: str, key: str) -> bool:
    """Hold a key until the transaction's end; False: the same request is in progress."""
    return bool(await connection.fetchval(SQL.try_idempotency_key, user_id, key))


async def job_of_idempotency_key(connection: Any, user_id: str, key: str) -> Row | None:
    """The job that a request with the same key made within 24 h."""
    await connection.execute(SQL.forget_idempotency_key, user_id, key)
    return await connection.fetchrow(SQL.job_of_idempotency_key, user_id, key)


async def lock_places(connection: Any, user_id: str) -> None:
    """Be the only one to give out the user's places for running jobs, until the transaction's end."""
    await connection.execute(SQL.lock_places, user_id)


async def open_jobs(connection: Any, user_id: str) -> tuple[int, int]:
    """How many of the user's jobs have not ended, and how many of them run."""
    row = await connection.fetchrow(SQL.open_jobs, user_id)
    return row["open"], row["running"]


async def insert_job(connection: Any, user_id: str, new: NewJob) -> tuple[Row, list[Row]]:
    """Write a job and its first rows of pages; both as they were written."""
    settings, pages = new.settings, first_pages(new.settings)
    job = await connection.fetchrow(
        SQL.insert_job,
        user_id,
        new.job_id,
        new.runs,
        settings.url,
        stored_settings(settings),
        [header.name for header in settings.headers],
        new.sealed_headers.encode() or None,
        new.idempotency_key or None,
        new.idempotency_hash if new.idempotency_key else None,
        settings.keep_raw,
        settings.max_pages,
        settings.max_depth if settings.HasField("max_depth") else None,
        settings.max_bytes if settings.HasField("max_bytes") else None,
        new.day_page_limit or None,
        float(settings.max_seconds),
        new.running_limit,
        len(pages) - 1,
    )
    urls, keys, kinds = zip(*pages, strict=True)
    rows = await connection.fetch(SQL.insert_first_pages, user_id, new.job_id, urls, keys, kinds)
    return job, sorted(rows, key=lambda row: int(row["page_id"]))


async def job(connection: Any, user_id: str, job_id: str) -> Row | None:
    """One job of the user's, as it stands."""
    return await connection.fetchrow(SQL.job, user_id, job_id)


async def jobs(
    connection: Any, user_id: str, limit: int, states: Sequence[str], after: tuple[datetime, str] | None
) -> list[Row]:
    """A page of the user's jobs, newest first, after (created_at, job_id)."""
    created, job_id = after or (None, "")
    return list(await connection.fetch(SQL.jobs, user_id, limit, list(states), created, job_id))


async def lock_job(connection: Any, user_id: str, job_id: str) -> Row | None:
    """Take the job's row for writing."""
    return await connection.fetchrow(SQL.lock_job, user_id, job_id)


async def pause_job(connection: Any, user_id: str, job_id: str) -> Row | None:
    """The paused job; None when it neither ran nor waited for its turn."""
    return await connection.fetchrow(SQL.pause_job, user_id, job_id)


async def queue_job(connection: Any, user_id: str, job_id: str) -> Row | None:
    """The paused job, waiting for a place; None when it was not paused."""
    return await connection.fetchrow(SQL.queue_job, user_id, job_id)


async def run_job(connection: Any, user_id: str, job_id: str) -> Row | None:
    """The job, running; None when it was neither queued nor paused."""
    return await connection.fetchrow(SQL.run_job, user_id, job_id)


async def start_next_job(connection: Any, user_id: str) -> Row | None:
    """The user's oldest queued job, running now; None when none waits or there is no place.

    In a transaction of its own, which locks the user's places and no job but that one.
    """
    await lock_places(connection, user_id)
    return await connection.fetchrow(SQL.start_next_job, user_id)


async def queued_pages(connection: Any, user_id: str, job_id: str, after: int, limit: int) -> list[Row]:
    """Some of a job's queued rows, after a page id: what the frontier ought to hold."""
    return list(await connection.fetch(SQL.queued_pages, user_id, job_id, after, limit))


async def still_queued(connection: Any, user_id: str, job_id: str, page_ids: Sequence[int]) -> set[int]:
    """Which of these rows are still queued, in a job that runs or is paused."""
    rows = await connection.fetch(SQL.still_queued, user_id, job_id, list(page_ids))
    return {row["page_id"] for row in rows}


async def delete_job(connection: Any, user_id: str, job_id: str) -> None:
    """Hide an ended job from everybody; `docspasta.store.maintenance` takes its rows away."""
    await connection.execute(SQL.see_deleted)
    await connection.execute(SQL.delete_job, user_id, job_id)


async def where_jobs_stand(connection: Any, user_id: str, job_ids: Sequence[str]) -> list[Row]:
    """(job_id, state, state_version) of those of the jobs that are the user's."""
    return list(await connection.fetch(SQL.where_jobs_stand, user_id, list(job_ids)))
