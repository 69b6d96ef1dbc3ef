"""HTTP/1.1 by uvicorn, with what it lacks: bounds on a request's head, time limits against slow senders,
and a SIGTERM that ends thousands of streams in good order and exits 0.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from docspasta.telemetry.logs import logger

from .connection import EXTENSION, SILENT, Flow, Gone, Pipelined
from .problems import Problem, problem_body

log = logger("serving")
MAX_URL = 8 * 1024
MAX_HEAD = 32 * 1024
HEAD_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 75
BACKLOG = 4096
LOOK = 0.02  # seconds between two looks whether connections are left
MAX_MESSAGE = 4 * 1024  # bytes that a client may send over a WebSocket at once; nothing that it says counts
UNSENT_BYTES = 32 * 1024

REFUSALS = {
    408: (
        "Request Timeout",
        f"The head did not arrive within {HEAD_SECONDS:g} s; send it at once.",
    ),
    414: ("URI Too Long", f"The address is longer than {MAX_URL} bytes; shorten its query."),
    431: ("Request Header Fields Too Large", f"The headers are larger than {MAX_HEAD} bytes; send fewer."),
}


class BoundedProtocol(HttpToolsProtocol):
    """httptools with a bound and a time limit on each request's head (slow loris), and little memory of an
    event stream."""

    _head_bytes = 0  # received since the head began
    _parsed_bytes = 0  # of the head's lines
    _head_timer: asyncio.TimerHandle | None = None
    _gone: Gone | None = None  # told that the client of an event stream is away

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = Flow(transport)  # type: ignore[assignment]
        self.pipeline = Pipelined()  # type: ignore[assignment]
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)
        if self._gone is not None:
            self._gone()

    def data_received(self, data: bytes) -> None:
        if self.parser is None:
            self.parser = self._new_parser()
        if self._head_timer is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_timer is not None and self._head_bytes > MAX_HEAD:
            self._refuse(431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._parsed_bytes = 0
        if self._head_timer is None:
            self._begin_head()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_URL:
            self._refuse(414)
            raise ValueError("the URL is too long")  # ends the parsing
        self._parsed_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Counted here too: a head that arrives in one piece is complete before data_received looks."""
        super().on_header(name, value)
        self._parsed_bytes += len(name) + len(value) + 4
        if self._parsed_bytes > MAX_HEAD:
            self._refuse(431)
            raise ValueError("the head is too long")

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()
        begin: Any = partial(self._begin_stream, self.cycle)
        self.scope["extensions"] = {EXTENSION: begin}

    def on_response_complete(self) -> None:
        self._gone = None
        super().on_response_complete()

    def _begin_stream(self, cycle: Any, gone: Gone) -> bool:
        """See connection.py. The request's own parser goes: what comes now is another request's."""
        if cycle is not self.cycle or cycle.more_body or cycle.disconnected:
            return False
        cycle.message_event = SILENT  # type: ignore[assignment]
        self._gone = gone
        self.parser = None  # type: ignore[assignment]  # as uvicorn does at the end of a connection
        return True

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _new_parser(self) -> httptools.HttpRequestParser:
        """As uvicorn makes it."""
        parser = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def _begin_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._refuse, 408)

    def _end_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, status: int) -> None:
        self._end_head()
        if not self.transport.is_closing():
            self.transport.write(refusal(status))
            self.transport.close()


def refusal(status: int) -> bytes:
    """The whole answer to a head that is not read to its end: a problem like any other."""
    words, detail = REFUSALS[status]
    problem = Problem(status, words.lower().replace(" ", "-"), detail)
    body = json.dumps(problem_body(problem, "")).encode()
    head = f"HTTP/1.1 {status} {words}\r\nconnection: close\r\ncontent-length: {len(body)}\r\n"
    return f"{head}content-type: application/problem+json\r\ncache-control: no-store\r\n\r\n".encode() + body


class HttpServer(uvicorn.Server):
    """A uvicorn server whose SIGTERM is ours to handle."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn would raise the signal again at the end, and the exit status would not be 0."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, with little room in the kernel for what a slow client has not been sent yet (its
        connections inherit the option): what it missed is read again, newer, when it reads."""
        await super().startup(sockets)
        option: int | None = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # Linux and macOS
        if option is not None:
            for listener in (listener for server in self.servers for listener in server.sockets):
                listener.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)
        log.info("listening", address=f"{self.config.host}:{self.config.port}")

    def stop_accepting(self) -> None:
        """Close the listening sockets. Open connections live on, and their next answer says that it is the
        last: a client must not send another request over a connection that is about to be closed."""
        for server in self.servers:
            server.close()
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]

    async def until_left(self, seconds: float) -> None:
        """Wait until every connection is closed, by its client or after a last answer; `seconds` at most."""
        for _ in range(int(seconds / LOOK)):
            if not self.server_state.connections:
                return
            await asyncio.sleep(LOOK)


def build_server(app: Any, listen: str, trusted_proxies: str, *, websockets: bool = False) -> HttpServer:
    """A server for `host:port`. X-Forwarded-For is believed of `trusted_proxies` (networks, by comma)."""
    host, _, port = listen.rpartition(":")
    config = uvicorn.Config(
        app,
        host=host.strip("[]") or "127.0.0.1",
        port=int(port),
        http=BoundedProtocol,
        ws="websockets-sansio" if websockets else "none",
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,
        loop="uvloop",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies or None,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=2,
    )
    return HttpServer(config)
