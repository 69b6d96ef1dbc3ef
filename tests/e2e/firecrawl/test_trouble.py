"""Firecrawl's clients, unmodified, where things go wrong: the gateway is killed while one watches, a proxy
adds a prefix to every path (the Python client drops it, the npm package keeps it), a job has many documents.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.npm import NODE
from tests.sizes import FULL

from .conftest import Served
from .test_clients import told_by

WATCHING = str(Path(__file__).parent / "watching_client.py")
PREFIX = "/inside/docspasta"
PAGES = 10_000
# What a document costs beyond its Markdown: its links and metadata, and the answers while the job runs.
BYTES_A_DOCUMENT = 2_048

pytestmark = [
    pytest.mark.skipif(not FULL, reason="make test-full: minutes of crawls by the clients"),
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass
class Seen:
    """What a proxy has passed on."""

    origin: str
    received: int = 0
    answers: int = 0


@asynccontextmanager
async def prefixing(gateway: str) -> AsyncIterator[Seen]:
    """A proxy that serves the gateway below PREFIX and knows nothing of what it passes on."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def passed(request: web.Request) -> web.Response:
            path = request.path_qs.removeprefix(PREFIX)
            if path == request.path_qs:
                return web.Response(status=404, text="nothing here")
            headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
            body = await request.read()
            async with session.request(request.method, gateway + path, headers=headers, data=body) as answer:
                data = await answer.read()
                seen.received += len(data)
                seen.answers += 1
                kept = {
                    k: v
                    for k, v in answer.headers.items()
                    if k.lower() in ("content-type", "content-encoding")
                }
                return web.Response(status=answer.status, body=data, headers=kept)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", passed)
        async with listening(web.AppRunner(app)) as origin:
            seen = Seen(origin + PREFIX)
            yield seen


@asynccontextmanager
async def listening(runner: Any) -> AsyncIterator[str]:
    """Serve on a free port."""
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def many_pages(port: int) -> AsyncIterator[None]:
    """A site of PAGES pages on the port that the stack may reach."""

    site = f"http://127.0.0.1:{port}"
    rows = "".join(f"<url><loc>{site}/p/{number}</loc></url>" for number in range(1, PAGES))

    async def page(request: web.BaseRequest) -> web.Response:
        name = request.path.strip("/")
        if name == "sitemap.xml":
            return web.Response(text=f"<urlset>{rows}</urlset>", content_type="application/xml")
        if name and not name.startswith("p/"):
            return web.Response(status=404, text="nothing here")
        text = f"<h1>Page {name}</h1><p>What page {name} says is said by no other page of them.</p>"
        return web.Response(text=f"<title>{name}</title><main>{text}</main>", content_type="text/html")

    runner = web.ServerRunner(web.Server(page))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


async def last_of(client: asyncio.subprocess.Process, within: float) -> Any:
    """The JSON that a program prints last."""
    async with asyncio.timeout(within):
        out, words = await client.communicate()
    assert client.returncode == 0, words.decode()[-4000:]
    return json.loads(out.splitlines()[-1])


async def watched_through(served: Served, number: signal.Signals, *command: str, **more: Any) -> Any:
    """What a client tells whose gateway gets a signal while it watches a crawl."""
    client = await asyncio.create_subprocess_exec(
        *(*command, served.gateway, served.token, served.site), stdout=-1, stderr=-1, **more
    )
    assert client.stdout
    async with asyncio.timeout(90):
        line = await client.stdout.readline()
    assert line == b"watching\n", await last_of(client, 10)
    served.stack.kill("gateway", number)
    told = await last_of(client, 180)
    assert told["status"] == "completed" and len(told["whole"]) == 12, told
    return told


async def test_the_python_watcher_outlives_a_gateway_that_is_killed(served: Served) -> None:
    told = await watched_through(served, signal.SIGKILL, sys.executable, "-W", "ignore", WATCHING)
    assert told["told"] == told["whole"] and not told["error"], told


@pytest.mark.parametrize(("number", "errors"), [(signal.SIGTERM, 0), (signal.SIGKILL, 1)])
async def test_the_npm_watcher_outlives_a_gateway(
    served: Served, npm: Path, number: signal.Signals, errors: int
) -> None:
    """One that stops hands its watchers over to asking by HTTP. One that is killed is an error to this
    client, whose next watcher is told everything."""
    told = await watched_through(served, number, NODE, str(npm / "watching_client.mjs"), cwd=str(npm))
    assert told["documents"] == told["whole"] and len(told["errors"]) <= errors, told


async def test_many_documents_come_through_a_prefixing_proxy_in_few_bytes(served: Served, npm: Path) -> None:
    async with many_pages(served.more_port), prefixing(served.gateway) as seen:
        site = f"http://127.0.0.1:{served.more_port}"
        told = await told_by(
            NODE, str(npm / "many.mjs"), seen.origin, served.token, site, str(PAGES), within=450, cwd=str(npm)
        )
    assert told["status"] == "completed" and told["urls"] == told["once"] == told["completed"] == PAGES, told
    assert seen.received < told["size"] + BYTES_A_DOCUMENT * PAGES, (seen, told)
