"""Sites that exist only in a browser, crawled by the whole stack with the browser that is installed.

Skipped aloud where no Chromium is installed. A page costs seconds, so all but one run at full size.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from docspasta.chromium import find
from docspasta.serving.channel import open_channel
from docspasta.v1.jobs_pb2 import JobState
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from docspasta.v1.page_pb2 import Page, PageReason, PageState
from services.renderer.browser import processes_of
from tests.sizes import FULL
from tests.stack import RunningStack, running_stack

from .conftest import Client
from .site import Site, serving, spelled

pytestmark = [
    pytest.mark.skipif(not find(), reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.skipif(not FULL, reason="draws pages in a browser; runs in make test-full"),
]
SCRIPT = """
const number = Number(/\\d+/.exec(location.pathname)?.[0] ?? 0);
fetch(`/data/${number}.json`).then(answer => answer.json()).then(page => {
  const links = page.children.map(n => `<li><a href="/page-${n}">Page ${n}</a></li>`).join("");
  document.getElementById("root").innerHTML =
    `<main><h1>${page.title}</h1><p>${page.text}</p><ul>${links}</ul></main>`;
  document.title = page.title;
});
"""
SHELL = '<!doctype html><title>App</title><div id="root"></div><script type="module" src="/app.js"></script>'
HALF = (
    "<!doctype html><title>Half</title><main><h1>Half a page</h1><p>The server has sent these words, which "
    "are enough for a page of their own.</p><p id=rest></p></main>"
    "<script>document.getElementById('rest').textContent = 'The browser adds the others.'</script>"
)


def application(pages: int, fan: int = 3) -> dict[str, str]:
    """A site whose pages are all one shell; what they say is data that its script fetches."""
    bodies = {"/app.js": SCRIPT}
    for n in range(pages):
        children = [child for child in range(n * fan + 1, n * fan + fan + 1) if child < pages]
        text = f"This page speaks of {spelled(str(n))} alone, and says so in a sentence of its own."
        bodies[f"/page-{n}" if n else "/"] = SHELL
        bodies[f"/data/{n}.json"] = f'{{"title": "Page {n}", "text": "{text}", "children": {children}}}'
    return bodies


@pytest.fixture(scope="module")
def drawing_stack() -> Iterator[RunningStack]:
    """A stack with a renderer; the other tests' have none."""
    with running_stack(
        docspasta_renderer_chromium=find(),
        docspasta_allow_private="127.0.0.0/8",  # what /scrape is asked for is on loopback, too
        docspasta_crawler_ports="*",
    ) as stack:
        yield stack


@pytest.fixture
async def client(drawing_stack: RunningStack) -> AsyncIterator[Client]:
    """A person at that stack."""
    channel = open_channel(drawing_stack.addresses["jobs"])
    yield Client(drawing_stack, JobsServiceStub(channel))
    await channel.close()


def outcome(pages: list[Page]) -> dict[str, tuple[str, str]]:
    """By path: what came of each page, and the hash of its text."""
    return {
        urlsplit(page.url).path: (PageReason.Name(page.reason), page.content_hash)
        for page in pages
        if page.state == PageState.PAGE_STATE_PROCESSED
    }


async def test_a_shell_is_drawn_and_its_links_are_followed(client: Client) -> None:
    async with serving(Site(application(7))) as site:
        job = await client.ended(await client.crawl(site, render="never", markdown_twins="never"))
        (page,) = await client.pages(job)
        assert (page.state, page.reason) == (
            PageState.PAGE_STATE_SKIPPED,
            PageReason.PAGE_REASON_NEEDS_JAVASCRIPT,
        )
        job = await client.ended(await client.crawl(site), 240)  # `auto` where nothing else is said
        pages = await client.pages(job)
        said = [(page.url, PageReason.Name(page.reason), page.detail) for page in pages]
        assert (job.progress.state, job.progress.processed) == (JobState.JOB_STATE_COMPLETED, 7), said
        assert {page.title for page in pages} == {f"Page {n}" for n in range(7)}
        assert all("drawn by a browser" in page.detail for page in pages)
        document = (await client.document(job)).decode()
        for n in range(7):
            assert document.count(f"This page speaks of {spelled(str(n))} alone") == 1
        assert "(#page-4)" in document  # links that a script made lead inside the document


ROUTED = """
const pages = ["", "valve", "pump", "pipe"];
const draw = () => {
  const name = location.hash.replace(/^#[/]/, "");
  const links = pages.map(each => `<li><a href="#/${each}">${each || "Home"}</a></li>`).join("");
  document.getElementById("root").innerHTML = `<nav><ul>${links}</ul></nav><main><h1>${name || "Home"}</h1>
    <p>This page speaks of ${name || "all of them"} alone, and of <a href="#/pump">the pump</a>.</p></main>`;
};
addEventListener("hashchange", draw);
draw();
"""


async def test_routes_are_pages_when_they_are_asked_for(client: Client) -> None:
    async with serving(Site({"/": SHELL, "/app.js": ROUTED})) as site:
        job = await client.ended(await client.crawl(site), 180)
        assert job.progress.processed == 1
        job = await client.ended(await client.crawl(site, hash_routes=True), 240)
        pages = await client.pages(job)
        said = [(page.url, page.title, page.detail) for page in pages]
        assert {url.partition("/#/")[2] for url, title, _ in said if title} == {
            "",
            "valve",
            "pump",
            "pipe",
        }, said
        document = (await client.document(job)).decode()
        assert all(f"This page speaks of {name} alone" in document for name in ("valve", "pump", "pipe"))
        assert "[the pump](#pump)" in document


class Leading(Site):
    """A site whose `/start` leads to a route."""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if request.path == "/start":
            return web.Response(status=302, headers={"Location": "/#/valve"})
        return await super().answer(request)


async def test_a_start_address_may_lead_to_a_route(client: Client) -> None:
    async with serving(Leading({"/": SHELL, "/app.js": ROUTED})) as site:
        job = await client.ended(await client.crawl(site, url=site.origin + "/start", hash_routes=True), 240)
        pages = await client.pages(job)
        drawn = {page.url.partition("/#/")[2] for page in pages if page.title}
        assert drawn >= {"valve", "pump", "pipe"}, [(page.url, page.title, page.detail) for page in pages]


OPENAPI = """{"openapi": "3.0.0", "info": {"title": "Valve API", "version": "1"}, "paths": {"/valves": {"get":
  {"summary": "All valves", "responses": {"200": {"description": "They are listed."}}}}}}"""
API = "<!doctype html><title>API</title><redoc spec-url=/openapi.json></redoc><script src=/r.js></script>"
SCRAPED = {
    "/": SHELL,
    "/app.js": SCRIPT,
    "/data/0.json": '{"title": "Drawn", "text": "These words are drawn.", "children": []}',
    "/api": API,
    "/openapi.json": OPENAPI,
    "/twin": SHELL.replace("<div", "<link rel=alternate type=text/markdown href=/twin.md><div"),
    "/twin.md": "# Twin\n\nThese words are the site's own Markdown.\n",
}


async def test_scrape_answers_with_what_stands_behind_a_shell(client: Client) -> None:
    headers = dict(client.metadata)
    async with serving(Site(SCRAPED)) as site, aiohttp.ClientSession(headers=headers) as session:
        for path, words in (
            ("/", "These words are drawn."),
            ("/api", "All valves"),
            ("/twin", "These words are the site's own Markdown."),
        ):
            asked = {"url": site.origin + path}
            async with session.post(f"{client.stack.gateway}/api/v5/scrape", json=asked) as answer:
                found = await answer.json()
                assert (answer.status, words in found.get("markdown", "")) == (200, True), found


async def test_always_draws_pages_that_have_words_and_auto_does_not(client: Client) -> None:
    async with serving(Site({"/": HALF})) as site:
        for render, added in (("auto", False), ("always", True)):
            job = await client.ended(await client.crawl(site, render=render), 180)
            document = await client.document(job)
            assert b"The server has sent these words" in document
            assert (b"The browser adds the others." in document) is added


async def test_a_killed_renderer_or_browser_costs_no_page(client: Client) -> None:
    async with serving(Site(application(12), latency=0.02)) as site:
        calm = await client.ended(await client.crawl(site), 240)
        assert calm.progress.processed == 12
        job = await client.crawl(site)
        for done, victim in ((2, "browser"), (5, "renderer")):
            await client.until(
                job, lambda found, least=done: found.progress.processed >= least, 240, f"{done} are drawn"
            )
            if victim == "browser":
                for process in processes_of(client.stack.pids["renderer"])[:1]:
                    os.kill(process, signal.SIGKILL)
            else:
                client.stack.restart(victim)
        job = await client.ended(job, 240)
        pages = await client.pages(job)
        assert outcome(pages) == outcome(await client.pages(calm)), [
            (page.url, page.reason, page.detail) for page in pages
        ]
        assert await client.document(job) == await client.document(calm)
