"""Firecrawl's clients, unmodified, against a whole stack and the sample site."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.npm import NODE
from tests.sizes import FULL

from .conftest import Served

HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.skipif(not FULL, reason="make test-full: minutes of crawls by the clients"),
    pytest.mark.asyncio(loop_scope="module"),  # the site is served on it
]


async def told_by(*command: str, within: float = 150, **more: Any) -> Any:
    """The JSON that a program prints last."""
    client = await asyncio.create_subprocess_exec(*command, stdout=-1, stderr=-1, **more)
    async with asyncio.timeout(within):
        out, words = await client.communicate()
    assert client.returncode == 0, words.decode()[-4000:] + out.decode()[-1000:]
    return json.loads(out.splitlines()[-1])


async def test_the_python_client_works_unchanged(served: Served) -> None:
    site = served.site
    program = str(HERE / "python_client.py")
    told = await told_by(sys.executable, "-W", "ignore", program, served.gateway, served.token, site)
    crawl = told["crawl"]
    assert crawl["status"] == "completed" and len(crawl["sources"]) == crawl["completed"] > 20, crawl
    assert crawl["total"] == crawl["completed"] and min(crawl["lengths"]) > 20 and crawl["links"] > 20
    assert told["async"]["sources"] == crawl["sources"]
    guide = [url.removeprefix(site) for url in told["paths"]["sources"]]
    assert guide[0] == "/" and all(url.startswith("/guide/") and "units" not in url for url in guide[1:])
    assert len(guide) > 3
    assert told["single"]["sources"] == [f"{site}/faq.html"]
    status, mark, links, html = told["scrape"]
    assert status == 200 and mark == "# " and links > 3 and "</h1>" in html and "<script" not in html
    assert len(told["html"]) == 1 and "</h1>" in told["html"][0], told["html"]
    assert told["gone"] == [404, ""]
    assert told["batch"]["sources"] == [f"{site}/changelog.html", f"{site}/faq.html"]
    assert told["batch"]["status"] == "completed" and told["batch"]["total"] == 2
    assert told["invalid"] == ["https://name:word@example.org/"]
    found, first = told["map"]
    # A page that nothing but a page below the start names is found by crawling alone.
    assert len(set(crawl["sources"]) - set(found)) < 3 and "units" in first, (crawl, found)
    assert told["map_limit"] == 3 and not told["left"]
    assert "no such" in told["map_refused"][1].lower() or "resolved" in told["map_refused"][1], told
    watched = told["watched"]
    assert watched["over"] and watched["last"] == ["completed", ""], watched
    assert watched["documents"] == crawl["sources"], watched
    for late in told["watched_late"], told["watched_again"]:
        assert late["documents"] == told["batch"]["sources"] and late["last"] == ["completed", ""], late
    assert told["watched_cancelled"]["statuses"][-1:] == ["cancelled"], told["watched_cancelled"]
    assert told["watched_missing"]["last"][0] == "failed", told["watched_missing"]
    assert told["watched_by_asyncio"][-1][0] == "completed", told["watched_by_asyncio"]
    urls = [page[0] for page in told["search"]]
    assert 0 < len(urls) == len(set(urls)) <= 3 and any("units" in url for url in urls), told["search"]
    assert told["search_markdown"] == "# "
    assert told["active"] and told["running"]["status"] == "scraping" and not told["running"]["sources"]
    assert told["cancelled"] == [True, "cancelled"] and told["cancelled_again"] is False
    assert told["errors"] == [[f"{site}/no/such/page.html", "HTTP_STATUS"]]
    refused = told["refused"]
    assert refused["format"][0] == "BadRequestError" and "screenshot" in refused["format"][1]
    assert refused["key"][0] == "UnauthorizedError"
    assert "no such thing" in refused["missing"][1]
    assert refused["pattern"][0] == "BadRequestError" and "regular expression" in refused["pattern"][1]
    assert refused["address"][0] == "BadRequestError"


async def test_the_npm_client_works_unchanged(served: Served, npm: Path) -> None:
    site = served.site
    told = await told_by(NODE, str(npm / "client.mjs"), served.gateway, served.token, site, cwd=str(npm))
    crawl = told["crawl"]
    assert crawl["status"] == "completed" and len(crawl["sources"]) == crawl["completed"] > 20, crawl
    assert told["scrape"] == ["# ", 200]
    assert told["batch"]["sources"] == [f"{site}/changelog.html", f"{site}/faq.html"], told
    assert len(told["map"]) > 20 and told["search"] and told["searchMarkdown"] == "# ", told
    assert told["active"] and told["cancelled"] is True and told["after"] == "cancelled", told
    assert told["errors"] == [f"{site}/no/such/page.html"], told
    assert told["watched"]["documents"] == crawl["sources"] and told["watched"]["status"] == "completed", told
    assert told["watchedLate"]["documents"] == crawl["sources"], told
    assert told["watchedMissing"]["error"], told
    assert told["refused"]["format"][0] == 400 and "screenshot" in told["refused"]["format"][1], told
    assert told["refused"]["key"][0] == 401 and told["refused"]["missing"][0] == 404, told


async def test_langchains_loader_works_unchanged(served: Served, langchain: Path) -> None:
    program = str(HERE / "langchain_loader.py")
    told = await told_by(
        *(sys.executable, "-W", "ignore", program, served.gateway, served.token, served.site),
        env={**os.environ, "PYTHONPATH": str(langchain)},
    )
    assert told["crawl"] > 20 and told["scrape"] == "# " and told["map"] > 20 and told["search"] == 2, told


async def test_llamaindexs_reader_works_unchanged(served: Served, llamaindex: Path) -> None:
    told = await told_by(
        *(sys.executable, "-W", "ignore", str(HERE / "llamaindex_reader.py")),
        *(served.gateway, served.token, served.site, str(llamaindex)),
        env={**os.environ, "PYTHONPATH": str(llamaindex)},
    )
    assert told["crawl"] == 5 and told["scrape"] == "# " and told["map"] > 0 and told["search"] > 0, told


async def test_firecrawls_mcp_server_works_unchanged(served: Served, npm: Path) -> None:
    """firecrawl-mcp over stdio: scrape, map, search, crawl and the crawl's status."""
    site = served.site
    asked = {
        "firecrawl_scrape": {"url": f"{site}/faq.html", "formats": ["markdown"]},
        "firecrawl_map": {"url": f"{site}/"},
        "firecrawl_crawl": {"url": f"{site}/", "limit": 5},
        "firecrawl_search": {"query": "units", "limit": 2},
    }
    server = await asyncio.create_subprocess_exec(
        *(NODE, str(npm / "node_modules" / "firecrawl-mcp" / "dist" / "index.js")),
        env={**os.environ, "FIRECRAWL_API_URL": served.gateway, "FIRECRAWL_API_KEY": served.token},
        stdin=-1, stdout=-1, stderr=-1, limit=2**24,
    )  # fmt: skip
    try:
        async with asyncio.timeout(150):
            told = await tools_called(server, asked)
    finally:
        server.kill()
        await server.wait()
    assert "# " in told["firecrawl_scrape"] and "faq.html" in told["firecrawl_scrape"], told
    assert told["firecrawl_map"].count(site) > 20, told
    assert "success" in told["firecrawl_crawl"] or "id" in told["firecrawl_crawl"], told
    assert "units" in told["firecrawl_search"], told


async def tools_called(server: asyncio.subprocess.Process, asked: dict[str, Any]) -> dict[str, str]:
    """What each tool of an MCP server says, after the protocol's greetings. One JSON message a line."""
    assert server.stdin and server.stdout

    async def ask(number: int, method: str, params: dict[str, Any]) -> Any:
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        server.stdin.write(json.dumps(message).encode() + b"\n")
        while line := await server.stdout.readline():
            answer = json.loads(line) if line.startswith(b"{") else {}
            if answer.get("id") == number and "method" not in answer:
                assert "result" in answer, answer
                return answer["result"]
        raise AssertionError("the server ended")

    client = {"name": "test", "version": "1"}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
    await ask(0, "initialize", hello)
    server.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
    told = {}
    for number, (name, arguments) in enumerate(asked.items(), 1):
        result = await ask(number, "tools/call", {"name": name, "arguments": arguments})
        told[name] = "\n".join(part.get("text", "") for part in result["content"])
    return told
