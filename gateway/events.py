"""Updates of a job as Server-Sent Events (WHATWG HTML, 9.2): bytes from protos. Pure; no I/O.

`id:` is the update's cursor: every row at or below it has then been written. Data is one line of compact
JSON; JSON escapes CR and LF, so no field can be split.
"""

from __future__ import annotations

from docspasta.rest.base import Answer
from docspasta.rest.events import ResetEvent
from docspasta.rest.events import event_of as model_of
from docspasta.v1.jobs_pb2 import WatchJobResponse

COMMENT = b":\n\n"


def event_of(update: WatchJobResponse) -> bytes:
    """The event of an update, with an id when the update has a cursor; b'' for an unknown kind."""
    found = model_of(update)
    return event(*found, update.cursor) if found else b""


def event(name: str, data: Answer, cursor: str = "") -> bytes:
    """One event; without a cursor it moves no client's Last-Event-ID."""
    line = f"id: {cursor}\n" if cursor else ""
    return b"%sevent: %s\ndata: %s\n\n" % (line.encode(), name.encode(), data.to_json())


def reset(cursor: str) -> bytes:
    """Tells a client to drop what it holds; the whole state follows."""
    return event("reset", ResetEvent(), cursor)


def heartbeat(cursor: str) -> bytes:
    """A sign of life: the last id again without data, which dispatches nothing; a comment before any id."""
    return f"id: {cursor}\n\n".encode() if cursor else COMMENT


def retry(milliseconds: int) -> bytes:
    """How long a client waits before it comes back."""
    return f"retry: {milliseconds}\n\n".encode()
