"""A crawl that needs no browser asks for none: no call to the renderer, not even a connection."""

from __future__ import annotations

import asyncio
from typing import Any

from docspasta.queues.messages import Fetched
from docspasta.serving.channel import open_channel
from services.crawler.alternates import Alternates
from services.crawler.renderer import Renderer
from services.crawler.requester import NOBODY
from services.crawler.visit import Visit, Visitor

from .test_alternates import Site, markdown

URL = "https://s.example/docs/a"


async def test_a_page_with_words_makes_no_connection_to_the_renderer() -> None:
    connected = 0

    def noted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connected
        connected += 1
        writer.close()

    server = await asyncio.start_server(noted, "127.0.0.1", 0)
    channel = open_channel(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    site: Any = Static()
    visitor = Visitor(site, site, 1_000, 5.0, Renderer(channel, 1_000))
    try:
        for n in range(50):
            outcome = await visitor.visit(Visit(f"{URL}{n}"), site)
            assert outcome.fetched.answered and not outcome.fetched.alternate
        beside = Alternates(site, site, 1_000, 5.0, Renderer(channel, 1_000)).beside
        found, _ = await beside(Fetched(URL), "", (f"markdown {URL}.md",), site, NOBODY, respect_robots=True)
        assert found.alternate and connected == 0
    finally:
        await channel.close()
        server.close()


class Static(Site):
    """A site of pages with words, each of which has Markdown."""

    def __init__(self) -> None:
        super().__init__({})

    async def follow(self, url: str, *_: object) -> Any:
        return markdown("# A")

    async def once(self, url: str, *_: object) -> Any:
        return markdown("# A")
