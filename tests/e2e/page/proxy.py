"""A reverse proxy as people have it: answers 502 while what stands behind it is away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """Forwards each connection to the address that `upstream()` names just then."""

    def __init__(self, upstream: Callable[[], str]) -> None:
        self._upstream = upstream
        self.refused = 0
        self.origin = ""
        self._writers: set[asyncio.StreamWriter] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            host, port = self._upstream().removeprefix("http://").split(":")
            up_reader, up_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            await self._refuse(reader, writer)
            return
        self._writers.add(up_writer)
        await asyncio.gather(_copy(reader, up_writer), _copy(up_reader, writer))

    async def close(self) -> None:
        """Cut every connection and wait until they are gone."""
        for writer in self._writers:
            writer.transport.abort()
        closed = (writer.wait_closed() for writer in self._writers)
        await asyncio.gather(*closed, return_exceptions=True)

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.refused += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(BAD_GATEWAY)
            await writer.drain()
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@contextmanager
def proxying(upstream: Callable[[], str]) -> Iterator[Proxy]:
    """A proxy on a free loopback port while the block runs."""
    proxy, loop, ready = Proxy(upstream), asyncio.new_event_loop(), threading.Event()
    stopping = asyncio.Event()

    async def main() -> None:
        server = await asyncio.start_server(proxy.connected, "127.0.0.1", 0)
        proxy.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await stopping.wait()
        server.close()
        await proxy.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    ready.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        loop.close()
