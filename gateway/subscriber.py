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
    of the watched job's history."""

    __slots__ = (
        "_heartbeat",
        "_loop",
        "_wake",
        "_written",
        "confirmed",
        "credential",
        "end",
        "generation",
        "identified",
        "task",
        "version",
    )

    def __init__(self, credential: Credential, version: int, generation: int = 0) -> None:
        self.credential = credential
        self.version, self.generation = version, generation
        self.identified = False  # an id has been written to this connection
        self.end: End | None = None
        self.task: asyncio.Task[object] = asyncio.current_task()  # type: ignore[assignment]
        self._loop = asyncio.get_running_loop()
        self.confirmed = self._written = self._loop.time()
        self._wake: asyncio.Future[None] | None = None
        self._heartbeat: asyncio.TimerHandle | None = None

    def wrote(self) -> None:
        """Note that bytes were just written, so that no heartbeat is due."""
        self._written = self._loop.time()

    def rouse(self) -> None:
        """Let the waiting connection look again."""
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def stop(self, end: End) -> None:
        """End the stream as soon as it looks; the first reason stays."""
        self.end = self.end or end
        self.rouse()

    async def roused(self, heartbeat: float) -> bool:
        """Wait until roused; False when `heartbeat` seconds have passed since the last write.

        The timer is set once and follows later writes only when it fires: an event costs no timer.
        """
        if self.end is not None:
            return True
        self._wake = self._loop.create_future()
        if self._heartbeat is None:
            self._heartbeat = self._loop.call_at(self._written + heartbeat, self._beat, heartbeat)
        try:
            await self._wake
        finally:
            self._wake = None
        return self._loop.time() - self._written < heartbeat

    def _beat(self, heartbeat: float) -> None:
        self._heartbeat = None
        due = self._written + heartbeat
        if self._loop.time() < due - 0.01:
            self._heartbeat = self._loop.call_at(due, self._beat, heartbeat)
        else:
            self._written = min(self._written, self._loop.time() - heartbeat)
            self.rouse()

    def close(self) -> None:
        """Let go of the timer."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            self._heartbeat = None
