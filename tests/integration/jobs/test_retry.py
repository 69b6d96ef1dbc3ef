"""RetryJob: what failed is queued again, the rest stays, and the job ends anew with all of it."""

from __future__ import annotations

from typing import Any

import grpc

from docspasta.domain import JobKey, PageKind, PageReason, PageState
from docspasta.queues.messages import Fetched, LeasedUrl
from docspasta.store.results import FoundUrl, PageResult
from docspasta.urls import url_key
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    GetDocumentRequest,
    Job,
    JobState,
    ListJobsRequest,
    ListPagesRequest,
    RetryJobRequest,
    Wait,
    WatchJobRequest,
)
from docspasta.v1.page_pb2 import PageState as States
from tests.integration.store.crawls import processed

from .conftest import JobsService, User, crawl_some, queued_rows, record, refused, running_service

LINKS = [f"https://docs.example.org/{n}" for n in range(4)]


def failed(page_id: int, reason: PageReason = PageReason.TIMEOUT) -> PageResult:
    """A page that could not be had."""
    return PageResult(page_id, PageKind.PAGE, PageState.FAILED, reason, detail="no answer within 20 s")


async def half_failed(service: JobsService, user: User, **settings: object) -> Job:
    """An ended job of five pages, two of which failed."""
    job = await user.create(**settings)  # type: ignore[arg-type]
    await crawl_some(service, user, job, *LINKS)
    rows = await queued_rows(service, user, job)
    results = [
        failed(row["page_id"]) if at < 2 else processed(row["page_id"], row["url"])
        for at, row in enumerate(rows)
    ]
    await record(service, user, job, results)
    await service.queues.frontier.jobs.end(user.key(job))  # as the processor does
    ended = await user.get(job)
    assert ended.progress.state == JobState.JOB_STATE_COMPLETED
    assert (ended.progress.processed, ended.progress.failed) == (3, 2)
    return ended


async def retry(user: User, job: Job) -> Job:
    again: Job = (await user.call("RetryJob", RetryJobRequest(job_id=job.job_id))).job
    return again


async def claimed(service: JobsService, key: JobKey) -> list[LeasedUrl]:
    """What the frontier gives out of a job."""
    taken = await service.queues.frontier.claim(10, 30)
    assert {one.queued.job for one in taken} <= {key}
    return taken


async def test_only_what_failed_is_tried_again(service: JobsService, user: User) -> None:
    ended = await half_failed(service, user, delay=0, concurrency=10)
    again = await retry(user, ended)
    progress = again.progress
    assert progress.state == JobState.JOB_STATE_RUNNING and progress.version > ended.progress.version
    assert (progress.discovered, progress.queued, progress.processed, progress.failed) == (5, 2, 3, 0)
    assert not again.reasons and not again.HasField("finished_at")
    assert (await service.queues.frontier.jobs.counts(user.key(ended))).queued == 2
    assert {one.queued.url for one in await claimed(service, user.key(ended))} <= set(LINKS[:2])
    rows = await queued_rows(service, user, ended)
    assert {row["url"] for row in rows} == set(LINKS[:2])
    await record(service, user, ended, [processed(row["page_id"], row["url"]) for row in rows])
    whole = await user.get(ended)
    assert whole.progress.state == JobState.JOB_STATE_COMPLETED
    assert (whole.progress.processed, whole.progress.failed, whole.progress.queued) == (5, 0, 0)
    parts = await user.stream("GetDocument", GetDocumentRequest(job_id=ended.job_id))
    assert parts[0].header.pages == 5 and parts[0].header.complete


async def test_a_watcher_sees_the_job_go_on_and_end_again(service: JobsService, user: User) -> None:
    ended = await half_failed(service, user)
    seen = await user.stream("WatchJob", WatchJobRequest(job_id=ended.job_id))
    await retry(user, ended)
    rows = await queued_rows(service, user, ended)
    await record(service, user, ended, [processed(row["page_id"], row["url"]) for row in rows])
    updates = await user.stream("WatchJob", WatchJobRequest(job_id=ended.job_id, after=seen[-1].cursor))
    assert updates[-1].finished.progress.processed == 5
    pages = {update.page.page_id for update in updates if update.HasField("page")}
    assert {str(row["page_id"]) for row in rows} <= pages


async def test_it_fails_again_and_can_be_tried_again(service: JobsService, user: User) -> None:
    ended = await half_failed(service, user)
    for _ in range(2):
        await retry(user, ended)
        rows = await queued_rows(service, user, ended)
        await record(service, user, ended, [failed(row["page_id"], PageReason.DNS) for row in rows])
        ended = await user.get(ended)
        assert (ended.progress.processed, ended.progress.failed) == (3, 2)
        assert [(row.pages, row.reason) for row in ended.reasons] == [(2, 10)]


async def test_the_time_and_the_bytes_are_given_anew(service: JobsService, user: User) -> None:
    ended = await half_failed(service, user, max_seconds=100)
    await service.sql("UPDATE crawling_jobs SET running_seconds = 90")
    for _ in range(2):
        await retry(user, ended)
        (left,) = (await service.sql("SELECT extract(epoch FROM deadline_at - now()) FROM crawling_jobs"))[0]
        assert 95 < left <= 100
        rows = await queued_rows(service, user, ended)
        await record(service, user, ended, [failed(row["page_id"]) for row in rows])


async def test_what_cannot_be_retried_is_refused(service: JobsService, user: User) -> None:
    whole = await user.create()
    await crawl_some(service, user, whole)
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "nothing-failed"):
        await retry(user, whole)
    running = await user.create()
    assert (await retry(user, running)).progress == (await user.get(running)).progress
    stranger = service.user("bob")
    async with refused(grpc.StatusCode.NOT_FOUND, "no-such-job"):
        await retry(stranger, running)


async def test_a_list_that_the_site_does_not_have_is_nothing_to_retry(
    service: JobsService, user: User
) -> None:
    """Most sites have no llms-full.txt: a crawl without a failed page is refused all the same."""
    job = await user.create()
    [start] = await queued_rows(service, user, job)
    url = "https://docs.example.org/llms-full.txt"
    found = FoundUrl(url, url_key(f"llms {url}"), PageKind.LLMS, 0)
    first = processed(start["page_id"], start["url"])._replace(found=(found,))
    recorded = await record(service, user, job, [first])
    [row] = recorded.admitted
    gone = PageResult(row.page_id, PageKind.LLMS, PageState.FAILED, PageReason.HTTP_STATUS, http_status=404)
    assert (await record(service, user, job, [gone])).ended
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "nothing-failed"):
        await retry(user, job)


async def test_a_retried_job_waits_for_its_turn_and_says_so(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_running_per_user=1) as service:
        user = service.user("ann")
        ended = await half_failed(service, user)
        first = await user.create()
        waiting = await retry(user, ended)
        assert waiting.progress.state == JobState.JOB_STATE_QUEUED
        second = await user.create()
        wait = (await user.get(ended)).wait
        assert (wait.cause, wait.running, wait.ahead) == (Wait.CAUSE_TURN, 1, 0)
        assert wait.message == "Waiting: 1 of your crawls is running, and this one is next."
        listed = {job.job_id: job.wait for job in (await user.call("ListJobs", ListJobsRequest())).jobs}
        assert listed[second.job_id].ahead == 1 and not listed[first.job_id].cause
        await user.call("CancelJob", CancelJobRequest(job_id=first.job_id))
        assert (await user.get(ended)).progress.state == JobState.JOB_STATE_RUNNING
        assert len(await claimed(service, user.key(ended))) >= 1


async def test_a_job_says_what_its_site_asked_for(service: JobsService, user: User) -> None:
    job = await user.create()
    assert not (await user.get(job)).HasField("wait")
    (taken,) = await claimed(service, user.key(job))
    answer = Fetched(taken.queued.url, http_status=429, reason="http_status")
    assert await service.queues.frontier.retry(taken, answer, after=28.0)
    wait = (await user.get(job)).wait
    assert (wait.cause, wait.http_status, wait.attempts) == (Wait.CAUSE_SITE, 429, 1)
    assert wait.message == "docs.example.org asked us to slow down (HTTP 429)."
    now = (await service.sql("SELECT extract(epoch FROM now())"))[0][0]
    assert 5 < wait.until.seconds - float(now) < 30
    await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))
    assert not (await user.get(job)).HasField("wait")


async def test_a_job_says_that_its_site_is_asked_slowly(service: JobsService, user: User) -> None:
    job = await user.create()
    frontier, name = service.queues.frontier, "docs.example.org"
    assert (await frontier.hosts.next_start(name))[1] == 1
    (taken,) = await claimed(service, user.key(job))
    await frontier.retry(taken, Fetched(taken.queued.url, http_status=503, reason="http_status"), after=60)
    client: Any = service.queues.client
    for key in await client.keys("*pace:*"):
        await client.set(key, (await client.get(key)).decode().replace("f=2;", "f=8;"))
    await client.delete(*await client.keys("*:retrying"))
    await frontier.hosts.hold(name, 20)
    wait = (await user.get(job)).wait
    assert wait.message == "docs.example.org had errors, so requests to it are 8 times as far apart."
    assert wait.until.seconds > 0


async def test_a_page_says_where_it_was_found(service: JobsService, user: User) -> None:
    ended = await half_failed(service, user)
    listed = await user.call("ListPages", ListPagesRequest(job_id=ended.job_id))
    start = next(page for page in listed.pages if page.url not in LINKS)
    assert start.found_on == ""
    broken = [page for page in listed.pages if page.state == States.PAGE_STATE_FAILED]
    assert [page.found_on for page in broken] == [start.page_id] * 2
