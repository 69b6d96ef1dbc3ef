"""A source: documentation that a user crawls again and again. Each of its runs is a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .settings import JobSettings


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it stood when it was read.

    `current_job_id` is its newest completed run, `newest_job_id` the last that was begun, in `newest_state`;
    all '' before there is one. `keep` is how many runs are kept.
    """

    user_id: str
    source_id: str
    name: str
    settings: JobSettings
    keep: int
    created_at: datetime
    current_job_id: str
    newest_job_id: str
    newest_state: str
    newest_created_at: datetime | None
