"""A small web on loopback addresses, with an access log: hosts that behave, and hosts that do not.

Each Site listens on its own 127.0.0.x and a free port. `log` holds every request with its monotonic start
and end; `open_now` and `most_open` count requests under way. Handlers are plain aiohttp.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_addresses = itertools.count(10)


@dataclass
class Request:
    """One line of the access log."""

    method: str
    target: str
    started: float
    headers: dict[str, str]
    ended: float = 0.0


@dataclass
class Site:
    """One host. `pages` maps a path (with query) to HTML; `handlers` to whatever else a path does."""

    address: str = ""
    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    handlers: dict[str, Handler] = field(default_factory=dict)
    robots: str | None = None
    seconds: float = 0.0  # how long a page takes
    log: list[Request] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0

    @property
    def origin(self) -> str:
        return f"http://{self.address}:{self.port}"

    def url(self, target: str = "/") -> str:
        return self.origin + target

    def targets(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.target for request in self.log]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        line = Request(request.method, request.path_qs, time.monotonic(), dict(request.headers))
        self.log.append(line)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            return await self._respond(request)
        finally:
            self.open_now -= 1
            line.ended = time.monotonic()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        if handler := self.handlers.get(request.path_qs) or self.handlers.get(request.path):
            return await handler(request)
        if request.path == "/robots.txt" and self.robots is not None:
            return web.Response(text=self.robots)
        if self.seconds:
            await asyncio.sleep(self.seconds)
        page = self.pages.get(request.path_qs)
        if page is None:
            return web.Response(status=404, text="not here")
        return web.Response(text=page, content_type="text/html")


def page(title: str, *links: str) -> str:
    """A page of documentation with links."""
    items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    words = "This page says what there is to say about it, in a few plain words."
    return f"<!doctype html><title>{title}</title><main><h1>{title}</h1><p>{words}</p><ul>{items}</ul></main>"


@asynccontextmanager
async def serving(*sites: Site) -> AsyncIterator[None]:
    """The sites, answering, until the block ends."""
    runners = []
    try:
        for site in sites:
            site.address = site.address or f"127.0.0.{next(_addresses) % 240 + 10}"
            # What it is given is a Request: no other factory is set.
            handler: Any = site.answer
            server = web.Server(handler, access_log=None, handler_cancellation=True)
            runner = web.ServerRunner(server, shutdown_timeout=0.1)
            await runner.setup()
            runners.append(runner)
            tcp = web.TCPSite(runner, site.address, site.port)
            await tcp.start()
            site.port = runner.addresses[0][1]
        yield
    finally:
        for runner in runners:
            await runner.cleanup()


def redirect(location: str, status: int = 302) -> Handler:
    """A handler that redirects."""

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": location})

    return handler


def status(code: int, **headers: str) -> Handler:
    """A handler that answers with a status; `retry_after="3"` becomes `Retry-After: 3`."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=named, text="<html><body>trouble</body></html>")

    return handler


def raw(body: bytes, **headers: str) -> Handler:
    """A handler that answers 200 with a body as it is."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Type": "text/html", **named})

    return handler


def streamed(pieces: Callable[[], AsyncIterator[bytes]], **headers: str) -> Handler:
    """A handler that sends pieces as they come, chunked."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html", **named})
        await response.prepare(request)
        async for piece in pieces():
            await response.write(piece)
        await response.write_eof()
        return response

    return handler
