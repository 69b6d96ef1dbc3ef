"""A site in, every page out; and what a person steers happens at the site at once."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

from aiohttp import web

from docspasta.v1.jobs_pb2 import JobState
from docspasta.v1.page_pb2 import PageState
from tests.clock import Clock
from tests.sizes import size

from .conftest import Client
from .site import Site, listed, serving, spelled, tree

COMPLETED, CANCELLED = JobState.JOB_STATE_COMPLETED, JobState.JOB_STATE_CANCELLED


async def test_a_site_is_crawled_once_each_and_the_same_twice(client: Client) -> None:
    async with serving(Site(tree(120))) as site:
        jobs = []
        for _ in range(2):
            site.log.clear()
            job = await client.ended(await client.crawl(site))
            assert (job.progress.state, job.progress.processed) == (COMPLETED, 120)
            assert set(site.fetches().values()) == {1} and len(site.fetches()) == 120
            jobs.append(job)
        first, second = [await client.document(job) for job in jobs]
        assert first == second and first.count(b"Page 119") >= 2


async def test_coded_pages_make_the_same_document_and_are_kept_as_html(client: Client) -> None:
    async with serving(Site(tree(20))) as site:
        plain = await client.document(await client.ended(await client.crawl(site)))
        site.coding = web.ContentCoding.gzip
        for keep_raw in (False, True):
            job = await client.ended(await client.crawl(site, keep_raw=keep_raw))
            assert await client.document(job) == plain
        for page in await client.pages(job):
            assert await client.raw(job, page) == site.pages[urlsplit(page.url).path].encode()


async def test_shells_are_read_from_the_sites_markdown_under_their_own_addresses(client: Client) -> None:
    shell = (
        '<!doctype html><title>Docs</title><div id="root"></div><script type="module" src="/a.js"></script>'
    )
    names = {"/": "/index.md", "/a.html": "/a.md", "/b.html": "/b.md"}
    links = "[A](/a.html) and [B](/b.html), which say more in many words"
    twins = {
        twin: f"# Page {spelled(twin)}\n\nThe text of {spelled(twin)}. See {links}.\n"
        for twin in names.values()
    }
    async with serving(Site({**dict.fromkeys(names, shell), **twins})) as site:
        job = await client.ended(await client.crawl(site))
        assert (job.progress.processed, job.progress.skipped) == (3, 0)
        assert {urlsplit(page.url).path for page in await client.pages(job)} == set(names)
        document = await client.document(job)
        assert all(f"The text of {spelled(twin)}".encode() in document for twin in twins)
        job = await client.ended(await client.crawl(site, markdown_twins="never", render="never"))
        assert (job.progress.processed, job.progress.skipped) == (0, 1)


async def test_a_start_page_without_links_and_a_sitemap_of_many(client: Client) -> None:
    pages = size("entries of a lone sitemap")
    async with serving(Site(listed(pages))) as site:
        job = await client.ended(await client.crawl(site, concurrency=32))
        assert job.progress.processed == pages + 1
        assert set(site.fetches().values()) == {1}


async def test_a_paused_job_soon_fetches_nothing_and_goes_on(client: Client) -> None:
    async with serving(Site(tree(150), latency=0.05)) as site:
        job = await client.crawl(site, concurrency=4)
        await client.until(job, lambda found: found.progress.processed > 20, 60, "some pages are done")
        await client.pause(job)
        paused = time.monotonic()
        async with asyncio.timeout(20):  # a job that goes on asks for dozens of pages in two seconds
            while time.monotonic() < max(paused, site.log[-1][0]) + 2:
                await asyncio.sleep(0.05)
        held = await client.get(job)
        assert held.progress.state == JobState.JOB_STATE_PAUSED and held.progress.queued > 0
        await client.resume(job)
        job = await client.ended(job)
        assert (job.progress.state, job.progress.processed) == (COMPLETED, 150)
        assert set(site.fetches().values()) == {1}


async def test_a_cancelled_job_ends_at_once_with_slow_fetches_open(client: Client) -> None:
    async with serving(Site(tree(50))) as site:
        job = await client.crawl(site)
        await client.until(job, lambda found: found.progress.processed > 4, 60, "some pages are done")
        site.held = asyncio.Event()  # from here on nothing is answered
        await client.until(job, lambda found: site.log[-1][0] < time.monotonic() - 1, 60, "fetches hang")
        cancelled = await asyncio.wait_for(client.cancel(job), 15)  # a fetch may take 30 s
        progress = cancelled.progress
        assert (progress.state, progress.queued) == (CANCELLED, 0)
        fetched = len(site.log)
        site.held.set()
        await asyncio.sleep(2)
        assert len(site.log) == fetched
        assert (await client.get(job)).progress == progress
        states = {page.state for page in await client.pages(job)}
        assert states == {PageState.PAGE_STATE_PROCESSED, PageState.PAGE_STATE_SKIPPED}


async def test_the_first_page_is_seen_within_a_second(client: Client) -> None:
    """In the quickest of some crawls: noise makes one longer, and none shorter."""
    took: list[float] = []
    async with serving(Site(tree(30))) as site:
        while len(took) < 6 and min(took, default=1) >= 1:
            clock = Clock()
            job = await client.crawl(site)
            await client.until(job, lambda found: found.progress.processed, 60, "a page is done")
            took.append(clock.seconds())
            await client.ended(job)
    assert min(took) < 1, took
