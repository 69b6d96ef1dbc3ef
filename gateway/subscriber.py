"""One browser's place in a job's updates: an integer, and a way to be roused. No buffer of its own."""

from __future__ import annotations

import asyncio
from enum import Enum

from .credentials import Credential


class End(Enum):
    """Why a stream ends before its job does."""

    GONE = "the client went away"
    RENEW = "passing trouble, or this process drains: come back"
    REFUSED = "the job or the credential is no longer there: coming back says so"


class Subscriber:
    """`version`: what has been written to this connection or was known before it, of which `generation`
    of the watched job's history. `written` is the loop's time of the last write."""

    __slots__ = (
        "beat_due",
        "confirmed",
        "credential",
        "end",
        "generation",
        "identified",
        "task",
        "version",
        "wake",
        "written",
    )

    def __init__(self, credential: Credential, version: int, generation: int = 0) -> None:
        self.credential = credential
        self.version, self.generation = version, generation
        self.identified = False  # an id has been written to this connection
        self.beat_due = False
        self.end: End | None = None
        self.task: asyncio.Task[object] = asyncio.current_task()  # type: ignore[assignment]
        self.confirmed = self.written = asyncio.get_running_loop().time()
        self.wake: asyncio.Future[None] | None = None  # there while the connection waits

    def rouse(self) -> None:
        """Let the waiting connection look again."""
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)

    def stop(self, end: End) -> None:
        """End the stream as soon as it looks; the first reason stays."""
        self.end = self.end or end
        self.rouse()

    def beat(self, before: float) -> None:
        """Ask for a heartbeat when nothing was written since `before` and nothing is being written."""
        if self.written <= before and self.wake is not None:
            self.beat_due = True
            self.rouse()
