"""What a browser sends beside a page's own requests, or as the page ends, goes nowhere: reports, payment,
speculation rules, beacons of a page that is left, streams, and questions for a password or a certificate.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from docspasta.chromium import find
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from services.renderer.authorities import can_trust, certificates
from tests.sizes import FULL

from .authority import authority
from .test_drawing import WORDS, Site, draw, renderer, script

pytestmark = [
    pytest.mark.skipif(not find(), reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.skipif(not can_trust(), reason="no certutil is installed: apt-get install libnss3-tools"),
    pytest.mark.skipif(not FULL, reason="waits until a page has tried everything; runs in make test-full"),
]
LAST_WAYS = (Path(__file__).parent / "last_ways.js").read_text()
READ = {"/prefetch", "/worklet.js"}  # by requests that the page's browser shows, judges and counts
ASKS = "for (const path of ['/401', '/407']) fetch(path).catch(() => 0);"


@dataclass
class Server:
    """An https server that would like a certificate of its clients. `heard` is method and path."""

    pages: dict[str, web.Response] = field(default_factory=dict)
    origin: str = ""
    heard: list[tuple[str, str]] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.heard.append((request.method, request.path))
        if request.path == "/401":
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        if request.path == "/407":
            return web.Response(status=407, headers={"Proxy-Authenticate": 'Basic realm="x"'})
        return self.pages.get(request.path) or web.Response(text="{}", headers=OPEN)


OPEN = {f"Access-Control-Allow-{name}": "*" for name in ("Origin", "Headers", "Methods")}


@asynccontextmanager
async def serving(context: ssl.SSLContext) -> AsyncIterator[Server]:
    server = Server()
    runner = web.ServerRunner(web.Server(server.answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        server.origin = f"https://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


def reporting(other: str) -> dict[str, str]:
    """Headers that ask for reports and for what may be needed next."""
    policy = f"img-src 'none'; report-uri {other}/csp; report-to x"
    return {
        "Reporting-Endpoints": f'default="{other}/report", x="{other}/report-x"',
        "Report-To": f'{{"group":"default","max_age":99999,"endpoints":[{{"url":"{other}/report-to"}}]}}',
        "NEL": '{"report_to":"default","max_age":99999,"success_fraction":1.0,"failure_fraction":1.0}',
        "Content-Security-Policy": policy,
        "Content-Security-Policy-Report-Only": policy,
        "Cross-Origin-Opener-Policy-Report-Only": 'same-origin; report-to="x"',
        "Speculation-Rules": f'"{other}/rules.json"',
        "Link": f"<{other}/preload>; rel=preload; as=fetch, <{other}/connect>; rel=preconnect",
    }


async def test_what_a_browser_sends_beside_a_page_and_at_its_end_goes_nowhere(tmp_path: Path) -> None:
    bundle, chain, key = authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    context.load_verify_locations(bundle)
    context.verify_mode = ssl.CERT_OPTIONAL
    allowed = Egress(EgressSettings.of(ports="*", allow_private="127.0.0.1", proxy="", ca_bundle=""))
    known = tuple(certificates(str(bundle)))
    async with serving(context) as other, serving(context) as own:
        page = script(WORDS + ASKS + LAST_WAYS.replace("OTHER", other.origin))
        own.pages["/"] = web.Response(text=page, content_type="text/html", headers=reporting(other.origin))
        async with renderer(known=known, egress=allowed) as (servicer, _):
            drawn, html = await draw(servicer, Site({}, own.origin), "/")
            assert drawn.reason == "" and "It opens when the spring" in html, drawn.detail
        assert {method for method, _ in other.heard} <= {"GET"}, other.heard
        assert {path for _, path in other.heard} <= READ
        assert {path for _, path in own.heard} <= {"/", "/read-own", "/401", "/407"}
