"""GetJob, ListJobs, ListPages, GetPage, GetPageMarkdown: whole, in order, a page of them at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import grpc

from docspasta.v1.jobs_pb2 import (
    GetJobRequest,
    GetPageMarkdownRequest,
    GetPageRequest,
    Job,
    JobState,
    ListJobsRequest,
    ListPagesRequest,
)
from docspasta.v1.page_pb2 import PageReason, PageState
from tests.integration.store.crawls import failed, page_of, processed

from .conftest import JobsService, User, crawl_some, queued_rows, record, refused

SITE = "https://docs.example.org"
LINKS = [f"{SITE}/{n:02}" for n in range(9)]


async def ended_job(service: JobsService, user: User) -> Job:
    """A job of ten pages, two of them failed."""
    job = await user.create()
    await crawl_some(service, user, job, *LINKS)
    rows = await queued_rows(service, user, job)
    results = [
        failed(row["page_id"]) if at < 2 else processed(row["page_id"], row["url"])
        for at, row in enumerate(rows)
    ]
    assert (await record(service, user, job, results)).ended
    return await user.get(job)


async def all_pages(user: User, job: Job, **asked: Any) -> list[Any]:
    """Every page that a listing gives, by following its tokens."""
    pages, token = [], ""
    while True:
        request = ListPagesRequest(job_id=job.job_id, page_token=token, **asked)
        answer = await user.call("ListPages", request)
        pages += answer.pages
        token = answer.next_page_token
        if not token:
            return pages


async def test_an_ended_job_tells_its_counts_and_reasons(service: JobsService, user: User) -> None:
    job = await ended_job(service, user)
    progress = job.progress
    assert progress.state == JobState.JOB_STATE_COMPLETED
    assert (progress.discovered, progress.processed, progress.failed, progress.queued) == (10, 8, 2, 0)
    assert [(each.state, each.reason, each.pages) for each in job.reasons] == [
        (PageState.PAGE_STATE_FAILED, PageReason.PAGE_REASON_HTTP_STATUS, 2)
    ]
    assert job.document_bytes > 0 and job.running_seconds >= 0
    assert job.expires_at.seconds - job.finished_at.seconds == 7 * 86_400


async def test_recent_pages_come_newest_first(service: JobsService, user: User) -> None:
    job = await ended_job(service, user)
    answer = await user.call("GetJob", GetJobRequest(job_id=job.job_id, recent_pages=4))
    versions = [page.version for page in answer.recent_pages]
    assert len(versions) == 4 and versions == sorted(versions, reverse=True)
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await user.call("GetJob", GetJobRequest(job_id=job.job_id, recent_pages=101))


async def test_pages_are_listed_once_each(service: JobsService, user: User) -> None:
    job = await ended_job(service, user)
    for size in (1, 3, 10, 500):
        by_id = await all_pages(user, job, page_size=size)
        assert [int(page.page_id) for page in by_id] == sorted(int(page.page_id) for page in by_id)
        in_order = await all_pages(user, job, page_size=size, reading_order=True)
        assert [page.position for page in in_order] == [1, 2, 3, 4, 5, 6, 7, 8, 0, 0]
        assert {page.page_id for page in by_id} == {page.page_id for page in in_order} and len(by_id) == 10


async def test_pages_are_filtered(service: JobsService, user: User) -> None:
    job = await ended_job(service, user)
    gone = await all_pages(user, job, states=[PageState.PAGE_STATE_FAILED])
    assert [page.url for page in gone] == LINKS[:2] and gone[0].http_status == 500
    assert [page.url for page in await all_pages(user, job, query="/03")] == [LINKS[3]]
    assert [
        page.url for page in await all_pages(user, job, query="TITLE OF https://docs.example.org/04")
    ] == [LINKS[4]]
    assert (
        await all_pages(user, job, query="%") == [] and await all_pages(user, job, query="docs_example") == []
    )
    ordered = await all_pages(user, job, query="/0", reading_order=True, page_size=2, states=[2])
    assert len(ordered) == 7 and [page.position for page in ordered] == sorted(
        page.position for page in ordered
    )


async def test_a_listing_that_cannot_be_asked(user: User) -> None:
    job = await user.create()
    for asked, field in (
        ({"page_size": 501}, "page_size"),
        ({"page_size": -1}, "page_size"),
        ({"page_token": "nonsense"}, "page_token"),
        ({"states": [0]}, "states"),
        ({"states": [99]}, "states"),
        ({"query": "x" * 1001}, "query"),
        ({"query": "a\0b"}, "query"),
    ):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await user.call("ListPages", ListPagesRequest(job_id=job.job_id, **asked))
        assert error.violations[0][0] == field


async def test_jobs_are_listed_newest_first_and_once_each(service: JobsService, user: User) -> None:
    made = [await user.create() for _ in range(7)]
    await service.sql("UPDATE crawling_jobs SET created_at = date_trunc('second', created_at)")  # equal times
    listed, token = [], ""
    while True:
        answer = await user.call("ListJobs", ListJobsRequest(page_size=2, page_token=token))
        listed += answer.jobs
        token = answer.next_page_token
        if not token:
            break
    assert sorted(job.job_id for job in listed) == sorted(job.job_id for job in made)
    keys = [(job.created_at.ToNanoseconds(), job.job_id) for job in listed]
    assert keys == sorted(keys, reverse=True)
    running = await user.call("ListJobs", ListJobsRequest(states=[JobState.JOB_STATE_RUNNING]))
    assert len(running.jobs) == 4 and not running.next_page_token


async def test_new_jobs_do_not_disturb_a_listing(user: User) -> None:
    made = [await user.create() for _ in range(3)]
    first = await user.call("ListJobs", ListJobsRequest(page_size=2))
    await asyncio.gather(*(user.create() for _ in range(3)))
    rest = await user.call("ListJobs", ListJobsRequest(page_size=2, page_token=first.next_page_token))
    assert [job.job_id for job in (*first.jobs, *rest.jobs)] == [job.job_id for job in reversed(made)]


async def test_one_page(service: JobsService, user: User) -> None:
    job = await ended_job(service, user)
    page = (await all_pages(user, job))[4]
    assert (await user.call("GetPage", GetPageRequest(job_id=job.job_id, page_id=page.page_id))).page == page
    for bad in ("", "0", "-1", "999999", "x", "٣", "9" * 19, "9" * 400, "1 "):
        async with refused(grpc.StatusCode.NOT_FOUND, "no-such-page"):
            await user.call("GetPage", GetPageRequest(job_id=job.job_id, page_id=bad))


async def test_a_pages_markdown_comes_in_chunks(service: JobsService, user: User) -> None:
    job = await user.create(keep_raw=True, keep_html=True)
    (row,) = await queued_rows(service, user, job)
    markdown = "# Größe\n\n" + "Wörter und Bilder. " * 60_000
    page = replace(page_of(row["url"], markdown), html=b"<h1>clean</h1>")
    result = processed(row["page_id"], row["url"], page=page, raw=b"<h1>raw</h1>")
    await record(service, user, job, [result])
    asked = {"job_id": job.job_id, "page_id": str(row["page_id"])}
    chunks = [
        answer.chunk for answer in await user.stream("GetPageMarkdown", GetPageMarkdownRequest(**asked))
    ]
    assert b"".join(chunks).decode() == markdown
    assert len(chunks) > 3 and max(map(len, chunks)) <= 256 * 1024
    raw = await user.stream("GetPageMarkdown", GetPageMarkdownRequest(raw=True, **asked))
    assert b"".join(answer.chunk for answer in raw) == b"<h1>raw</h1>"
    html = await user.stream("GetPageMarkdown", GetPageMarkdownRequest(html=True, **asked))
    assert b"".join(answer.chunk for answer in html) == b"<h1>clean</h1>"
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await user.stream("GetPageMarkdown", GetPageMarkdownRequest(html=True, raw=True, **asked))


async def test_a_page_without_content_says_why(service: JobsService, user: User) -> None:
    job = await ended_job(service, user)
    lost = next(page for page in await all_pages(user, job) if page.state == PageState.PAGE_STATE_FAILED)
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "no-content") as error:
        await user.stream("GetPageMarkdown", GetPageMarkdownRequest(job_id=job.job_id, page_id=lost.page_id))
    assert "http_status" in error.message
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "raw-not-kept"):
        await user.stream(
            "GetPageMarkdown", GetPageMarkdownRequest(job_id=job.job_id, page_id=lost.page_id, raw=True)
        )
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "html-not-kept"):
        await user.stream(
            "GetPageMarkdown", GetPageMarkdownRequest(job_id=job.job_id, page_id=lost.page_id, html=True)
        )
    fresh = await user.create()
    (row,) = await queued_rows(service, user, fresh)
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "no-content-yet"):
        await user.stream(
            "GetPageMarkdown", GetPageMarkdownRequest(job_id=fresh.job_id, page_id=str(row["page_id"]))
        )
