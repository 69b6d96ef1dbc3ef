"""Updates of a job as Server-Sent Events (WHATWG HTML, 9.2): bytes from protos. Pure; no I/O.

`id:` is the update's cursor: every row at or below it has then been written. Data is one line of compact
JSON with absolute values, so that an event may be applied twice; JSON escapes CR and LF, so no field can
be split.
"""

from __future__ import annotations

import json
from typing import Any

from docspasta.v1.jobs_pb2 import JobState, Reset, WatchJobResponse
from docspasta.v1.page_pb2 import PageState

from . import representations as shown

PAGE_EVENTS = {
    PageState.PAGE_STATE_PROCESSED: "url_processed",
    PageState.PAGE_STATE_FAILED: "url_failed",
    PageState.PAGE_STATE_SKIPPED: "url_skipped",
}
JOB_EVENTS = {
    JobState.JOB_STATE_COMPLETED: "job_completed",
    JobState.JOB_STATE_FAILED: "job_failed",
    JobState.JOB_STATE_CANCELLED: "job_cancelled",
}
COMMENT = b":\n\n"


def event_of(update: WatchJobResponse) -> bytes:
    """The event of an update, with an id when the update has a cursor."""
    match update.WhichOneof("update"):
        case "progress":
            return event("progress", shown.progress(update.progress), update.cursor)
        case "page":
            name = PAGE_EVENTS.get(update.page.state, "url_processed")
            return event(name, shown.page_event(update.page), update.cursor)
        case "finished":
            name = JOB_EVENTS.get(update.finished.progress.state, "job_completed")
            return event(name, shown.job(update.finished), update.cursor)
        case "reset":
            return reset(update.cursor, update.reset)
        case _:
            return b""


def event(name: str, data: Any, cursor: str = "") -> bytes:
    """One event; without a cursor it moves no client's Last-Event-ID."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    line = f"id: {cursor}\n" if cursor else ""
    return f"{line}event: {name}\ndata: {text}\n\n".encode()


def reset(cursor: str, row: Reset) -> bytes:
    """Tells a client to drop what it holds; the whole state follows."""
    return event(
        "reset", {"detail": row.detail or "The updates start anew; the whole state follows."}, cursor
    )


def heartbeat(cursor: str) -> bytes:
    """A sign of life: the last id again without data, which dispatches nothing; a comment before any id."""
    return f"id: {cursor}\n\n".encode() if cursor else COMMENT


def retry(milliseconds: int) -> bytes:
    """How long a client waits before it comes back."""
    return f"retry: {milliseconds}\n\n".encode()
