"""A page of a source that can't be had for a while keeps its last text, and says since when."""

from __future__ import annotations

from typing import Any

from docspasta.serving.channel import open_channel
from docspasta.v1.jobs_pb2 import Job, JobState
from docspasta.v1.page_pb2 import Page
from docspasta.v1.sources_pb2 import DiffRunsRequest, DiffRunsResponse, WriteDiffRequest
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub

from .conftest import Client
from .site import Site, page, serving
from .test_sources import source_of

START = {f"/page-{n}.html": page(f"Page {n}", {}) for n in range(4)}
START |= {"/page-0.html": page("Page 0", {"/below.html": "Below"}), "/below.html": page("Below", {})}
START["/"] = page("Start", {path: path for path in START if path != "/below.html"})


async def compared(client: Client, job: Job) -> DiffRunsResponse:
    """What a run changed."""
    channel = open_channel(client.stack.addresses["jobs"])
    sources: Any = SourcesServiceStub(channel)
    asked = DiffRunsRequest(source_id=job.source_id, to_job_id=job.job_id)
    found: DiffRunsResponse = await sources.DiffRuns(asked, metadata=client.metadata, timeout=60)
    await channel.close(None)
    return found


async def written(client: Client, job: Job) -> str:
    """The same for people."""
    channel = open_channel(client.stack.addresses["jobs"])
    sources: Any = SourcesServiceStub(channel)
    asked = WriteDiffRequest(source_id=job.source_id, to_job_id=job.job_id)
    parts = [part.chunk async for part in sources.WriteDiff(asked, metadata=client.metadata, timeout=60)]
    await channel.close(None)
    return b"".join(parts).decode()


async def page_at(client: Client, job: Job, path: str) -> Page:
    """The job's page at a path."""
    return next(found for found in await client.pages(job) if found.url.endswith(path))


async def test_a_page_that_cannot_be_had_keeps_its_last_text_and_its_links(client: Client) -> None:
    site = Site(dict(START), validated="etag")
    async with serving(site), source_of(client, site, "stale") as run:
        whole = await client.document(await run())
        site.failing = {"/page-0.html": 501, "/page-1.html": 403}
        second = await run()
        assert (second.progress.processed, second.progress.failed, second.progress.stale) == (6, 0, 2)
        kept = await page_at(client, second, "/page-0.html")
        assert kept.http_status == 501
        assert kept.detail == "The server answered with an error status (HTTP 501)."
        text = (await client.document(second)).decode()
        assert "\nstale: 2\n" in text and "## What may be out of date" in text
        assert f"- <{site.origin}/page-1.html>, since 20" in text and "Below in the whole" not in text
        assert text.replace("stale: 2\n", "").partition("\n## What may be")[0] in whole.decode()
        found = await compared(client, second)
        assert (found.stale, found.unchanged, found.removed, found.failed) == (2, 4, 0, 0)
        assert {change.url for change in found.changes} == {f"{site.origin}/page-{n}.html" for n in (0, 1)}
        assert "- [Page 0](" in (await written(client, second)).partition("keep their last text")[2]

        third = await run()  # still: the mark is that of the first time
        assert (await page_at(client, third, "/page-0.html")).stale_since == kept.stale_since
        site.failing, site.pages["/page-1.html"] = {}, page("Changed", {})
        last = await run()
        assert last.progress.stale == 0
        assert await client.document(last) == await client.document(
            await client.ended(await client.crawl(site))
        )


async def test_what_is_gone_is_gone_and_a_site_that_is_down_fails_the_run(client: Client) -> None:
    site = Site(dict(START))
    async with serving(site), source_of(client, site, "gone") as run:
        await run()
        site.failing = {"/page-1.html": 410, "/page-3.html": 501}
        found = await run()
        assert (found.progress.processed, found.progress.stale) == (5, 1)
        site.failing = dict.fromkeys(site.pages, 501)
        down = await run(wanted=JobState.JOB_STATE_FAILED)
        assert down.error.startswith("No page was processed")
        site.failing = {}
        back = await run()
        assert (await compared(client, back)).from_job_id == found.job_id


async def test_a_page_that_was_read_from_elsewhere_keeps_what_was_read(client: Client) -> None:
    """Keep what the page's own bytes were converted to alone: this one said nothing."""
    shell = (
        "<!doctype html><html><head><title>Drawn</title><script src=/app.js></script>"
        "<link rel=alternate type=text/markdown href=/drawn.md></head><body><div id=root></div>"
        "<noscript>You need to enable JavaScript to run this app.</noscript></body></html>"
    )
    site = Site({"/": page("Start", {"/drawn.html": "Drawn"}), "/drawn.html": shell})
    site.pages |= {"/drawn.md": "# Drawn\n\nWhat the script would draw.\n\n- [Below](/below.html)\n"}
    site.pages |= {"/below.html": page("Below", {})}
    async with serving(site), source_of(client, site, "drawn") as run:
        first = await run()
        assert (first.progress.processed, first.progress.stale) == (3, 0)
        whole = await client.document(first)
        site.failing = {"/drawn.html": 501}
        for _ in range(2):
            found = await run()
            assert (found.progress.processed, found.progress.failed, found.progress.stale) == (3, 0, 1)
            text = (await client.document(found)).decode()
            assert text.replace("stale: 1\n", "").partition("\n## What may be")[0] in whole.decode()
        site.failing = {}
        assert await client.document(await run()) == whole
