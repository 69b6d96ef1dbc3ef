"""The one way out of a page: an HTTP proxy on loopback, for one page alone, that obeys the egress policy.

The browser resolves no name and opens no other connection (chromium.py). What comes here is judged by the
same policy as every fetch of the crawler, at the moment of connecting. The bounds are those of one page.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from docspasta import urls
from docspasta.egress.dial import dial
from docspasta.egress.names import NoAddress
from docspasta.egress.policy import ForbiddenTarget
from docspasta.egress.sessions import Egress

HEAD = 32 * 1024  # bytes of a request's head
CONNECTIONS = 24  # of a page at once
A_HOST = 6  # of a page at once to one host, as browsers have it
HEAD_SECONDS = 10.0
PIECE = 64 * 1024
_REQUEST = re.compile(rb"^([A-Z]{3,10}) (\S{1,8000}) HTTP/1\.[01]\r\n")
_NOT_SENT = re.compile(rb"(?im)^(?:proxy-[a-z-]+|connection|keep-alive):[^\r\n]*\r\n")
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
FAILED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class PageProxy:
    """The proxy of one page. `port` is on 127.0.0.1; `private_origin` is the one that its job may reach."""

    egress: Egress
    private_origin: str = ""
    most_bytes: int = 64 * 1024 * 1024
    port: int = 0
    bytes_fetched: int = 0
    refused: int = 0  # connections that the policy refused

    def __post_init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._named: set[str] = set()  # hosts that requests of the page were let through to
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_once = asyncio.Semaphore(CONNECTIONS)
        self._hosts: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[PageProxy]:
        """Listen while the block runs; then every connection is cut."""
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0, limit=HEAD)
        self.port = self._server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.cut()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def name(self, host: str) -> None:
        """A request of the page is let through to this host: others are not connected to."""
        self._named.add(host)

    def cut(self) -> None:
        """Cut every connection, and take none: what a page sends as it ends goes nowhere."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._answer(head, reader, writer)
        except (ForbiddenTarget, urls.BadUrl, ValueError):
            self.refused += 1
            writer.write(REFUSED)
        except (NoAddress, OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.write(FAILED)
        finally:
            with contextlib.suppress(OSError):
                writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request: a tunnel, or a plain request that is passed on. Raises what `dial` raises."""
        url, passed_on = asked(head)
        if urls.host(url) not in self._named:  # a request that the browser makes beside the page
            raise ValueError("no request of the page goes there")
        place = self._hosts.setdefault(urls.host(url), asyncio.Semaphore(A_HOST))
        async with self._at_once, place:
            far_reader, far_writer = await dial(self.egress, url, self.private_origin)
            try:
                if passed_on:
                    far_writer.write(passed_on)
                else:
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._both_ways(reader, writer, far_reader, far_writer)
            finally:
                far_writer.close()

    async def _both_ways(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        up = asyncio.ensure_future(self._copy(reader, far_writer, counted=False))
        try:
            await self._copy(far_reader, writer, counted=True)
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool
    ) -> None:
        """Until one side ends, or the page has fetched as much as it may."""
        while data := await reader.read(PIECE):
            if counted:
                self.bytes_fetched += len(data)
                if self.bytes_fetched > self.most_bytes:
                    return
            writer.write(data)
            await writer.drain()
        if not counted and writer.can_write_eof():
            writer.write_eof()


def asked(head: bytes) -> tuple[str, bytes]:
    """The canonical URL of the host that a request is for, and what is sent there: b'' for a tunnel. Raises
    ValueError, BadUrl."""
    found = _REQUEST.match(head)
    if found is None:
        raise ValueError("no request")
    method, target = found[1], found[2].decode("ascii")
    if method == b"CONNECT":
        name, _, port = target.rpartition(":")
        if not name or not port.isdigit():
            raise ValueError("no host and port")
        scheme = "http" if port == "80" else "https"
        return urls.canonical(f"{scheme}://{name}:{port}/"), b""
    if not target.startswith("http://"):
        raise ValueError("no http URL")
    url = urls.canonical(target)
    path = target[len("http://") :]
    path = "/" + path.partition("/")[2] if "/" in path else "/"
    rest = _NOT_SENT.sub(b"", head[found.end() :])
    return urls.origin(
        url
    ) + "/", method + b" " + path.encode() + b" HTTP/1.1\r\nConnection: close\r\n" + rest
