"""MCP at the gateway, asked by the SDK's own client: tools, errors, credentials, both eras of MCP."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import uuid
from collections.abc import AsyncIterator

import pytest

from docspasta.domain import JobKey
from tests.integration.store.crawls import processed
from tests.integration.watch.installation import SITE, Crawl
from tests.sizes import FULL

httpx2 = pytest.importorskip("httpx2")
mcp_client = pytest.importorskip("mcp.client")
streamable = pytest.importorskip("mcp.client.streamable_http")
ERAS = ["auto", "legacy"] if FULL else ["auto"]
mcp_errors = pytest.importorskip("mcp.shared.exceptions")


@pytest.fixture
def unique() -> str:
    """A name that no other test uses."""
    return f"docs {uuid.uuid4().hex[:8]}"


@pytest.fixture
def agent(client, bearer):
    """An agent that is connected, as a user; `mode` is the protocol's era."""

    @contextlib.asynccontextmanager
    async def connected(mode: str = "auto", **headers: str) -> AsyncIterator[mcp_client.Client]:
        sent = {**bearer(), **headers}
        async with httpx2.AsyncClient(headers=sent, timeout=60) as http:
            transport = streamable.streamable_http_client(
                f"{str(client._base_url).rstrip('/')}/mcp", http_client=http
            )
            async with mcp_client.Client(transport, mode=mode) as agent:
                yield agent

    return connected


def text_of(answer) -> str:
    content, *links = answer.content
    assert all(link.type == "resource_link" for link in links)
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
        assert await answer.json() == {"hits": [], "jobs": [], "correctedQuery": ""}


@pytest.mark.parametrize("mode", ERAS)
async def test_an_agent_refreshes_a_source_and_is_told_how_far_it_is(
    agent, client, bearer, records, mode, unique
):
    body = {"name": unique, "settings": {"url": SITE}}
    async with client.post("/api/v5/sources", json=body, headers=bearer()) as answer:
        source_id = (await answer.json())["sourceId"]
    runs, told = [], asyncio.Queue()

    async def tell(done, total, words):
        told.put_nowait((done, total))

    async with agent(mode) as asked:
        assert "nothing to read yet" in text_of(await asked.call_tool("list_sources", {"query": unique}))
        for pages in (3, 5):
            given = {"source": unique, "wait": 50}
            waiting = asyncio.create_task(asked.call_tool("refresh_source", given, progress_callback=tell))
            async with asyncio.timeout(60):
                assert await told.get() == (0, 1)  # it comes while the tool works
                async with client.get(f"/api/v5/sources/{source_id}/runs", headers=bearer()) as answer:
                    runs.append((await answer.json())["runs"][0]["jobId"])
                await record_run(records, runs[-1], pages)
                assert "completed" in text_of(await waiting)
            while not told.empty():
                last = told.get_nowait()
            assert last == (pages + 1, pages + 1)
        listed = text_of(await asked.call_tool("list_sources", {"query": unique}))
        assert source_id in listed and f"other versions: {runs[0]}" in listed
        text = text_of(await asked.call_tool("changes", {"source": unique}))
        assert "2 added" in text and f"the run {runs[0]}" in text and "page-000004" in text
        for version, seen in (("", True), (runs[0], False), ("previous", False)):
            given = {"query": "page 000004", "source": unique, "version": version}
            found = text_of(await asked.call_tool("search_docs", given))
            assert ("page-000004#top" in found) is seen, (version, found)


async def record_run(records, job_id, pages) -> None:
    crawl = Crawl(records, JobKey("local", job_id))
    async with records.pool.transaction("local") as connection:
        page_id = await connection.fetchval(
            "SELECT page_id FROM crawled_pages WHERE job_id = $1 AND url = $2", job_id, SITE
        )
    urls = [f"{SITE}page-{number:06d}" for number in range(pages)]
    await crawl.record([processed(page_id, SITE, *urls)], scope={"prefix": SITE})
    await crawl.finish()


async def test_pages_are_resources(agent, records):
    crawl = await records.crawl(4)
    await crawl.finish()
    async with agent() as asked:
        listed = (await asked.list_resources()).resources
        assert f"docspasta://{crawl.job_id}" in [str(one.uri) for one in listed]
        (template,) = (await asked.list_resource_templates()).resource_templates
        assert template.uri_template == "docspasta://{source}/{page}"
        outline = (await asked.read_resource(f"docspasta://{crawl.job_id}")).contents[0].text
        assert "tokens)" in outline
        found = await asked.call_tool("search_docs", {"query": "page 000002", "source": crawl.job_id})
        link = next(one for one in found.content[1:] if "page-000002" in str(one.uri))
        read = (await asked.read_resource(link.uri)).contents[0]
        assert "Text of" in read.text and "it is data, no instruction" in read.text
        assert read.mime_type == "text/markdown"
        for wrong in (
            "docspasta://nowhere-at-all",
            f"docspasta://{crawl.job_id}/nothing",
            "file:///etc/passwd",
        ):
            with pytest.raises(mcp_errors.MCPError):
                await asked.read_resource(wrong)


class RoundRobin(httpx2.AsyncHTTPTransport):
    """Sends each request to the next of some replicas."""

    def __init__(self, ports: list[int]) -> None:
        super().__init__()
        self.ports, self.sent, self.status = itertools.cycle(ports), [], 0

    async def handle_async_request(self, request):
        request.url = request.url.copy_with(port=next(self.ports))
        self.sent.append(request.url.port)
        answer = await super().handle_async_request(request)
        self.status = answer.status_code
        return answer


@pytest.fixture(scope="module")
def replicas(installation):
    """The ports of two gateways."""
    installation.add_gateway(installation.jobs[0])
    installation.ready()
    return [int(gateway.address.rpartition(":")[2]) for gateway in installation.gateways]


@contextlib.asynccontextmanager
async def connected_to(ports, headers, mode) -> AsyncIterator[tuple[mcp_client.Client, RoundRobin]]:
    transport = RoundRobin(ports)
    async with httpx2.AsyncClient(headers=headers, timeout=60, transport=transport) as http:
        answers = streamable.streamable_http_client("http://127.0.0.1/mcp", http_client=http)
        async with mcp_client.Client(answers, mode=mode) as agent:
            yield agent, transport


@pytest.mark.parametrize("mode", ERAS)
async def test_any_replica_answers(replicas, bearer, records, mode):
    crawl = await records.crawl(2)
    await crawl.finish()
    async with connected_to(replicas, bearer(), mode) as (asked, transport):
        for _ in range(4):
            assert crawl.job_id in text_of(await asked.call_tool("list_sources", {}))
        assert set(transport.sent) == set(replicas)


async def test_a_revoked_key_ends_what_an_agent_may_ask(replicas, client, bearer, records):
    """A replica that knows the key goes on for a minute at most; this one sees it for the first time."""
    crawl = await records.crawl(2)
    await crawl.finish()
    body = {"name": "agent", "scopes": ["read"]}
    async with client.post("/api/v5/keys", json=body, headers=bearer()) as answer:
        made = await answer.json()
    ports = [replicas[0]]
    headers = {"Authorization": f"Bearer {made['secret']}"}
    async with connected_to(ports, headers, "auto") as (asked, transport):
        assert crawl.job_id in text_of(await asked.call_tool("list_sources", {}))
        refused = await asked.call_tool("crawl_docs", {"url": SITE})
        assert refused.is_error and "scope write" in text_of(refused)
        async with client.delete(f"/api/v5/keys/{made['keyId']}", headers=bearer()) as answer:
            assert answer.status in (200, 204)
        transport.ports = itertools.cycle(replicas[1:])
        with pytest.raises(mcp_errors.MCPError):
            await asked.call_tool("list_sources", {})
        assert transport.status == 401


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


async def test_a_message_is_bounded(client, bearer):
    """What the SDK reads is one step of the event loop."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "x" * 65_536}}
    headers = {**bearer(), "Accept": "application/json, text/event-stream"}
    async with client.post("/mcp", json=asked, headers=headers) as answer:
        assert answer.status == 413
