"""Pause, resume, cancel, delete: what the record and the frontier say afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    DeleteJobRequest,
    GetJobRequest,
    Job,
    JobState,
    ListJobsRequest,
    PauseJobRequest,
    ResumeJobRequest,
)
from tests.integration.store.crawls import processed

from .conftest import JobsService, User, crawl_some, pages_of, queued_rows, record, refused, running_service

RUNNING, QUEUED = JobState.JOB_STATE_RUNNING, JobState.JOB_STATE_QUEUED
PAUSED, CANCELLED = JobState.JOB_STATE_PAUSED, JobState.JOB_STATE_CANCELLED
LINKS = [f"https://docs.example.org/{n}" for n in range(5)]


async def pause(user: User, job: Job) -> Job:
    return (await user.call("PauseJob", PauseJobRequest(job_id=job.job_id))).job


async def resume(user: User, job: Job) -> Job:
    return (await user.call("ResumeJob", ResumeJobRequest(job_id=job.job_id))).job


async def cancel(user: User, job: Job) -> Job:
    return (await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))).job


async def delete(user: User, job: Job, force: bool = False) -> None:
    await user.call("DeleteJob", DeleteJobRequest(job_id=job.job_id, force=force))


async def test_a_paused_job_gives_nothing_out_and_keeps_everything(service: JobsService, user: User) -> None:
    job = await user.create()
    await crawl_some(service, user, job, *LINKS)
    paused = await pause(user, job)
    assert paused.progress.state == PAUSED and paused.progress.queued == 5
    assert paused.progress.version > job.progress.version
    assert await service.queues.frontier.claim(100, 30) == []
    assert (await service.queues.frontier.jobs.counts(user.key(job))).total == 6  # the seed was never taken
    assert (await pause(user, job)).progress.version == paused.progress.version


async def test_a_resumed_job_goes_on(service: JobsService, user: User) -> None:
    job = await user.create(delay=0, concurrency=10)
    await crawl_some(service, user, job, *LINKS)
    await pause(user, job)
    resumed = await resume(user, job)
    assert resumed.progress.state == RUNNING
    taken = await service.queues.frontier.claim(100, 30)
    assert taken and {each.queued.job for each in taken} == {user.key(job)}
    assert (await resume(user, job)).progress.version == resumed.progress.version


async def test_pauses_do_not_count_as_running_time(service: JobsService, user: User) -> None:
    job = await user.create(max_seconds=100)
    await service.sql("UPDATE crawling_jobs SET running_since = running_since - interval '40 seconds'")
    assert 40 <= (await pause(user, job)).running_seconds < 55
    await service.sql("UPDATE crawling_jobs SET started_at = started_at - interval '1 hour'")
    resumed = await resume(user, job)
    assert 40 <= resumed.running_seconds < 55
    (left,) = (await service.sql("SELECT extract(epoch FROM deadline_at - now()) FROM crawling_jobs"))[0]
    assert 45 < left <= 60


async def test_resuming_adds_what_redis_lost_meanwhile(service: JobsService, user: User) -> None:
    job = await user.create()
    await crawl_some(service, user, job, *LINKS)
    await pause(user, job)
    await service.queues.client.flushall()
    await resume(user, job)
    counts = await service.queues.frontier.jobs.counts(user.key(job))
    assert (counts.state, counts.queued) == ("open", 5)


async def test_a_paused_job_gives_its_place_up_and_waits_for_one(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_running_per_user=1) as service:
        user = service.user("ann")
        first, second = await user.create(), await user.create()
        await pause(user, first)
        assert (await user.get(second)).progress.state == RUNNING
        assert (await resume(user, first)).progress.state == QUEUED
        await cancel(user, second)
        assert (await user.get(first)).progress.state == RUNNING
        counts = await service.queues.frontier.jobs.counts(user.key(first))
        assert (counts.state, counts.total) == ("open", 1)


async def test_a_queued_job_may_be_paused_and_cancelled(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_running_per_user=1) as service:
        user = service.user("ann")
        await user.create()
        waiting = await user.create()
        assert (await pause(user, waiting)).progress.state == PAUSED
        assert (await resume(user, waiting)).progress.state == QUEUED
        assert (await cancel(user, waiting)).progress.state == CANCELLED


async def test_a_cancelled_job_ends_at_once_and_keeps_what_it_has(service: JobsService, user: User) -> None:
    job = await user.create()
    await crawl_some(service, user, job, *LINKS)
    cancelled = await cancel(user, job)
    progress = cancelled.progress
    assert (progress.state, progress.queued, progress.processed, progress.skipped) == (CANCELLED, 0, 1, 5)
    assert [(each.pages, each.reason) for each in cancelled.reasons] == [(5, 17)]
    assert cancelled.HasField("finished_at") and cancelled.HasField("expires_at")
    counts = await service.queues.frontier.jobs.counts(user.key(job))
    assert (counts.state, counts.total) == ("ended", 0)
    assert await service.queues.frontier.claim(100, 30) == []
    assert (await cancel(user, job)).progress.version == progress.version


async def test_a_late_add_cannot_bring_a_cancelled_job_back(service: JobsService, user: User) -> None:
    job = await user.create()
    running = await service.resources.reconciler.job(user.key(job))
    assert running is not None
    pages = await pages_of(service, user, job)
    await cancel(user, job)
    await service.resources.reconciler.open_new(running, pages)
    assert await service.resources.reconciler.reopen(running) == 0
    assert (await service.queues.frontier.jobs.counts(user.key(job))).total == 0


async def test_what_was_on_its_way_when_a_job_was_cancelled_is_dropped(
    service: JobsService, user: User
) -> None:
    job = await user.create()
    rows = await queued_rows(service, user, job)
    cancelled = await cancel(user, job)
    recorded = await record(service, user, job, [processed(rows[0]["page_id"], rows[0]["url"])])
    assert recorded.discarded
    assert (await user.get(job)).progress == cancelled.progress


@pytest.mark.parametrize("step", [pause, resume, cancel])
async def test_an_ended_job_is_not_steered(service: JobsService, user: User, step: Any) -> None:
    job = await user.create()
    assert (await crawl_some(service, user, job)).ended
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "job-ended") as error:
        await step(user, job)
    assert "completed" in error.message


async def test_a_running_job_is_deleted_only_with_force(service: JobsService, user: User) -> None:
    job = await user.create()
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "job-running") as error:
        await delete(user, job)
    assert "cancel it first" in error.message
    await delete(user, job, force=True)
    async with refused(grpc.StatusCode.NOT_FOUND, "no-such-job"):
        await user.get(job)
    assert (await service.queues.frontier.jobs.counts(user.key(job))).state == "ended"


async def test_a_deleted_job_is_nowhere_and_its_rows_go(service: JobsService, user: User) -> None:
    job, other = await user.create(key="once"), await user.create()
    await crawl_some(service, user, job)
    await delete(user, job)
    for method, request in (
        ("GetJob", GetJobRequest(job_id=job.job_id)),
        ("DeleteJob", DeleteJobRequest(job_id=job.job_id)),
        ("CancelJob", CancelJobRequest(job_id=job.job_id)),
    ):
        async with refused(grpc.StatusCode.NOT_FOUND, "no-such-job"):
            await user.call(method, request)
    listed = await user.call("ListJobs", ListJobsRequest())
    assert [each.job_id for each in listed.jobs] == [other.job_id]
    assert (await user.create(key="once")).job_id != job.job_id  # its key is free
    await service.maintenance.attend()
    for table in ("crawling_jobs", "crawled_pages"):
        assert not await service.sql(f"SELECT 1 FROM {table} WHERE job_id = $1", job.job_id)
    assert not await service.sql("SELECT 1 FROM page_content_chunks")
    assert (await user.get(other)).progress.state == RUNNING


async def test_a_pause_that_reaches_redis_late_does_not_stop_a_resumed_job(
    service: JobsService, user: User, monkeypatch: Any
) -> None:
    job, late, reached = await user.create(), asyncio.Event(), asyncio.Event()
    frontier, tell = service.queues.frontier, service.queues.frontier.jobs.pause

    async def slow(key: Any) -> None:
        reached.set()
        await late.wait()
        await tell(key)

    monkeypatch.setattr(frontier.jobs, "pause", slow)
    pausing = asyncio.create_task(pause(user, job))
    await reached.wait()
    assert (await resume(user, job)).progress.state == RUNNING
    late.set()
    await pausing
    assert (await frontier.jobs.counts(user.key(job))).state == "open"


async def test_pause_and_resume_at_the_same_time_agree_in_the_end(service: JobsService, user: User) -> None:
    job = await user.create()
    for _ in range(20):
        await asyncio.gather(*(step(user, job) for step in (pause, resume, pause, resume)))
        state = (await user.get(job)).progress.state
        frontier_state = (await service.queues.frontier.jobs.counts(user.key(job))).state
        assert (state, frontier_state) in ((RUNNING, "open"), (PAUSED, "paused"))


async def test_a_caller_who_hangs_up_does_not_leave_a_cancel_half_done(
    service: JobsService, user: User, monkeypatch: Any
) -> None:
    job, late, reached = await user.create(), asyncio.Event(), asyncio.Event()
    frontier, tell = service.queues.frontier, service.queues.frontier.jobs.end

    async def slow(key: Any) -> None:
        reached.set()
        await late.wait()
        await tell(key)

    monkeypatch.setattr(frontier.jobs, "end", slow)
    cancelling = asyncio.create_task(cancel(user, job))
    await reached.wait()
    cancelling.cancel()
    await asyncio.wait([cancelling])
    await asyncio.sleep(0.1)  # the server hears of it
    late.set()
    async with asyncio.timeout(30):
        while (await frontier.jobs.counts(user.key(job))).state != "ended":
            await asyncio.sleep(0.01)
