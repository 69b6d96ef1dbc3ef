"""A job's row, taken for writing: its counts while a transaction changes them, and the versions it hands out.

Order of locks: chunks first (before any lock), then the job's row, then pages by id, then the user's day.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docspasta.domain import JobKey, JobState, PageReason
from docspasta.telemetry import metrics

from .statements import load

SQL = load("record.sql")


@dataclass(frozen=True, slots=True)
class End:
    """How a job ends: its state, the reason of what is still queued, and the limit that was reached."""

    state: str
    reason: str = ""
    limit: str = ""


@dataclass(slots=True)
class LockedJob:
    """The locked row. `base` is the version before this transaction, `version` the newest handed out."""

    key: JobKey
    base: int
    version: int
    state: str
    url: str
    title: str
    scoped: bool
    page_limit: int
    depth_limit: int | None
    byte_limit: int | None
    day_page_limit: int | None
    seconds_limit: float
    discovered: int
    queued: int
    processed: int
    failed: int
    skipped: int
    redirected: int
    discovering: int
    refused: Counter[str]  # by limit: pages, depth, user_pages
    reasons: Counter[str]  # "failed:http_status": 3
    limit_reached: str
    bytes_fetched: int
    markdown_bytes: int
    words: int
    tokens: int
    current_url: str
    running_since: datetime | None
    running_seconds: float
    deadline_at: datetime | None
    recorded: int = 0  # pages that this transaction recorded
    scope: str | None = None  # to be set, JSON
    error: str = ""
    document_bytes: int = 0
    finished_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return JobState(self.state).ended

    def take_version(self) -> int:
        """The next version, for one changed page or, last of all, for the job."""
        self.version += 1
        return self.version

    def due_end(self, now: datetime) -> End | None:
        """How this job has to end now, or None while it goes on. Only a running job ends by itself."""
        if self.state != "running":
            return None
        if self.queued == 0 and self.discovering == 0:
            return End("completed")
        if self.byte_limit is not None and self.bytes_fetched >= self.byte_limit:
            return End("completed", "bytes_limit", "bytes")
        if self.deadline_at is not None and now >= self.deadline_at:
            return End("completed", "deadline", "time")
        return None

    def note_limit(self) -> None:
        """Say which limit keeps links out now; the one that a person would raise first goes first."""
        limits = (name for name in ("user_pages", "pages", "depth") if self.refused[name])
        self.limit_reached = next(limits, "")

    def finish(self, end: End, now: datetime) -> None:
        """Set what the end sets in the job's row. What was queued is skipped."""
        if self.queued:
            self.reasons[f"skipped:{end.reason}"] += self.queued
        self.skipped += self.queued
        self.queued = self.discovering = 0
        self.state, self.finished_at = end.state, now
        self.limit_reached = end.limit or self.limit_reached
        if self.running_since is not None:
            self.running_seconds += max((now - self.running_since).total_seconds(), 0.0)
        self.running_since = self.deadline_at = None
        if end.state == "completed" and self.processed == 0:
            self.state, self.error = "failed", self.why_failed()

    def why_failed(self) -> str:
        """A sentence with the commonest reason, the first in the alphabet among equals."""
        if not self.reasons:
            return "No page was processed: none was found."
        commonest, pages = min(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        sentence = PageReason(commonest.partition(":")[2]).sentence
        return f"No page was processed. {sentence} ({pages} of {self.discovered} pages)"


async def lock_job(connection: Any, key: JobKey) -> LockedJob | None:
    """Take the job's row to the end of the transaction; None when there is no such job of this user."""
    with metrics.version_lock.time():
        row = await connection.fetchrow(SQL.lock_job, key.user_id, key.job_id)
    if row is None:
        return None
    values = dict(row)
    version = values.pop("state_version")
    refused = {name: values.pop(f"refused_{name}") for name in ("pages", "depth", "user_pages")}
    reasons = json.loads(values.pop("reasons"))
    return LockedJob(
        key=key, base=version, version=version, refused=Counter(refused), reasons=Counter(reasons), **values
    )


async def write_job(connection: Any, job: LockedJob) -> None:
    """Write the row under the version that is the job's alone."""
    version = job.take_version()
    await connection.execute(
        SQL.write_job,
        job.key.user_id,
        job.key.job_id,
        job.state,
        version,
        job.title,
        job.scope,
        job.discovered,
        job.queued,
        job.processed,
        job.failed,
        job.skipped,
        job.redirected,
        job.discovering,
        job.refused["pages"],
        job.refused["depth"],
        job.refused["user_pages"],
        job.limit_reached,
        json.dumps({name: pages for name, pages in job.reasons.items() if pages}),
        job.bytes_fetched,
        job.markdown_bytes,
        job.words,
        job.tokens,
        job.current_url,
        job.error,
        job.document_bytes,
        job.finished_at,
        job.running_since,
        job.running_seconds,
        job.deadline_at,
    )
