"""MCP's own conformance suite (npm: @modelcontextprotocol/conformance), against two replicas.

Its other scenarios ask for the tools, prompts and files of a server that was made for the suite.
"""

from __future__ import annotations

import asyncio
import itertools

import aiohttp
import pytest
from aiohttp import web

from tests.npm import environment, installed
from tests.sizes import FULL

SUITE = "@modelcontextprotocol/conformance@0.1.16"
SCENARIOS = [
    "server-initialize",
    "ping",
    "tools-list",
    "tools-call-error",
    "resources-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
]
pytestmark = pytest.mark.skipif(not FULL, reason="make test-full runs it")


@pytest.fixture(scope="module")
def conformance(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("npm"), SUITE) / "node_modules" / ".bin" / "conformance"


@pytest.fixture
async def turns(installation, bearer):
    """The port of what hands each request to the next of two gateways, with a credential."""
    if len(installation.gateways) < 2:
        installation.add_gateway(installation.jobs[0])
        installation.ready()
    addresses = itertools.cycle([gateway.address for gateway in installation.gateways])
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def handed(request: web.Request) -> web.Response:
            sent = {**request.headers, **bearer()}
            sent.pop("Content-Length", None)
            asked = session.request(
                request.method,
                f"http://{next(addresses)}{request.path_qs}",
                headers=sent,
                data=await request.read(),
            )
            async with asked as answer:
                kept = {"Content-Type", "Allow", "WWW-Authenticate"}
                headers = {name: answer.headers[name] for name in kept if name in answer.headers}
                return web.Response(status=answer.status, headers=headers, body=await answer.read())

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handed)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield runner.addresses[0][1]
        await runner.cleanup()


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_the_conformance_suite_is_content(conformance, turns, scenario, tmp_path):
    asked = ["server", "--url", f"http://127.0.0.1:{turns}/mcp", "--scenario", scenario]
    running = await asyncio.create_subprocess_exec(
        conformance,
        *asked,
        cwd=tmp_path,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(running.communicate(), 120)
    assert running.returncode == 0, told.decode()
