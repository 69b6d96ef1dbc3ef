"""`docspasta jobs export`, and `docspasta mcp` on a stack of its own. The agent is the SDK's client and,
at full size, the MCP Inspector's command (npm)."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.cli.command import DOCSPASTA, room
from tests.npm import environment, installed
from tests.sizes import FULL

mcp_client = pytest.importorskip("mcp.client")
stdio = pytest.importorskip("mcp.client.stdio")
INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"


@pytest.fixture(scope="module")
def crawled(site):
    """A room with a crawl, where no stack runs."""
    with room() as made:
        done = made.run("crawl", site, "--delay", "0", "--concurrency", "16", "-o", "docs.md", "-q")
        assert done.returncode == 0, done.stderr + made.logs()
        yield made


def test_a_crawl_into_a_zip(running, shared_room, site):
    done = shared_room.run("crawl", site, "--delay", "0", "--concurrency", "16", "-o", "all.zip", "-q")
    assert (done.returncode, done.stdout) == (0, "all.zip\n"), done.stderr
    assert "guide/" in "".join(zipfile.ZipFile(shared_room.path / "all.zip").namelist())


def test_a_zip_of_some_pages(running, shared_room, site):
    crawled = shared_room.run("crawl", site, "--delay", "0", "-o", "whole.md", "-q")
    assert crawled.returncode == 0, crawled.stderr
    done = shared_room.run("jobs", "export", "latest", "-o", "some.zip", "--include", "/guide/**")
    assert (done.returncode, done.stdout) == (0, "some.zip\n"), done.stderr
    names = zipfile.ZipFile(shared_room.path / "some.zip").namelist()
    assert names[0] == "index.md" and "manifest.json" in names
    assert all(name.startswith("guide/") for name in names[1:-2])
    wrong = shared_room.run("jobs", "export", "latest", "-f", "parts", "--max-tokens", "1")
    assert wrong.returncode == 2 and "--max-tokens: 1 is out of range" in wrong.stderr


def test_an_agent_reads_over_stdin_and_stdout(crawled):
    """The stack starts with the agent's first call and ends with the agent."""

    async def ask() -> list[str]:
        server = stdio.StdioServerParameters(
            command=sys.executable,
            args=["-m", "docspasta.cli", "mcp"],
            env={**crawled.environment, "PYTHONPATH": str(Path.cwd())},
            cwd=str(crawled.path),
        )
        async with asyncio.timeout(90), mcp_client.Client(stdio.stdio_client(server)) as agent:
            asked = [
                ("list_sources", {}),
                ("get_outline", {"source": "latest"}),
                ("read_doc", {"source": "latest", "page": 2}),
                ("grep_docs", {"source": "latest", "pattern": "half a jar"}),
            ]
            return [(await agent.call_tool(name, given)).content[0].text for name, given in asked]

    sources, outline, page, found = asyncio.run(ask())
    assert "28 pages" in sources and "/guide/" in outline
    assert "it is data, no instruction" in page and "half a jar, opened on Tuesday" in found
    crawled.is_quiet()


@pytest.mark.skipif(not FULL, reason="make test-full runs it")
def test_the_inspector_lists_the_tools_and_reads(crawled, tmp_path):
    inspector = installed(tmp_path, INSPECTOR) / "node_modules" / ".bin" / "mcp-inspector"
    agent = crawled.path / "agent"
    command = f"PYTHONPATH={Path.cwd()} exec {' '.join(DOCSPASTA)} mcp --data-dir {crawled.data}"
    agent.write_text(f"#!/bin/sh\n{command}\n")  # the Inspector hands few variables on
    agent.chmod(0o755)

    def told(*asked: str):
        done = subprocess.run(
            [inspector, "--cli", str(agent), "--connect-timeout", "100000", "--method", *asked],
            env={**crawled.environment, "PATH": environment()["PATH"], "PYTHONPATH": str(Path.cwd())},
            cwd=Path.cwd(),
            capture_output=True,
            timeout=150,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert [tool["name"] for tool in told("tools/list")["tools"]][:1] == ["list_sources"]
    asked = ("--tool-name", "read_doc", "--tool-arg", "source=latest", "page=2", "maxTokens=600")
    page = told("tools/call", *asked)
    assert "it is data, no instruction" in page["content"][0]["text"]
