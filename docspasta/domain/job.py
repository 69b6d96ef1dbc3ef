"""A job: its key, its state, and everything that its user may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from .counts import Counts, ReasonCount
from .settings import JobSettings


class JobKey(NamedTuple):
    """A job of a user. Both parts stand in every key of the job's data."""

    user_id: str
    job_id: str


class JobState(StrEnum):
    """How a job stands. What has ended changes no more, unless its failed pages are tried again."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing of the job changes any more."""
        return self in _ENDED


_ENDED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})


class JobLimit(StrEnum):
    """Which limit cut a job short. NONE is the empty word."""

    NONE = ""
    PAGES = "pages"
    DEPTH = "depth"
    TIME = "time"
    BYTES = "bytes"
    USER_PAGES = "user_pages"  # the user's pages a day


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stood at `read_at`, the database's time. `version` counts its visible changes.

    `running_since` and `deadline_at` are set while it runs; `running_seconds` is the time of earlier
    stretches. `sealed_headers` are the request headers, sealed for this job; None once it has ended.
    """

    key: JobKey
    state: JobState
    version: int
    url: str
    settings: JobSettings
    header_names: tuple[str, ...]
    sealed_headers: bytes | None
    counts: Counts
    reasons: tuple[ReasonCount, ...]
    limit_reached: JobLimit
    current_url: str  # the page last recorded
    title: str  # of the start page, '' until it is known
    error: str  # why it failed, one sentence
    document_bytes: int  # set at the end
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    running_since: datetime | None
    running_seconds: float
    deadline_at: datetime | None
    retries: int  # how often an ended job was opened again to try what had failed
    takes_pushes: bool  # pages may be pushed to it
    source_id: str | None  # that it is a run of
    address_id: str | None  # what it takes unchanged pages from, when it is no run
    previous_job_id: (
        str | None
    )  # the job whose unchanged pages it takes: the source's current run when it began
    suspect: bool  # a run that would take away too many of its source's pages, and was not accepted
    kept: bool  # however old it is: a source's current run
    read_at: datetime

    @property
    def ended(self) -> bool:
        """Whether nothing of the job changes any more."""
        return self.state.ended

    @property
    def remembers(self) -> bool:
        """Whether it takes pages from earlier jobs that have not changed since."""
        return self.source_id is not None or self.address_id is not None

    def seconds_run(self) -> float:
        """Running time up to the moment of reading. Pauses do not count."""
        since = self.running_since
        now = (self.read_at - since).total_seconds() if since else 0.0
        return self.running_seconds + max(now, 0.0)

    def expires_at(self, keep_seconds: float) -> datetime | None:
        """When the job will be deleted. `keep_seconds` is how long an ended job is kept, 0 without end."""
        if self.finished_at is None or not keep_seconds or self.kept:
            return None
        return self.finished_at + timedelta(seconds=keep_seconds)

    def at_its_end(self, now: datetime) -> bool:
        """Whether a running job has nothing left to do, or no time."""
        if self.state is not JobState.RUNNING:
            return False
        left = self.counts.outstanding or self.takes_pushes
        return not left or (self.deadline_at is not None and self.deadline_at <= now)
