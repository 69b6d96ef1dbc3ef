"""A job's row, taken for writing: its counts while a transaction changes them, and the versions it hands out.

Order of locks: chunks first (before any lock), then the job's row, then pages by id, then the user's day.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from docspasta.domain import JobKey, JobLimit, JobState, PageReason, PageState, ReasonCount
from docspasta.telemetry import metrics

from .connection import Connection
from .results import QueuedPage
from .statements import load


class LockedRow(NamedTuple):
    """The columns of a job that a transaction reads under its lock."""

    state: JobState
    version: int
    url: str
    title: str
    scoped: bool
    page_limit: int
    depth_limit: int | None
    byte_limit: int | None
    day_page_limit: int | None
    discovered: int
    queued: int
    processed: int
    failed: int
    skipped: int
    redirected: int
    discovering: int
    refused_pages: int
    refused_depth: int
    refused_user_pages: int
    reasons: tuple[ReasonCount, ...]
    limit_reached: JobLimit
    bytes_fetched: int
    markdown_bytes: int
    words: int
    tokens: int
    unchanged: int
    contradicted: int
    stale: int
    current_url: str
    running_since: datetime | None
    running_seconds: float
    deadline_at: datetime | None
    tells_pages: bool  # an endpoint wants to be told of its pages
    pushed: bool  # its pages are pushed
    takes_pushes: bool


SQL = load("record.sql", LockedRow, QueuedPage)
REFUSING = ("pages", "depth", "user_pages")  # limits that keep links out, each with a count of its own


@dataclass(frozen=True, slots=True)
class End:
    """How a job ends: its state, the reason of what is still queued, and the limit that was reached."""

    state: JobState
    reason: PageReason = PageReason.NONE
    limit: JobLimit = JobLimit.NONE


@dataclass(slots=True)
class LockedJob:
    """The locked row. `base` is the version before this transaction, `version` the newest handed out."""

    key: JobKey
    base: int
    version: int
    state: JobState
    url: str
    title: str
    scoped: bool
    page_limit: int
    depth_limit: int | None
    byte_limit: int | None
    day_page_limit: int | None
    discovered: int
    queued: int
    processed: int
    failed: int
    skipped: int
    redirected: int
    discovering: int
    refused: Counter[str]  # by limit: pages, depth, user_pages
    reasons: Counter[tuple[PageState, PageReason]]
    limit_reached: JobLimit
    bytes_fetched: int
    markdown_bytes: int
    words: int
    tokens: int
    unchanged: int
    contradicted: int
    stale: int
    current_url: str
    running_since: datetime | None
    running_seconds: float
    deadline_at: datetime | None
    tells_pages: bool
    pushed: bool
    takes_pushes: bool
    recorded: int = 0  # pages that this transaction recorded
    detail: str = ""  # what the page that it recorded last says of its failure
    list_detail: str = ""  # the same of a sitemap or an llms.txt
    scope: str | None = None  # to be set, JSON
    error: str = ""
    document_bytes: int = 0
    finished_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state.ended

    def take_version(self) -> int:
        """The next version, for one changed page or, last of all, for the job."""
        self.version += 1
        return self.version

    def due_end(self, now: datetime) -> End | None:
        """How this job has to end now, or None while it goes on. Only a running job ends by itself."""
        if self.state is not JobState.RUNNING:
            return None
        if self.queued == 0 and self.discovering == 0 and not self.takes_pushes:
            return End(JobState.COMPLETED)
        if self.byte_limit is not None and self.bytes_fetched >= self.byte_limit:
            return End(JobState.COMPLETED, PageReason.BYTES_LIMIT, JobLimit.BYTES)
        if self.deadline_at is not None and now >= self.deadline_at:
            return End(JobState.COMPLETED, PageReason.DEADLINE, JobLimit.TIME)
        return None

    def note_limit(self) -> None:
        """Say which limit keeps links out now; the one that a person would raise first goes first."""
        limits = (
            limit for limit in (JobLimit.USER_PAGES, JobLimit.PAGES, JobLimit.DEPTH) if self.refused[limit]
        )
        self.limit_reached = next(limits, JobLimit.NONE)

    def finish(self, end: End, now: datetime) -> None:
        """Set what the end sets in the job's row. What was queued is skipped."""
        if self.queued:
            self.reasons[PageState.SKIPPED, end.reason] += self.queued
        self.skipped += self.queued
        self.queued = self.discovering = 0
        self.takes_pushes = False
        self.state, self.finished_at = end.state, now
        self.limit_reached = end.limit or self.limit_reached
        if self.running_since is not None:
            self.running_seconds += max((now - self.running_since).total_seconds(), 0.0)
        self.running_since = self.deadline_at = None
        if end.state is JobState.COMPLETED and self.processed == 0:
            self.state, self.error = JobState.FAILED, self.why_failed()

    def take_back(self, pages: int) -> None:
        """Count processed pages as skipped that turned out to be the site's answer for missing ones."""
        if pages:
            self.processed -= pages
            self.skipped += pages
            self.reasons[PageState.SKIPPED, PageReason.NOT_FOUND] += pages

    def why_failed(self) -> str:
        """A sentence with the commonest reason, the first in the alphabet among equals; and what its page
        says more of it when it is the only one."""
        if not self.reasons:
            more = f" ({self.list_detail})" if self.list_detail else ""
            return f"No page was processed: none was found.{more}"
        if self.redirected == self.discovered:
            return f"No page was processed. {self.url} redirects in a circle."
        if self.discovered - self.redirected == 1 and self.detail:
            (_, reason), _ = min(self.reasons.items(), key=lambda item: (item[0][1] == "redirected", item[0]))
            return f"No page was processed. {reason.sentence.removesuffix('.')}: {self.detail.rstrip('.')}."
        (_, reason), pages = min(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        share = f" ({pages} of {self.discovered} pages)" if self.discovered > 1 else ""
        return f"No page was processed. {reason.sentence}{share}"

    def reasons_text(self) -> str:
        """The counts by reason as the column has them."""
        return json.dumps(
            {f"{state}:{reason}": pages for (state, reason), pages in self.reasons.items() if pages}
        )

    def written(self) -> dict[str, Any]:
        """The columns that `write_job` writes, under the version that is the job's alone."""
        return {
            "state": self.state,
            "version": self.take_version(),
            "title": self.title,
            "scope": self.scope,
            "discovered": self.discovered,
            "queued": self.queued,
            "processed": self.processed,
            "failed": self.failed,
            "skipped": self.skipped,
            "redirected": self.redirected,
            "discovering": self.discovering,
            **{f"refused_{limit}": self.refused[limit] for limit in REFUSING},
            "limit_reached": self.limit_reached,
            "reasons": self.reasons_text(),
            "bytes_fetched": self.bytes_fetched,
            "markdown_bytes": self.markdown_bytes,
            "words": self.words,
            "tokens": self.tokens,
            "unchanged": self.unchanged,
            "contradicted": self.contradicted,
            "stale": self.stale,
            "current_url": self.current_url,
            "error": self.error,
            "document_bytes": self.document_bytes,
            "finished_at": self.finished_at,
            "running_since": self.running_since,
            "running_seconds": self.running_seconds,
            "deadline_at": self.deadline_at,
            "takes_pushes": self.takes_pushes,
        }


async def lock_job(connection: Connection, key: JobKey) -> LockedJob | None:
    """Take the job's row to the end of the transaction; None when there is no such job of this user."""
    with metrics.version_lock.time():
        row = await SQL.lock_job.one(connection, LockedRow, **key._asdict())
    if row is None:
        return None
    values = row._asdict()
    refused = {limit: values.pop(f"refused_{limit}") for limit in REFUSING}
    reasons = {(count.state, count.reason): count.pages for count in values.pop("reasons")}
    return LockedJob(key=key, base=row.version, refused=Counter(refused), reasons=Counter(reasons), **values)


async def write_job(connection: Connection, job: LockedJob) -> None:
    """Write the row under the version that is the job's alone."""
    await SQL.write_job.execute(connection, **job.key._asdict(), **job.written())
