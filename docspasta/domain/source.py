"""A source: documentation that a user crawls again and again. Each of its runs is a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .settings import JobSettings

OVERLAPS = ("skip", "queue", "replace")
MISSED = ("once", "skip")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a source is crawled by itself: by `cron` in `time_zone` ('' is UTC), or every so many seconds.

    One with neither is no schedule. `suspended`: it does not count for now. `overlap` says what a tick does
    while a run is under way. `missed` and `start_within_seconds` (0: no limit) say how late a tick may begin.
    """

    cron: str = ""
    time_zone: str = ""
    every_seconds: int = 0
    suspended: bool = False
    overlap: str = "skip"
    missed: str = "once"
    start_within_seconds: int = 0

    def __bool__(self) -> bool:
        return bool(self.cron or self.every_seconds)


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it stood when it was read.

    `current_job_id` is its newest completed run that is not suspect, `newest_job_id` the last that was begun,
    in `newest_state`; all '' before there is one. `suspect_job_id` is a later run than the current one that
    would take away more than `max_removed_percent` of its pages, and waits to be accepted. `keep` is how many
    runs are kept.
    """

    user_id: str
    source_id: str
    name: str
    settings: JobSettings
    keep: int
    max_removed_percent: int  # 0 to 100
    schedule: Schedule
    next_at: datetime | None  # when its schedule begins the next run
    skipped_at: datetime | None  # the last tick that began none
    skipped_because: str  # overlap, limit, refused or missed
    created_at: datetime
    current_job_id: str
    newest_job_id: str
    newest_state: str
    newest_created_at: datetime | None
    suspect_job_id: str
    failures: int  # how many of the newest runs failed, one after the other
    webhook_id: str  # of the source's own webhook, '' without one
