"""A documentation site of as many pages as a test wants, on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body>
<nav>{navigation}</nav><main><h1>{title}</h1><p>{text}</p><pre><code class="language-python">print({n})
</code></pre>{extra}</main></body></html>"""
TEXT = "This page says what a reader of documentation wants to know, in enough words to be kept. "


class Site:
    """`pages` pages that the start page's navigation names; `extra` is put into page 1."""

    def __init__(self, pages: int, missing: int = 0, extra: str = "") -> None:
        self.pages, self.missing, self.extra = pages, missing, extra
        self.origin = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        name = request.path.strip("/")
        number = int(name.removeprefix("page-").removesuffix(".html")) if name.startswith("page-") else 0
        if (name and not number) or number > self.pages:
            return web.Response(status=404, text="no such page")
        named = range(1, self.pages + self.missing + 1)
        body = PAGE.format(
            title=f"Page {number}" if number else "The manual",
            navigation="".join(f'<a href="/page-{n}.html">Page {n}</a> ' for n in named),
            text=TEXT,
            n=number,
            extra=self.extra if number == 1 else "",
        )
        return web.Response(text=body, content_type="text/html")


@contextmanager
def serving(site: Site, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve `site` while the block runs; its `origin` is set."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stopping: asyncio.Event = asyncio.Event()

    async def main() -> None:
        runner = web.ServerRunner(web.Server(site.answer))
        await runner.setup()
        await web.TCPSite(runner, host, 0).start()
        site.origin = f"http://{host}:{runner.addresses[0][1]}"
        ready.set()
        await stopping.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    ready.wait(10)
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        loop.close()
