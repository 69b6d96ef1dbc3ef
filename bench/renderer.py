"""python -m bench.renderer: what drawing a page costs, and whether memory stays; loopback only.

    python -m bench.renderer --pages 2000     ours alone: CPU a page, pages a minute, memory by tenth
    python -m bench.renderer --playwright     beside Playwright with the same Chromium and blocking

and first what `auto` costs a page that needs no browser, as a share of its conversion.

CPU is user+sys of this process, which serves the site, too, and of all below it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psutil
from aiohttp import web

from docspasta.chromium import find
from docspasta.content import read_page
from docspasta.domain import JobKey, JobSettings, PageKind
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.v1.renderer_pb2 import RenderPageRequest
from services.processor.alternates import Searches
from services.processor.job_view import JobView
from services.renderer.browser import Browser, Browsers, Program
from services.renderer.service import RendererServicer

AT_ONCE = 2
REFUSED = {"image", "media", "font"}
WORDS = "It opens when the spring is warm, as many know. " * 40
SHELL = '<!doctype html><title>T</title><div id="root"></div><script type="module" src="/app.js"></script>'
SCRIPT = """
const answer = await fetch('/data.json'), data = await answer.json();
document.getElementById('root').innerHTML = '<main><h1>Valve</h1>' +
  data.map(text => `<section><h2>Part</h2><p>${text}</p><img src="/x.png"></section>`).join('') + '</main>';
"""
FILES = {"/app.js": (SCRIPT, "text/javascript"), "/data.json": (json.dumps([WORDS] * 20), "application/json")}


@asynccontextmanager
async def site() -> AsyncIterator[str]:
    """The origin of a site whose pages are all one shell."""

    async def answer(request: web.BaseRequest) -> web.Response:
        text, kind = FILES.get(request.path, (SHELL, "text/html"))
        return web.Response(
            text=text.replace("'", '"') if not kind else text, content_type=kind or "application/json"
        )

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Used:
    """What the processes below this one use: private bytes now, and CPU-seconds of all that were seen."""

    def __init__(self) -> None:
        self._cpu: dict[int, float] = {}

    def look(self) -> int:
        """Private bytes now."""
        found = 0
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                times, held = process.cpu_times(), process.memory_info()
                self._cpu[process.pid] = times.user + times.system
                found += held.rss - held.shared
        return found

    def cpu(self) -> float:
        """CPU-seconds so far, this process's included."""
        own = psutil.Process().cpu_times()
        return own.user + own.system + sum(self._cpu.values())


USED = Used()


async def measured(pages: int, draw: Callable[[int], Awaitable[int]]) -> tuple[list[int], float]:
    """Draw so many, AT_ONCE at a time: the most memory in each tenth, and seconds."""
    numbers, most = iter(range(pages)), [0] * 10
    begun = time.monotonic()

    async def worker() -> None:
        for number in numbers:
            length = await draw(number)
            assert length > len(WORDS) * 20, f"page {number} was not drawn: {length} characters"
            tenth = number * 10 // pages
            most[tenth] = max(most[tenth], USED.look())

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())
    return most, time.monotonic() - begun


async def ours(pages: int) -> tuple[list[int], float]:
    """By services/renderer."""
    egress = Egress(EgressSettings())
    browsers = Browsers(lambda: Browser.start(Program(find(), "Docspasta", sandbox=False)))
    servicer = RendererServicer(browsers, egress)

    async def draw(number: int) -> int:
        request = RenderPageRequest(url=f"{origin}/page-{number}", private_origin=origin)
        parts = servicer.RenderPage(request, None)  # type: ignore[arg-type]
        return sum([len(part.chunk) async for part in parts])

    try:
        async with site() as origin:
            return await measured(pages, draw)
    finally:
        await browsers.close()
        await egress.close()


async def by_playwright(pages: int) -> tuple[list[int], float]:
    """By Playwright: a context a page, the same requests refused, until the network is idle."""
    from playwright.async_api import Route, async_playwright

    async def judge(route: Route) -> None:
        await (route.abort() if route.request.resource_type in REFUSED else route.continue_())

    async with async_playwright() as playwright, site() as origin:
        browser = await playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])

        async def draw(number: int) -> int:
            context = await browser.new_context(service_workers="block", accept_downloads=False)
            try:
                page = await context.new_page()
                await page.route("**/*", judge)
                await page.goto(f"{origin}/page-{number}", wait_until="networkidle")
                return len(await page.content())
            finally:
                await context.close()

        try:
            return await measured(pages, draw)
        finally:
            await browser.close()


def row(name: str, pages: int, run: Callable[[int], Awaitable[tuple[list[int], float]]]) -> float:
    """Print one row; CPU-milliseconds a page are returned."""
    before = USED.cpu()

    async def whole() -> tuple[list[int], float]:
        return await run(pages)

    most, seconds = asyncio.run(whole())
    spent = (USED.cpu() - before) / pages * 1000
    tenths = " ".join(f"{each / 1024**2:.0f}" for each in most)
    print(f"{name:11} {spent:7.0f} ms CPU a page  {pages / seconds * 60:5.0f} pages a minute")
    print(f"{'':11} MiB by tenth: {tenths}")
    return spent


def static() -> None:
    """Print what deciding against a browser costs, beside converting the same page: the least of several."""
    html = f"<title>V</title><script src=a.js></script><main><h1>Valve</h1><p>{WORDS}</p></main>".encode()
    page = read_page(html, "https://s.example/a")
    view = JobView(page.url, JobSettings(), None, False)
    queued = QueuedUrl(JobKey("u", "j"), 1, page.url, "ticket", PageKind.PAGE, 0)
    waiting, searches = WaitingPage(queued, "lease", Fetched(page.url)), Searches(renders=True)
    share = least(lambda: searches.again(waiting, page, view)) / least(lambda: read_page(html, page.url))
    print(f"auto on a page with words: {share:.2%} of its conversion's CPU, and no request")


def least(work: Callable[[], object], rounds: int = 7, times: int = 200) -> float:
    """CPU-seconds of one call."""
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - begun) / times)
    return min(found)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.renderer")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--playwright", action="store_true")
    asked = parser.parse_args()
    static()
    if not find():
        print("no Chromium is installed: nothing is drawn")
        return
    mine = row("docspasta", asked.pages, ours)
    if asked.playwright:
        print(f"ratio of CPU  {mine / row('playwright', asked.pages, by_playwright):.2f}")
    left = [each.name() for each in psutil.Process().children(recursive=True)]
    print(f"processes left: {len(left)}")


if __name__ == "__main__":
    main()
