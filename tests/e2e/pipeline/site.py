"""A documentation site on loopback, served by the test itself, with an access log of its own."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate

from aiohttp import web

SENT_BACK = {"ETag", "Last-Modified"}
TYPES = {"xml": "application/xml", "md": "text/markdown", "js": "text/javascript", "json": "application/json"}


@dataclass
class Site:
    """`pages` is path -> body. `log` holds (monotonic time, path) of every request's start."""

    pages: dict[str, str]
    latency: float = 0.0  # seconds that every answer takes
    origin: str = ""
    log: list[tuple[float, str]] = field(default_factory=list)
    held: asyncio.Event | None = None  # when set to an event, answers wait for it
    coding: web.ContentCoding | None = None  # how answers are coded
    validated: str = (
        ""  # whether its answers name their version: etag, weak, date, or each (another each time)
    )
    failing: dict[str, int] = field(default_factory=dict)  # by path, the status that is answered for now
    lying: bool = False  # it calls unchanged whatever it is asked about
    unchanged: int = 0  # answers without a body
    seconds: dict[str, int] = field(default_factory=dict)  # by path and body, its Last-Modified

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.log.append((time.monotonic(), request.path))
        await asyncio.sleep(self.latency)
        if self.held is not None:
            await self.held.wait()
        if request.path in self.failing:
            return web.Response(
                status=self.failing[request.path], text="<h1>Trouble</h1>", content_type="text/html"
            )
        body = self.pages.get(request.path)
        if body is None:
            return web.Response(status=404, text="<h1>Not found</h1>", content_type="text/html")
        kind = TYPES.get(request.path.rpartition(".")[2], "text/html")
        answer = web.Response(text=body.replace("ORIGIN", self.origin), content_type=kind)
        answer.headers.update(self._validators(request.path, body))
        if self._is_asked_for(request, answer):
            self.unchanged += 1
            return web.Response(
                status=304, headers={name: answer.headers[name] for name in SENT_BACK & {*answer.headers}}
            )
        if self.coding:
            answer.enable_compression(self.coding)
        return answer

    def _validators(self, path: str, body: str) -> dict[str, str]:
        tag = f'"{zlib.crc32(body.encode())}"'
        changed = self.seconds.setdefault(path + body, len(self.seconds))
        return {
            "": {},
            "etag": {"ETag": tag, "Last-Modified": formatdate(changed, usegmt=True)},
            "weak": {"ETag": f"W/{tag}"},
            "date": {"Last-Modified": formatdate(changed, usegmt=True)},
            "each": {"ETag": f'"{len(self.log)}"'},
        }[self.validated]

    def _is_asked_for(self, request: web.BaseRequest, answer: web.Response) -> bool:
        tag, date = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        same = tag == answer.headers.get("ETag") if tag else date == answer.headers.get("Last-Modified")
        return bool(tag or date) and (self.lying or same)

    def fetches(self) -> Counter[str]:
        """How often each page was asked for; robots.txt and the like left out."""
        return Counter(path for _, path in self.log if path in self.pages and path != "/sitemap.xml")

    def spans(self, starts: int) -> list[float]:
        """Seconds from each request's start to that of the one `starts` later."""
        times = [moment for moment, _ in self.log]
        return [after - before for before, after in zip(times, times[starts:], strict=False)]


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[Site]:
    """Serve on a free port of 127.0.0.1 while the block runs."""
    runner = web.ServerRunner(web.Server(site.answer))
    await runner.setup()
    try:
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        site.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield site
    finally:
        if site.held is not None:
            site.held.set()
        await runner.cleanup()


def spelled(title: str) -> str:
    """A word that this title's page alone has: pages that differ in numbers alone are taken for endless."""
    return "".join(chr(ord("a") + int(sign)) if sign.isdigit() else "z" for sign in title)


def page(title: str, links: Mapping[str, str]) -> str:
    """One page: a heading, some text, links by path and text."""
    listed = "".join(f'<li><a href="{path}">{text}</a></li>' for path, text in links.items())
    return (
        f"<!doctype html><html lang=en><title>{title}</title><main><h1>{title}</h1>"
        f"<p>This page speaks of {title}, and of {spelled(title)} in the whole world.</p>"
        f"<ul>{listed}</ul></main>"
    )


def tree(pages: int, fan: int = 4) -> dict[str, str]:
    """A site of `pages` pages, each linking to its `fan` children: the start page is `/`."""
    paths = ["/", *(f"/page-{n}.html" for n in range(1, pages))]
    bodies = {}
    for n, path in enumerate(paths):
        children = range(n * fan + 1, min(n * fan + fan + 1, pages))
        bodies[path] = page(f"Page {n}", {paths[child]: f"Page {child}" for child in children})
    return bodies


def listed(pages: int) -> dict[str, str]:
    """A start page without links, and a sitemap that lists it and `pages` others."""
    paths = [f"/page-{n}.html" for n in range(pages)]
    entries = "".join(f"<url><loc>ORIGIN{path}</loc></url>" for path in paths)
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    bodies = {path: page(f"Page {n}", {}) for n, path in enumerate(paths)}
    return {"/": page("Start", {}), "/sitemap.xml": sitemap, **bodies}
