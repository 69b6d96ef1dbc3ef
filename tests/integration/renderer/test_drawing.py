"""Pages drawn by a real browser: their text, what they cannot reach, and what they cannot do to others.

Skipped aloud where no Chromium is installed, or none starts in its sandbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from docspasta.chromium import find
from docspasta.content import read_page
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from docspasta.v1.renderer_pb2 import RenderedPage, RenderPageRequest
from services.renderer.authorities import can_trust, certificates
from services.renderer.browser import Browser, Browsers, NoBrowser, Program, processes_of
from services.renderer.service import RendererServicer
from tests.sizes import FULL

from .authority import authority

pytestmark = pytest.mark.skipif(not find(), reason="no Chromium is installed: apt-get install chromium")


@dataclass
class Site:
    """Pages by path, and the paths that were asked for."""

    pages: dict[str, str]
    origin: str = ""
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(request.path)
        if request.path == "/away":
            return web.Response(status=302, headers={"Location": request.query["to"]})
        body = self.pages.get(request.path)
        if request.path == "/read":
            return web.Response(text="read", headers={"Access-Control-Allow-Origin": "*"})
        if body is None:
            return web.Response(status=404, text="none")
        kind = "text/javascript" if request.path.endswith(".js") else "text/html"
        return web.Response(text=body, content_type=kind)


@asynccontextmanager
async def serving(
    pages: dict[str, str], context: ssl.SSLContext | None = None, address: str = "127.0.0.1"
) -> AsyncIterator[Site]:
    site = Site(pages)
    runner = web.ServerRunner(web.Server(site.answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, address, 0, ssl_context=context).start()
        site.origin = f"{'https' if context else 'http'}://{address}:{runner.addresses[0][1]}"
        yield site
    finally:
        await runner.cleanup()


@asynccontextmanager
async def renderer(
    seconds: float = 30.0, known: tuple[bytes, ...] = (), egress: Egress | None = None
) -> AsyncIterator[tuple[RendererServicer, Browsers]]:
    egress = egress or Egress(EgressSettings())
    browsers = Browsers(lambda: Browser.start(Program(find(), "Docspasta", authorities=known)))
    try:
        try:
            await browsers.give_back(await browsers.take())
        except NoBrowser as error:
            pytest.skip(str(error))
        yield RendererServicer(browsers, egress, seconds=seconds), browsers
    finally:
        await browsers.close()
        await egress.close()


async def draw(servicer: RendererServicer, site: Site, path: str) -> tuple[RenderedPage, str]:
    page, html = RenderedPage(), b""
    request = RenderPageRequest(url=site.origin + path, private_origin=site.origin)
    async for part in servicer.RenderPage(request, None):  # type: ignore[arg-type]
        if part.HasField("page"):
            page = part.page
        else:
            html += part.chunk
    return page, html.decode()


def script(text: str) -> str:
    return f'<!doctype html><title>T</title><div id="app"></div><script>{text}</script>'


WORDS = (
    "document.getElementById('app').innerHTML = "
    "'<main><h1>Valve</h1><p>It opens when the spring is warm, as many know.</p></main>';"
)
CANARIES = (Path(__file__).parent / "canaries.js").read_text()


@contextlib.contextmanager
def canaries() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A TCP and a UDP socket on one loopback port that nothing may reach; yields both."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen(64)
        tcp.setblocking(False)
        udp.bind(("127.0.0.1", tcp.getsockname()[1]))
        udp.setblocking(False)
        yield tcp, udp


async def test_a_page_is_drawn_in_its_sandbox_and_nothing_is_left() -> None:
    elsewhere = "fetch('http://127.0.0.1:9/x').catch(() => 0);"
    async with serving({"/": script(elsewhere + WORDS)}) as site, renderer() as (servicer, browsers):
        page, html = await draw(servicer, site, "/")
        read = read_page(html.encode(), site.origin + "/")
        assert (page.reason, page.http_status) == ("", 200), page.detail
        assert read.markdown.startswith("# Valve\n\nIt opens when the spring is warm")
        started = browsers._current.process.pid  # type: ignore[union-attr]
        assert processes_of(started)
    assert processes_of(started) == []


@pytest.mark.skipif(not can_trust(), reason="no certutil is installed: apt-get install libnss3-tools")
@pytest.mark.skipif(not FULL, reason="starts two browsers; runs in make test-full")
async def test_a_page_behind_an_authority_of_its_own_is_drawn_where_that_is_trusted(tmp_path: Path) -> None:
    bundle, chain, key = authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    for known, reason in ((tuple(certificates(str(bundle))), ""), ((), "connection")):
        async with serving({"/": script(WORDS)}, context) as site, renderer(known=known) as (servicer, _):
            page, html = await draw(servicer, site, "/")
            assert page.reason == reason, page.detail
            assert ("It opens when the spring" in html) is bool(known)


@pytest.mark.skipif(
    not FULL, reason="waits until a hostile page has tried everything; runs in make test-full"
)
async def test_a_hostile_page_reaches_no_canary() -> None:
    with canaries() as (tcp, udp):
        hostile = script(WORDS + CANARIES.replace("CANARY", str(tcp.getsockname()[1])))
        async with serving({"/": hostile}) as site, renderer() as (servicer, _):
            page, html = await draw(servicer, site, "/")
            assert page.reason == "" and "It opens when the spring" in html, page.detail
            assert "/away" in site.asked  # its own site it does reach
        with pytest.raises(BlockingIOError):
            tcp.accept()
        with pytest.raises(BlockingIOError):
            udp.recv(10)


OTHER_WAYS = (Path(__file__).parent / "other_ways.js").read_text()
SERVICE_WORKER = "oninstall = () => fetch('OTHER/service', {method: 'POST', mode: 'no-cors'}); skipWaiting();"


@pytest.mark.skipif(not FULL, reason="waits until a page has tried everything; runs in make test-full")
async def test_a_page_changes_nothing_on_other_hosts() -> None:
    """Whatever it tries, they are only read from, and nothing runs beside it."""
    allowed = Egress(EgressSettings.of(ports="*", allow_private="127.0.0.2", proxy="", ca_bundle=""))
    async with serving({}, address="127.0.0.2") as other:
        script_of = {"/": script(WORDS + OTHER_WAYS), "/sw.js": SERVICE_WORKER, "/opened": "<p>Opened"}
        pages = {path: text.replace("OTHER", other.origin) for path, text in script_of.items()}
        async with serving(pages) as site, renderer(egress=allowed) as (servicer, _):
            page, html = await draw(servicer, site, "/")
            assert page.reason == "" and "It opens when the spring" in html, page.detail
            assert other.asked == ["/read"]
            assert set(site.asked) <= {"/"}


@pytest.mark.skipif(not FULL, reason="draws a page in its worker; runs in make test-full")
async def test_what_a_worker_of_the_page_says_is_drawn() -> None:
    working = """
    const inner = "postMessage(new WebSocket(self.origin).readyState)", data = location.origin + '/data';
    const outer = `const w = new Worker(URL.createObjectURL(new Blob(['${inner}'])));
      w.onmessage = (e) => fetch('${data}').then((a) => a.text()).then((t) => postMessage(t + e.data))`;
    new Worker(URL.createObjectURL(new Blob([outer]))).onmessage = (e) =>
      document.body.insertAdjacentHTML('beforeend', `<main><h1>Valve</h1><p>${e.data}</p></main>`);
    """
    pages = {"/": script(working), "/data": "A worker has fetched these words. "}
    async with serving(pages) as site, renderer() as (servicer, _):
        page, html = await draw(servicer, site, "/")
        assert "A worker has fetched these words. 0" in html, (page, html)


@pytest.mark.timeout(900)
@pytest.mark.skipif(not FULL, reason="draws pages beside two that do not let go; runs in make test-full")
async def test_a_page_that_does_not_let_go_takes_no_other_with_it() -> None:
    pages = {path: script(text) for path, text in {**LOST, "/good": WORDS}.items()}
    async with serving(pages) as site, renderer(seconds=6.0) as (servicer, _):
        for path in LOST:
            bad = asyncio.create_task(draw(servicer, site, path))
            while not bad.done():
                page, html = await draw(servicer, site, "/good")
                assert page.reason == "" and "It opens when the spring" in html, page
            assert (await bad)[0].reason == "timeout"


TRAPS = {
    "/reload": WORDS + "setTimeout(() => location.reload(), 50)",
    "/alert": "alert(1); confirm(2); prompt(3); print(); onbeforeunload = () => 'x';" + WORDS,
    "/open": "for (let i = 0; i < 30; i++) window.open('/alert');" + WORDS,
    "/asks": WORDS + "navigator.geolocation.getCurrentPosition(() => 0)",
    "/scroll": WORDS + "setInterval(() => document.body.append('more', document.createElement('p')), 20)",
    "/workers": WORDS
    + "for (let i = 0; i < 20; i++) new Worker(URL.createObjectURL(new Blob(['while (1) {}'])))",
    "/download": WORDS
    + "const a = document.createElement('a'); a.href = 'data:application/zip,x'; a.download = 'x'; a.click()",
}
LOST = {
    "/loop": "while (true) {}",
    "/memory": "const a = []; setInterval(() => a.push(new Uint8Array(2e8).fill(1)), 50)",
}


@pytest.mark.timeout(900)
@pytest.mark.skipif(not FULL, reason="draws seven pages that do not let go; runs in make test-full")
async def test_traps_are_drawn() -> None:
    pages = {path: script(text) for path, text in TRAPS.items()}
    async with serving(pages) as site, renderer() as (servicer, _):
        for path in TRAPS:
            page, html = await draw(servicer, site, path)
            assert page.reason == "" and "It opens when the spring" in html, (path, page)


@pytest.mark.skipif(not FULL, reason="kills a browser in the middle of ten pages; runs in make test-full")
async def test_a_killed_browser_costs_its_pages_one_more_try() -> None:
    page = script(f"setTimeout(() => {{ {WORDS} }}, 400)")
    async with serving({"/": page}) as site, renderer() as (servicer, browsers):
        drawing = [asyncio.create_task(draw(servicer, site, "/")) for _ in range(10)]
        while len(site.asked) < 2:
            await asyncio.sleep(0.01)
        browsers._current.process.kill()  # type: ignore[union-attr]
        drawn = await asyncio.gather(*drawing)
        assert all(page.reason == "" and "It opens" in html for page, html in drawn)
        assert browsers.count <= 4  # the first, one more for all, and one for each page that was under way
