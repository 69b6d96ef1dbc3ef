"""A gateway that goes answers on open connections once more, and says that it was the last answer."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from gateway.server import HttpServer, build_server

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def started() -> tuple[HttpServer, asyncio.Task[None], int]:
    server = build_server(app, "127.0.0.1:0", "")
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while not server.started:
            await asyncio.sleep(0.01)
    return server, serving, server.servers[0].sockets[0].getsockname()[1]


async def test_the_last_answer_of_a_connection_closes_it() -> None:
    server, serving, port = await started()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for leaving in (False, True):
        if leaving:
            server.stop_accepting()
        writer.write(REQUEST)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        assert head.startswith(b"HTTP/1.1 200")
        assert (b"connection: close" in head) is leaving
        assert await reader.readexactly(2) == b"ok"
    await asyncio.wait_for(server.until_left(600), 30)
    writer.close()
    server.should_exit = True
    await asyncio.wait_for(serving, 30)


async def test_an_idle_connection_is_waited_for_no_longer_than_told() -> None:
    server, serving, port = await started()
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(30):
        while not server.server_state.connections:
            await asyncio.sleep(0.01)
    server.stop_accepting()
    began = time.monotonic()
    await server.until_left(0.1)
    assert 0.05 < time.monotonic() - began < 10
    writer.close()
    server.should_exit = True
    await asyncio.wait_for(serving, 30)
