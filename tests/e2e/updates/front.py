"""What stands between a browser and a gateway: a reverse proxy that answers 502 while the gateway is away (or
is told to), once 429, and serves the page that follows a job.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

PAGE = (Path(__file__).parent / "follow.html").read_bytes()


class Front:
    """`answers`: statuses that the next requests for a stream get instead of being passed on."""

    def __init__(self, upstream: str, *, plain: bool) -> None:
        self.upstream, self.plain = upstream, plain
        self.refusing = False
        self.answers: list[int] = []
        self.told: Counter[int] = Counter()
        self.address = ""

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; one request each, for every answer closes it."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            if path.startswith(b"/follow"):
                await self._say(writer, b"200 OK", PAGE)
            elif self.answers:
                await self._refuse(writer, self.answers.pop(0))
            elif self.refusing:
                await self._refuse(writer, 502)
            else:
                await self._pass(head, reader, writer)
        writer.close()

    async def _refuse(self, writer: asyncio.StreamWriter, status: int) -> None:
        self.told[status] += 1
        await self._say(writer, b"%d Trouble" % status, b"")

    async def _say(self, writer: asyncio.StreamWriter, status: bytes, body: bytes) -> None:
        writer.write(b"HTTP/1.1 %b\r\nContent-Type: text/html\r\n" % status)
        writer.write(b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body))
        await writer.drain()

    async def _pass(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self.upstream.rpartition(":")
        try:
            up_reader, up_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            if not self.plain:
                await self._refuse(writer, 502)
            return  # plain: the connection just ends, as without a proxy
        up_writer.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        copying = [asyncio.create_task(copy(up_reader, writer)), asyncio.create_task(copy(reader, up_writer))]
        try:
            await asyncio.wait(copying, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in copying:
                task.cancel()
            up_writer.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes as they come."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@contextlib.asynccontextmanager
async def fronting(upstream: str, *, plain: bool) -> AsyncIterator[Front]:
    """A front on a free loopback port. `plain`: no proxy, what is away refuses the connection."""
    front = Front(upstream, plain=plain)
    server = await asyncio.start_server(front.connected, "127.0.0.1", 0)
    front.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield front
    finally:
        server.close()
