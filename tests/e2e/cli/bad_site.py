"""A site that does everything wrong, each under its own path."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import brotli
from aiohttp import web

PAGE = (
    "<html><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
)
BOMB = brotli.compress(bytes(64 * 2**20), quality=5)
WORDS = "Enough words to be worth a page of its own, which a reader may want to keep. "


def page(title: str, text: str = WORDS, encoding: str = "utf-8") -> web.Response:
    body = PAGE.format(title=title, text=text).encode(encoding)
    return web.Response(body=body, content_type="text/html", charset=encoding)


async def start(request: web.Request) -> web.Response:
    links = " ".join(f'<a href="/{name}">{name}</a>' for name in BAD)
    return page("Start", WORDS + links)


async def broken(request: web.Request) -> web.Response:
    return web.Response(status=500, text="no")


async def loop(request: web.Request) -> web.Response:
    raise web.HTTPFound("/loop")


async def for_ever(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"/for-ever/{int(request.match_info.get('n') or 0) + 1}")


async def endless(request: web.Request) -> web.StreamResponse:
    """10 GiB, if anybody reads so far."""
    answer = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": str(10 * 2**30)})
    await answer.prepare(request)
    try:
        for _ in range(10 * 2**10):
            await answer.write(b"<p>" + b"x" * (2**20 - 3))
    except (ConnectionError, asyncio.CancelledError):
        pass
    return answer


async def bomb(request: web.Request) -> web.Response:
    """64 MiB in some hundred bytes."""
    return coded(BOMB, "br")


async def torn(request: web.Request) -> web.Response:
    """A coded body that ends too early, although it is as long as it says."""
    return coded(gzip.compress(WORDS.encode())[:-9], "gzip")


def coded(body: bytes, coding: str) -> web.Response:
    return web.Response(body=body, content_type="text/html", headers={"Content-Encoding": coding})


async def pdf(request: web.Request) -> web.Response:
    return web.Response(body=b"%PDF-1.4\n%%EOF", content_type="application/pdf")


async def empty(request: web.Request) -> web.Response:
    return web.Response(body=b"", content_type="text/html")


async def latin(request: web.Request) -> web.Response:
    """Latin-1 that says it is UTF-8."""
    body = PAGE.format(title="Latin", text=WORDS + "Käsespätzle").encode("latin-1")
    return web.Response(body=body, headers={"Content-Type": "text/html; charset=utf-8"})


async def windows(request: web.Request) -> web.Response:
    return page("Windows", WORDS + "“Käse”", "windows-1252")


async def script(request: web.Request) -> web.Response:
    body = "<html><body><div id='root'></div><noscript>You need to enable JavaScript</noscript>"
    return web.Response(text=body + "<script src='/a.js'></script></body></html>", content_type="text/html")


async def robots(request: web.Request) -> web.Response:
    return web.Response(status=404)


BAD = {
    "broken": broken,
    "loop": loop,
    "for-ever": for_ever,
    "endless": endless,
    "bomb": bomb,
    "torn": torn,
    "paper": pdf,
    "empty": empty,
    "latin": latin,
    "windows": windows,
    "script": script,
}


@asynccontextmanager
async def bad_site() -> AsyncIterator[str]:
    """Serve it on loopback; gives the origin."""
    app = web.Application()
    app.router.add_get("/", start)
    app.router.add_get("/robots.txt", robots)
    app.router.add_get("/for-ever/{n}", for_ever)
    for name, handler in BAD.items():
        app.router.add_get(f"/{name}", handler)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
