"""Rows as the proto's messages: a job, its progress, a page. Pure; WatchJob and the unary calls say the same.

Rows are mappings with the columns of `crawling_jobs` and `crawled_pages`; a job's row also has `read_at`, the
database's time of reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from google.protobuf.json_format import ParseDict

from docspasta.domain import PageReason
from docspasta.proto_enums import page_reason_value
from docspasta.v1.jobs_pb2 import Job, JobLimit, JobSettings, JobState, Progress, ReasonCount
from docspasta.v1.page_pb2 import Page, PageState

Row = Mapping[str, Any]

JOB_COUNTS = ("discovered", "queued", "processed", "failed", "skipped", "discovering", "bytes_fetched")
JOB_SIZES = ("markdown_bytes", "words", "tokens", "not_admitted", "current_url")
PAGE_TEXTS = ("url", "title", "detail", "redirected_to", "language", "content_hash", "description", "anchor")
PAGE_NUMBERS = ("http_status", "depth", "markdown_bytes", "words", "tokens", "position")


def job_state(word: str) -> JobState.ValueType:
    """The JobState of a state's column."""
    return JobState.Value(f"JOB_STATE_{word.upper()}")


def state_word(state: JobState.ValueType) -> str:
    """The column's word of a JobState."""
    return JobState.Name(state).removeprefix("JOB_STATE_").lower()


def page_state(word: str) -> PageState.ValueType:
    """The PageState of a page's column."""
    return PageState.Value(f"PAGE_STATE_{word.upper()}")


def page_state_word(state: PageState.ValueType) -> str:
    """The column's word of a PageState."""
    return PageState.Name(state).removeprefix("PAGE_STATE_").lower()


def progress_of(row: Row) -> Progress:
    """A job's counts at its version."""
    return Progress(
        state=job_state(row["state"]),
        limit_reached=JobLimit.Value(f"JOB_LIMIT_{(row['limit_reached'] or 'unspecified').upper()}"),
        version=row["state_version"],
        **{name: row[name] for name in (*JOB_COUNTS, *JOB_SIZES)},
    )


def settings_of(row: Row) -> JobSettings:
    """What was asked for, with its defaults; without headers."""
    stored = row["settings"]
    return ParseDict(json.loads(stored) if isinstance(stored, str) else stored, JobSettings())


def job_of(row: Row, epoch: str, keep_seconds: float) -> Job:
    """A job. `keep_seconds` is how long an ended job is kept, 0 for ever."""
    job = Job(
        job_id=row["job_id"],
        settings=settings_of(row),
        progress=progress_of(row),
        error=row["error"],
        running_seconds=running_seconds(row),
        reasons=reasons_of(row),
        cursor=f"{epoch}-{row['state_version']}",
        document_bytes=row["document_bytes"],
        header_names=row["header_names"],
        title=row["title"],
    )
    finished = row["finished_at"]
    expires = finished + timedelta(seconds=keep_seconds) if finished and keep_seconds else None
    stamp(job.created_at, row["created_at"])
    stamp(job.started_at, row["started_at"])
    stamp(job.finished_at, finished)
    stamp(job.expires_at, expires)
    return job


def running_seconds(row: Row) -> float:
    """Running time up to the moment of reading; pauses do not count."""
    since = row["running_since"]
    now = (row["read_at"] - since).total_seconds() if since else 0.0
    return float(row["running_seconds"] + max(now, 0.0))


def reasons_of(row: Row) -> Iterator[ReasonCount]:
    """Failed and skipped pages by reason; the column is {"failed:http_status": 3}."""
    stored = row["reasons"]
    for name, pages in sorted((json.loads(stored) if isinstance(stored, str) else stored).items()):
        state, _, reason = name.partition(":")
        yield ReasonCount(state=page_state(state), reason=page_reason_value(PageReason(reason)), pages=pages)


def page_of(row: Row) -> Page:
    """A page of a job."""
    page = Page(
        page_id=str(row["page_id"]),
        state=page_state(row["state"]),
        reason=page_reason_value(PageReason(row["reason"])),
        version=row["state_version"],
        duplicate_of=str(row["duplicate_of"] or ""),
        **{name: row[name] for name in (*PAGE_TEXTS, *PAGE_NUMBERS)},
    )
    stamp(page.finished_at, row["finished_at"])
    return page


def stamp(field: Any, moment: datetime | None) -> None:
    """Set a Timestamp field; leave it unset for None."""
    if moment is not None:
        field.FromDatetime(moment)
