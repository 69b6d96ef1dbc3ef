"""Pushed pages, over HTTP and by signature alone, are those that a crawl of the site has, in its order; and
processes that are killed in between lose none."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime

import aiohttp
import pytest
from standardwebhooks import Webhook

from docspasta.sample.server import serving
from docspasta.v1.jobs_pb2 import CreateJobRequest, FinishJobRequest, Job, JobSettings, JobState
from docspasta.v1.page_pb2 import PageState
from tests.sizes import FULL

from .conftest import Client
from .site import Site, page
from .site import serving as serving_site


async def push(session: aiohttp.ClientSession, client: Client, secret: str, body: bytes, name: str) -> str:
    """Deliver until it is answered for, as a queue does; what became of the page."""
    for _ in range(200):
        now = datetime.fromtimestamp(int(time.time()), UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, now, body.decode()),
        }
        try:
            async with session.post(
                f"{client.stack.gateway}/api/v5/process", data=body, headers=headers
            ) as answer:
                if answer.status == 200:
                    return str((await answer.json())["pages"][0]["outcome"])
                assert answer.status in (429, 503, 504), await answer.text()
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("the delivery was never answered for")


async def parts_of(client: Client, job: Job) -> list[tuple[int, str, str, str]]:
    """The pages in reading order, with their content. (Links to pages that redirect stay links where those
    were not pushed.)"""
    processed = [page for page in await client.pages(job) if page.state == PageState.PAGE_STATE_PROCESSED]
    return sorted((page.position, page.url, page.title, page.content_hash) for page in processed)


@pytest.mark.skipif(not FULL, reason="make test-full: kills two processes and waits for them")
async def test_pushed_pages_are_those_of_a_crawl_through_kills(client: Client) -> None:
    async with serving() as origin, aiohttp.ClientSession() as session:
        settings = JobSettings(url=f"{origin}/", private_origin=origin, delay=0.0, concurrency=8)
        crawled = await client.ended(
            await client.job_of("CreateJob", CreateJobRequest(settings=settings)), 60
        )
        pages = [page for page in await client.pages(crawled) if page.state == PageState.PAGE_STATE_PROCESSED]
        assert len(pages) > 5
        made = await client.call(
            "CreateJob", CreateJobRequest(settings=JobSettings(url=f"{origin}/", push=True))
        )
        for number, page in enumerate(pages):
            async with session.get(page.url) as answer:
                html = await answer.text()
            body = json.dumps({"jobId": made.job.job_id, "url": page.url, "html": html}).encode()
            await push(session, client, made.push_secret, body, f"msg_{number}")
            if number in (2, 5):
                await asyncio.to_thread(client.stack.restart, ("processor", "jobs")[number // 5])
            assert await push(session, client, made.push_secret, body, f"msg_{number}") == "known"
        request = FinishJobRequest(job_id=made.job.job_id)
        ended = await client.ended(await client.job_of("FinishJob", request), 60)
        assert ended.progress.state == JobState.JOB_STATE_COMPLETED
        assert ended.progress.processed == len(pages) == ended.progress.discovered
        assert await parts_of(client, ended) == await parts_of(client, crawled)


async def test_links_of_pushed_pages_are_followed_where_that_was_asked_for(client: Client) -> None:
    """Within the scope of the job's address; and the job ends when all that is found is fetched."""
    links = {"/docs/a": page("A", {"/docs/b": "b"}), "/docs/b": page("B", {"/elsewhere": "out of scope"})}
    async with serving_site(Site(links)) as site, aiohttp.ClientSession() as session:
        for follows, expected in ((True, {"", "a", "b"}), (False, {""})):
            settings = JobSettings(
                url=f"{site.origin}/docs/",
                push=True,
                follow_links=follows,
                private_origin=site.origin if follows else "",
                delay=0.0,
            )
            made = await client.call("CreateJob", CreateJobRequest(settings=settings))
            body = {
                "jobId": made.job.job_id,
                "url": f"{site.origin}/docs/",
                "html": page("Start", {"/docs/a": "a"}),
            }
            await push(session, client, made.push_secret, json.dumps(body).encode(), "msg_1")
            request = FinishJobRequest(job_id=made.job.job_id)
            ended = await client.ended(await client.job_of("FinishJob", request), 60)
            assert ended.progress.state == JobState.JOB_STATE_COMPLETED
            rows = [row for row in await client.pages(ended) if row.state == PageState.PAGE_STATE_PROCESSED]
            assert {row.url.removeprefix(f"{site.origin}/docs/") for row in rows} == expected
    assert site.fetches() == {"/docs/a": 1, "/docs/b": 1}
