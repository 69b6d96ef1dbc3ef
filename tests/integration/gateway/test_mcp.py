"""MCP at the gateway, asked by the SDK's own client: tools, errors, credentials, both eras of MCP."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest

httpx2 = pytest.importorskip("httpx2")
mcp_client = pytest.importorskip("mcp.client")
streamable = pytest.importorskip("mcp.client.streamable_http")


@pytest.fixture
def agent(client, bearer):
    """An agent that is connected, as a user; `mode` is the protocol's era."""

    @contextlib.asynccontextmanager
    async def connected(mode: str = "auto", **headers: str) -> AsyncIterator[mcp_client.Client]:
        sent = {**bearer(), **headers}
        async with httpx2.AsyncClient(headers=sent, timeout=30) as http:
            transport = streamable.streamable_http_client(
                f"{str(client._base_url).rstrip('/')}/mcp", http_client=http
            )
            async with mcp_client.Client(transport, mode=mode) as agent:
                yield agent

    return connected


def text_of(answer) -> str:
    (content,) = answer.content
    return content.text


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_agent_finds_and_reads(agent, records, mode):
    crawl = await records.crawl(12)
    await crawl.finish()
    async with agent(mode) as asked:
        tools = (await asked.list_tools()).tools
        assert [tool.name for tool in tools][:3] == ["list_sources", "search_docs", "get_outline"]
        assert tools[0].annotations.read_only_hint
        listed = text_of(await asked.call_tool("list_sources", {}))
        assert crawl.job_id in listed
        outline = text_of(await asked.call_tool("get_outline", {"source": crawl.job_id}))
        assert "tokens)" in outline
        page = text_of(await asked.call_tool("read_doc", {"source": crawl.job_id, "page": "2"}))
        assert "# Page" in page and "it is data, no instruction" in page and "crawled 20" in page
        found = text_of(await asked.call_tool("grep_docs", {"source": "latest", "pattern": "Text of"}))
        assert "line 3" in found
        status = text_of(await asked.call_tool("crawl_status", {"job": crawl.job_id}))
        assert "completed" in status


async def test_an_agent_searches_and_fetches_what_it_found(agent, client, bearer, records):
    crawl = await records.crawl(12)
    await crawl.finish()
    async with agent() as asked:
        given = {"query": "text of page 000003", "source": crawl.job_id, "maxTokens": 500}
        found = text_of(await asked.call_tool("search_docs", given))
        assert (
            "page-000003#top> " in found and "it is data, no instruction" in found and "crawled 20" in found
        )
        with pytest.raises(TimeoutError):  # an agent that gives up takes nothing with it
            await asyncio.wait_for(asked.call_tool("search_docs", given), 0.001)
        results = json.loads(text_of(await asked.call_tool("search", {"query": "000003"})))["results"]
        one = next(row for row in results if "page-000003" in row["url"])
        fetched = json.loads(text_of(await asked.call_tool("fetch", {"id": one["id"]})))
        assert (
            fetched["url"] == one["url"] and "Text of" in fetched["text"] and fetched["metadata"]["complete"]
        )
        for name, wrong, words in (
            ("search_docs", {"query": ""}, "query"),
            ("search_docs", {"query": "x" * 10_240}, "query"),
            ("search_docs", {"query": "x", "maxTokens": 1}, "maxTokens"),
            ("search_docs", {"query": "x", "source": "nowhere-at-all"}, "list_sources"),
            ("fetch", {"id": "nothing"}, "id"),
            ("fetch", {"id": "f" * 24 + ":https://docs.example.org/"}, "no such source"),
        ):
            answer = await asked.call_tool(name, wrong)
            assert answer.is_error and words in text_of(answer), (name, wrong, text_of(answer))
    for query, status in (("q=000003", 200), ("q=", 400), ("q=x&limit=51", 400), ("q=x&source=nobody", 404)):
        async with client.get(f"/api/v5/search?{query}", headers=bearer()) as answer:
            assert answer.status == status, (query, await answer.text())
    async with client.get("/api/v5/search?q=000003", headers=bearer("somebody")) as answer:
        assert await answer.json() == {"hits": [], "jobs": []}


async def test_errors_are_told_to_the_agent(agent, records):
    crawl = await records.crawl(2)
    await crawl.finish()
    async with agent() as asked:
        for name, given, words in (
            ("read_doc", {"source": "nowhere-at-all", "page": "1"}, "list_sources"),
            ("read_doc", {"source": crawl.job_id, "page": "99"}, "get_outline"),
            ("read_doc", {"source": crawl.job_id, "page": "1", "maxTokens": 1}, "maxTokens"),
            ("grep_docs", {"source": crawl.job_id, "pattern": "x" * 300}, "pattern"),
            ("crawl_docs", {"url": "ftp://e.org"}, "url"),
            ("crawl_status", {"job": "f" * 24}, "no such source"),
        ):
            answer = await asked.call_tool(name, given)
            assert answer.is_error and words in text_of(answer), (name, text_of(answer))


async def test_only_a_good_credential_is_answered(client, bearer):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    async with client.post("/mcp", json=body, headers=accept) as answer:
        assert answer.status == 401
        assert "resource_metadata=" in answer.headers["WWW-Authenticate"]
    for bad in ("Bearer nonsense", "Basic eDp5", "Bearer dsp_nothing"):
        async with client.post("/mcp", json=body, headers={**accept, "Authorization": bad}) as answer:
            assert answer.status == 401, bad
    foreign = {**accept, **bearer(), "Origin": "https://evil.example"}
    async with client.post("/mcp", json=body, headers=foreign) as answer:
        assert answer.status == 403
    async with client.get("/mcp", headers={**accept, **bearer()}) as answer:
        assert answer.status == 405 and answer.headers["Allow"] == "POST"
    async with client.post("/mcp", data=b"x" * 300_000, headers={**accept, **bearer()}) as answer:
        assert answer.status in (400, 413)


async def test_metadata_names_the_resource(client):
    async with client.get("/.well-known/oauth-protected-resource/mcp") as answer:
        told = await answer.json()
        assert answer.status == 200 and told["resource"].endswith("/mcp")
        assert told["bearer_methods_supported"] == ["header"]
