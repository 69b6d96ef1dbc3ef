"""What the field's words mean, once: a job, its settings, state and counts, a page, a reason, a cursor.

Types and pure functions only. No I/O, and nothing of the other packages is imported. The store reads and
writes these types, the services answer with them, the gateway and the CLI say them to people.
"""

from .counts import Counts, ReasonCount
from .cursor import UNKNOWN, Cursor, parse_cursor
from .job import Job, JobKey, JobLimit, JobState
from .page import Page, PageKind, PageState
from .reason import PageReason
from .settings import JobSettings
from .source import Schedule, Source
from .validators import NO_VALIDATORS, Validators

__all__ = [
    "NO_VALIDATORS",
    "UNKNOWN",
    "Counts",
    "Cursor",
    "Job",
    "JobKey",
    "JobLimit",
    "JobSettings",
    "JobState",
    "Page",
    "PageKind",
    "PageReason",
    "PageState",
    "ReasonCount",
    "Schedule",
    "Source",
    "Validators",
    "parse_cursor",
]
