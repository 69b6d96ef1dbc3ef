"""The reference: the same server, and for each client nothing but `await event; await send(bytes)`.

`python -m bench.raw_asgi HOST:PORT raw|streaming`; each line on stdin is an event (JSON text) for everybody.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from typing import Any

import uvloop
from starlette.responses import StreamingResponse

from gateway.server import build_server

HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]


class Shared:
    """The newest event, and who waits for it."""

    def __init__(self) -> None:
        self.data, self.next = b"retry: 1000\n\n", asyncio.Event()

    def publish(self, data: bytes) -> None:
        self.data = data
        self.next.set()
        self.next = asyncio.Event()


def raw(shared: Shared) -> Any:
    """The bare loop."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": shared.data, "more_body": True})
        while True:
            await shared.next.wait()
            await send({"type": "http.response.body", "body": shared.data, "more_body": True})

    return app


def streaming(shared: Shared) -> Any:
    """Starlette's StreamingResponse over a generator."""

    async def events() -> AsyncIterator[bytes]:
        yield shared.data
        while True:
            await shared.next.wait()
            yield shared.data

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await StreamingResponse(events(), media_type="text/event-stream")(scope, receive, send)

    return app


async def main(listen: str, kind: str) -> None:
    """Serve until stdin ends."""
    shared = Shared()
    app = raw(shared) if kind == "raw" else streaming(shared)
    server = build_server(app, listen, "")
    serving = asyncio.create_task(server.serve())
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    while line := await reader.readline():
        shared.publish(line.rstrip(b"\n").replace(b"\\n", b"\n"))
    server.should_exit = True
    for task in list(server.server_state.tasks):
        task.cancel()
    await asyncio.wait([serving])


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2]))
