"""What an open event stream does not need of its connection: thousands of them wait at once, and each part of
a few hundred bytes counts.

uvicorn's connection has a parser, a queue of requests, and events with queues of waiters, whether or not any
is used: 6 KiB of an idle stream's 14 (`python -m bench.streams --only memory`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .asgi import Scope

EXTENSION = "docspasta.stream"
Gone = Callable[[], None]
KEPT = ("type", "method")  # of a request, what its answer needs to the end


class Pipelined(list[Any]):
    """Requests that came before the answer to the one before, as a deque has them. It is nearly always
    empty."""

    __slots__ = ()

    def appendleft(self, item: Any) -> None:
        """Add one that is taken after all others."""
        self.insert(0, item)


class Flow:
    """Whether a connection reads and may be written to, in place of uvicorn's `FlowControl`."""

    __slots__ = ("_transport", "_waiting", "read_paused", "write_paused")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._waiting: asyncio.Future[None] | None = None  # there while somebody waits
        self.read_paused = self.write_paused = False

    async def drain(self) -> None:
        """Wait until it may be written to."""
        if self.write_paused:
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiting)  # one who is cancelled leaves the others waiting

    def pause_reading(self) -> None:
        if not self.read_paused:
            self.read_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self._transport.resume_reading()

    def pause_writing(self) -> None:
        self.write_paused = True

    def resume_writing(self) -> None:
        self.write_paused = False
        if self._waiting is not None:
            self._waiting.set_result(None)
            self._waiting = None


class Silent:
    """In place of the event of a request whose body nobody waits for."""

    __slots__ = ()

    def set(self) -> None:
        """Nobody hears it."""


SILENT = Silent()


def begin_stream(scope: Scope, gone: Gone) -> bool:
    """Let the connection of a request go on with what an event stream needs, and call `gone` once its client
    is away. False from a server that has no such connection, and for a request that is not read to its end:
    then whoever answers has to listen for `http.disconnect`. Nothing but `KEPT` is in `scope` afterwards."""
    begin = (scope.get("extensions") or {}).get(EXTENSION)
    if begin is None or not begin(gone):
        return False
    kept = {name: scope[name] for name in KEPT}
    scope.clear()
    scope.update(kept)
    return True
