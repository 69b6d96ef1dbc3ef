"""POST /scrape: one page through the crawler's egress policy and the converter, straight to Markdown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from docspasta.sample.server import serving
from tests.stack import RunningStack


async def test_a_page_comes_back_as_markdown_or_with_the_reason(
    start_stack: Callable[..., RunningStack],
) -> None:
    async with serving() as site, aiohttp.ClientSession() as session:
        allowed = site.removeprefix("http://")
        stack = await asyncio.to_thread(start_stack, docspasta_allow_private=allowed)

        async def scrape(path: str, accept: str = "application/json") -> aiohttp.ClientResponse:
            return await session.post(
                f"{stack.gateway}/api/v5/scrape", json={"url": site + path}, headers={"Accept": accept}
            )

        page = await scrape("/getting-started/")
        assert page.status == 200, await page.text()
        found = await page.json()
        assert found["markdown"].startswith("# ") and found["url"] == f"{site}/getting-started/"
        text = await scrape("/getting-started/", "text/markdown")
        assert (await text.text()) == found["markdown"] and text.content_type == "text/markdown"
        gone = await scrape("/no/such/page.html")
        assert gone.status == 422 and (await gone.json())["type"] == "urn:docspasta:problem:http-status"
