"""One browser's place in a job's updates: an integer, and a way to write to it. No buffer of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from enum import Enum
from typing import Any

from .credentials import Credential

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


class End(Enum):
    """Why a stream ends before its job does."""

    GONE = "the client went away"
    RENEW = "passing trouble: come back"
    DRAIN = "this process ends: come back to another, which serves already"
    REFUSED = "the job or the credential is no longer there: coming back says so"


class Subscriber:
    """`version`: what has been written to this connection or was known before it, of which `generation`
    of the watched job's history. `written` is the loop's time of the last write."""

    __slots__ = (
        "confirmed",
        "credential",
        "end",
        "generation",
        "heartbeat_due",
        "identified",
        "pending_write",
        "send",
        "task",
        "version",
        "wake",
        "written",
    )

    def __init__(self, credential: Credential, send: Send, version: int, generation: int = 0) -> None:
        self.credential, self.send = credential, send
        self.version, self.generation = version, generation
        self.identified = False  # an id has been written to this connection
        self.heartbeat_due = False
        self.end: End | None = None
        self.task: asyncio.Task[object] = asyncio.current_task()  # type: ignore[assignment]
        self.confirmed = self.written = asyncio.get_running_loop().time()
        self.wake: asyncio.Future[None] | None = None  # there while the connection waits
        self.pending_write: PendingWrite | None = None  # a write that the connection has to finish

    def wake_up(self) -> None:
        """Let the waiting connection look again."""
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)

    def push(self, message: Message, version: int, now: float) -> bool:
        """Write at once to a connection that waits, without waking it; False when it must look itself.

        uvicorn's `send` waits only when the client does not read. So its first step is taken here, for
        hundreds of clients in a row. If it waits, the connection's own task goes on with it.
        """
        if self.wake is None or self.wake.done() or self.end is not None:
            return False
        writing = self.send(message)
        try:
            waits_for = writing.send(None)  # type: ignore[attr-defined]  # a coroutine's
        except StopIteration:
            pass
        else:
            self.pending_write = PendingWrite(writing, waits_for)
            self.wake_up()
        self.version, self.written, self.identified = version, now, True
        return True

    def stop(self, end: End) -> None:
        """End the stream as soon as it looks; the first reason stays."""
        self.end = self.end or end
        self.wake_up()

    def beat(self, before: float) -> None:
        """Ask for a heartbeat when nothing was written since `before` and nothing is being written."""
        if self.written <= before and self.wake is not None:
            self.heartbeat_due = True
            self.wake_up()


class PendingWrite:
    """Awaits the rest of a coroutine whose first step has been taken, and which waits for a future."""

    __slots__ = ("_coroutine", "_waits_for")

    def __init__(self, coroutine: Any, waits_for: Any) -> None:
        self._coroutine, self._waits_for = coroutine, waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        while True:
            try:
                sent = yield self._waits_for
            except BaseException as error:
                step, argument = self._coroutine.throw, error
            else:
                step, argument = self._coroutine.send, sent
            try:
                self._waits_for = step(argument)
            except StopIteration:
                return
