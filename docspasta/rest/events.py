"""The updates of a job as events: a name, and an object of absolute values that may be applied twice.

Server-Sent Events carry them, and so do the lines of the command line's `--json`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, NonNegativeInt

from docspasta.domain import JobState, PageReason, PageState
from docspasta.v1.jobs_pb2 import WatchJobResponse
from docspasta.v1.page_pb2 import Page as PageRow

from .base import Answer
from .jobs import Job, Progress
from .words import PAGE_STATES, Reason, reason_of

RESET = "The updates start over; the whole state follows."
JOB_EVENTS = {
    JobState.COMPLETED: "job_completed",
    JobState.FAILED: "job_failed",
    JobState.CANCELLED: "job_cancelled",
}


class PageEvent(Answer):
    """What a list of pages shows. `position` and `duplicateOf` are known once the job has ended: no page is
    told again for them, the list of pages has them then."""

    page_id: str
    url: str
    depth: NonNegativeInt
    title: str | None
    http_status: int | None
    position: int | None
    duplicate_of: str | None


class ProcessedEvent(PageEvent):
    """A page that became Markdown."""

    state: Literal[PageState.PROCESSED] = PageState.PROCESSED
    words: NonNegativeInt
    tokens: NonNegativeInt
    markdown_bytes: NonNegativeInt


class FailedEvent(PageEvent):
    """A page that could not be had."""

    state: Literal[PageState.FAILED] = PageState.FAILED
    reason: Reason
    detail: str | None
    redirected_to: str | None


class SkippedEvent(PageEvent):
    """A page that is left out."""

    state: Literal[PageState.SKIPPED] = PageState.SKIPPED
    reason: Reason
    detail: str | None
    redirected_to: str | None


class ResetEvent(Answer):
    """Drop what you hold; the whole state follows."""

    detail: str = Field(RESET)


EVENTS: dict[str, type[Answer]] = {
    "progress": Progress,
    "url_processed": ProcessedEvent,
    "url_failed": FailedEvent,
    "url_skipped": SkippedEvent,
    "job_completed": Job,
    "job_failed": Job,
    "job_cancelled": Job,
    "reset": ResetEvent,
}


def event_of(update: WatchJobResponse) -> tuple[str, Answer] | None:
    """An update's event; None for an update of a kind that this version does not know."""
    match update.WhichOneof("update"):
        case "progress":
            return "progress", Progress.of_progress(update.progress)
        case "page":
            return page_event(update.page)
        case "finished":
            job = Job.of(update.finished)
            return JOB_EVENTS.get(job.state, "job_completed"), job
        case "reset":
            return "reset", ResetEvent(detail=update.reset.detail or RESET)
        case _:
            return None


def page_event(row: PageRow) -> tuple[str, PageEvent]:
    """The event of a page that has its result."""
    state = PAGE_STATES.get(row.state, PageState.PROCESSED)
    if state in (PageState.FAILED, PageState.SKIPPED):
        kind = FailedEvent if state is PageState.FAILED else SkippedEvent
        return f"url_{state.value}", kind(
            page_id=row.page_id,
            url=row.url,
            depth=row.depth,
            title=row.title or None,
            http_status=row.http_status or None,
            position=row.position or None,
            duplicate_of=row.duplicate_of or None,
            reason=reason_of(row.reason) or PageReason.INTERNAL,
            detail=row.detail or None,
            redirected_to=row.redirected_to or None,
        )
    return "url_processed", ProcessedEvent(
        page_id=row.page_id,
        url=row.url,
        depth=row.depth,
        title=row.title or None,
        http_status=row.http_status or None,
        position=row.position or None,
        duplicate_of=row.duplicate_of or None,
        words=row.words,
        tokens=row.tokens,
        markdown_bytes=row.markdown_bytes,
    )
