"""The DevTools protocol over a pipe: commands with their answers, and events. No TCP port is opened.

A message is JSON and ends with a NUL. The protocol: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

LONGEST = 32 * 1024 * 1024  # bytes of one message; what is asked for comes in pieces that are shorter
Listener = Callable[[str, dict[str, Any]], None]


class Gone(Exception):
    """The browser ended, or says nothing that can be read."""


class Refused(Exception):
    """The browser refused a command."""


class Pipe:
    """Speaks to one browser. `listen` gives the events of a session to a function."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listeners: dict[str, Listener] = {}
        self._number = 0
        self.ended = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    def listen(self, session: str, listener: Listener | None) -> None:
        """Give the events of a session ('' for the browser's own) to `listener`; None ends that."""
        if listener is None:
            self._listeners.pop(session, None)
        else:
            self._listeners[session] = listener

    async def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """The answer to a command. Raises Gone, Refused."""
        return await self.send(method, session, **params)

    def send(self, method: str, session: str = "", **params: Any) -> asyncio.Future[dict[str, Any]]:
        """Send a command; its answer is in the future. Raises Gone."""
        if self.ended.is_set():
            raise Gone("the browser has ended")
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        waiting.add_done_callback(_seen)
        self._waiting[self._number] = waiting
        self._writer.write(json.dumps(message).encode() + b"\0")
        return waiting

    async def _read(self) -> None:
        try:
            while True:
                self._take(json.loads((await self._reader.readuntil(b"\0"))[:-1]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
            pass
        finally:
            self.ended.set()
            waiting, self._waiting = list(self._waiting.values()), {}
            for one in waiting:
                if not one.done():
                    one.set_exception(Gone("the browser has ended"))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" not in message:
            listener = self._listeners.get(message.get("sessionId", ""))
            if listener is not None:
                listener(message.get("method", ""), message.get("params", {}))
            return
        waiting = self._waiting.pop(message["id"], None)
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(Refused(str(message["error"].get("message", ""))[:200]))
        else:
            waiting.set_result(message.get("result", {}))

    async def close(self) -> None:
        """Stop reading and close both ends."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._writer.close()


def _seen(waiting: asyncio.Future[dict[str, Any]]) -> None:
    """An answer that nobody waits for is no error of the loop's."""
    if not waiting.cancelled():
        waiting.exception()
