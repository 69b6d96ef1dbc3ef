"""What `make test` runs of this: a page by REST, and the unmodified packages for Python and Node through the
calls that everybody makes. test_clients.py has every method, at full size."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.npm import NODE

from .conftest import Served
from .test_clients import told_by

HERE = Path(__file__).parent
pytestmark = pytest.mark.asyncio(loop_scope="module")  # the site is served on it


async def test_a_page_comes_back_as_markdown_or_with_the_reason(served: Served) -> None:
    """POST /scrape: one page through the crawler's egress policy and the converter, straight to Markdown."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {served.token}"}) as session:

        async def scrape(path: str, accept: str = "application/json", **more: object) -> tuple[int, str, str]:
            """The status, the type and the body."""
            asked = {"url": served.site + path, **more}
            to = f"{served.gateway}/api/v5/scrape"
            async with session.post(to, json=asked, headers={"Accept": accept}) as answer:
                return answer.status, answer.content_type, await answer.text()

        status, _, body = await scrape("/getting-started/")
        assert status == 200, body
        found = json.loads(body)
        assert found["markdown"].startswith("# ") and found["url"] == f"{served.site}/getting-started/"
        assert found["html"] is None
        _, kind, text = await scrape("/getting-started/", "text/markdown")
        assert text == found["markdown"] and kind == "text/markdown"
        cleaned = json.loads((await scrape("/getting-started/", keepHtml=True))[2])
        assert "</h1>" in cleaned["html"] and "<script" not in cleaned["html"]
        assert cleaned["markdown"] == found["markdown"]
        status, _, body = await scrape("/no/such/page.html")
        assert status == 422 and json.loads(body)["type"] == "urn:docspasta:problem:http-status"


async def test_the_unmodified_packages_work(served: Served, npm_client: Path) -> None:
    """Both at once: most of their time is the pause between two of their looks at a job."""
    asked = served.gateway, served.token, served.site
    python, node = await asyncio.gather(
        told_by(
            sys.executable, "-W", "ignore", str(HERE / "first_calls.py"), *asked, served.token_of("other")
        ),
        told_by(NODE, str(npm_client / "first_calls.mjs"), *asked, cwd=str(npm_client)),
    )
    for told in python, node:
        crawl, batch = told["crawl"], told["batch"]
        assert crawl["status"] == "completed" and crawl["sources"][0] == f"{served.site}/", told
        assert len(crawl["sources"]) == crawl["total"] == crawl["completed"] == 3, told
        assert batch["sources"] == [f"{served.site}/faq.html"] and batch["status"] == "completed", told
        assert told["errors"] == [[f"{served.site}/no/such/page.html", "HTTP_STATUS"]], told
        assert told["scrape"] == ["# ", 200, True] and told["gone"] == [404, ""] and told["map"] == 3, told
        assert told["cancelled"] is True, told
        assert "screenshot" in told["format"] and "includePaths[0]" in told["pattern"], told
        assert told["key"] == 401, told
    assert python["others"] == 404, python
