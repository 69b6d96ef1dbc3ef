"""Tending: whatever was lost, cut short or left over, the rounds make Redis follow the record."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from docspasta.domain import JobKey, JobSettings
from docspasta.queues.messages import Fetched
from docspasta.store import jobs as store
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.maintenance import only_here
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    DeleteJobRequest,
    Job,
    JobLimit,
    JobState,
    PauseJobRequest,
    ResumeJobRequest,
)
from docspasta.v1.page_pb2 import PageReason
from services.jobs.maintenance import Maintenance
from services.jobs.maintenance.recovery import STILL_ROUNDS

from .conftest import JobsService, User, crawl_some, pages_of, queued_rows, running_service

LINKS = [f"https://docs.example.org/{n}" for n in range(50)]
RUNNING, COMPLETED = JobState.JOB_STATE_RUNNING, JobState.JOB_STATE_COMPLETED


async def job_of_fifty(service: JobsService, user: User) -> Job:
    """A running job with fifty queued pages, all of them in the frontier, and nothing else."""
    job = await user.create()
    (taken,) = await service.queues.frontier.claim(1, 30)
    await service.queues.frontier.complete([(taken, Fetched(taken.queued.url))])
    waiting = await service.queues.pages.claim(1, 1 << 20, 30)
    await crawl_some(service, user, job, *LINKS)
    await service.queues.pages.complete(waiting)
    assert (await service.queues.frontier.jobs.counts(user.key(job))).total == 50
    return job


async def rounds(service: JobsService, count: int = 2) -> None:
    for _ in range(count):
        await service.maintenance.round()


async def in_redis(service: JobsService, user: User, job: Job) -> set[int]:
    """The page ids of the job that the frontier holds."""
    pages = await pages_of(service, user, job)
    urls = service.resources.reconciler.queued_urls(user.key(job), pages)
    return await service.queues.frontier.known(urls)


async def in_record(service: JobsService, user: User, job: Job) -> set[int]:
    return {row["page_id"] for row in await queued_rows(service, user, job)}


async def test_a_flushed_redis_is_filled_again_after_two_rounds(service: JobsService, user: User) -> None:
    job = await job_of_fifty(service, user)
    await service.queues.client.flushall()
    await rounds(service, 1)
    assert await in_redis(service, user, job) == set()  # one round may just have seen work on its way
    await rounds(service, 1)
    assert await in_redis(service, user, job) == await in_record(service, user, job)
    assert (await service.queues.frontier.jobs.counts(user.key(job))).state == "open"
    assert (
        await service.queues.frontier.claim(10, 30) == []
    )  # the hosts' pace was forgotten: nothing for a while


async def test_each_deleted_key_is_made_up_for(service: JobsService, user: User) -> None:
    job = await job_of_fifty(service, user)
    names = [name async for name in service.queues.client.scan_iter("*")]
    assert len(names) > 4
    for name in names:
        if not await service.queues.client.exists(name):
            continue
        await service.queues.client.delete(name)
        await rounds(service, 3)
        assert await in_redis(service, user, job) == await in_record(service, user, job), name
        assert (await service.queues.frontier.jobs.counts(user.key(job))).state == "open", name


async def test_a_job_whose_creator_died_before_telling_is_opened(service: JobsService, user: User) -> None:
    settings = JobSettings(url="https://docs.example.org/", max_pages=10, max_seconds=60)
    await user.create()
    async with service.pool.transaction(user.name) as connection:
        row, _ = await store.insert_job(connection, user.name, store.NewJob("untold", settings))
    await rounds(service)
    key = JobKey(user.name, row.key.job_id)
    counts = await service.queues.frontier.jobs.counts(key)
    assert (counts.state, counts.queued) == ("open", 1)
    taken = await service.queues.frontier.claim(10, 30)
    assert taken  # it had never been open: no host's pace was forgotten, and nothing waits


async def test_pages_whose_recorder_died_before_adding_are_added(service: JobsService, user: User) -> None:
    from docspasta.store.record import record_batch
    from tests.integration.store.crawls import processed

    job = await user.create()
    (row,) = await queued_rows(service, user, job)
    result = processed(row["page_id"], row["url"], *LINKS)
    assert len((await record_batch(service.pool, user.key(job), [result], datetime.now(UTC))).admitted) == 50
    await rounds(service)
    assert await in_record(service, user, job) <= await in_redis(service, user, job)


async def test_a_page_recorded_while_redis_was_asked_is_not_fetched_again(
    service: JobsService, user: User, monkeypatch: Any
) -> None:
    job = await job_of_fifty(service, user)
    frontier, ask = service.queues.frontier, service.queues.frontier.known

    async def slow(urls: Any) -> set[int]:
        monkeypatch.setattr(frontier, "known", ask)
        known = await ask(urls)
        await crawl_some(service, user, job, "https://docs.example.org/last")
        return known

    await service.queues.client.flushall()
    monkeypatch.setattr(frontier, "known", slow)
    stored = await service.resources.reconciler.job(user.key(job))
    assert stored is not None
    await service.resources.reconciler.reopen(stored)
    assert await in_redis(service, user, job) <= await in_record(service, user, job)


async def test_work_under_way_is_left_alone(service: JobsService, user: User) -> None:
    job = await job_of_fifty(service, user)
    taken: list[Any] = []
    while not taken:
        await service.queues.frontier.wait(1)
        taken = await service.queues.frontier.claim(2, 60)
    before = await service.queues.frontier.jobs.counts(user.key(job))
    added = []
    original = service.queues.frontier.add

    async def add(urls: Any) -> Any:
        added.append(await original(urls))
        return added[-1]

    service.queues.frontier.add = add  # type: ignore[method-assign]
    await rounds(service, STILL_ROUNDS + 2)
    assert sum(each.added for each in added) == 0
    assert await service.queues.frontier.jobs.counts(user.key(job)) == before


async def test_a_cancel_that_died_half_way_is_finished(service: JobsService, user: User) -> None:
    job = await job_of_fifty(service, user)
    async with service.pool.transaction(user.name) as connection:
        await end_job(connection, user.key(job), datetime.now(UTC), CANCELLED)
    assert (await service.queues.frontier.jobs.counts(user.key(job))).total == 50
    await rounds(service, 1)
    counts = await service.queues.frontier.jobs.counts(user.key(job))
    assert (counts.state, counts.total) == ("ended", 0)
    names = [name async for name in service.queues.client.scan_iter(f"user:{user.name}:job:{job.job_id}:*")]
    assert all(name.endswith(b":state") for name in names)


async def test_a_pause_that_died_half_way_is_finished(service: JobsService, user: User) -> None:
    job = await job_of_fifty(service, user)
    async with service.pool.transaction(user.name) as connection:
        await store.pause_job(connection, user.key(job))
    await rounds(service, 1)
    assert (await service.queues.frontier.jobs.counts(user.key(job))).state == "paused"
    async with service.pool.transaction(user.name) as connection:
        await store.run_job(connection, user.key(job))
    await rounds(service)
    assert (await service.queues.frontier.jobs.counts(user.key(job))).state == "open"
    assert await in_redis(service, user, job) == await in_record(service, user, job)


async def test_a_running_job_with_nothing_left_ends(service: JobsService, user: User) -> None:
    job = await user.create()
    await user.call("PauseJob", PauseJobRequest(job_id=job.job_id))
    assert not (await crawl_some(service, user, job)).ended  # recorded, but a paused job does not end
    async with service.pool.transaction(user.name) as connection:
        await store.run_job(connection, user.key(job))
    await rounds(service, 1)
    assert (await user.get(job)).progress.state == COMPLETED
    assert (await service.queues.frontier.jobs.counts(user.key(job))).state == "ended"


async def test_a_job_resumed_with_nothing_left_ends_at_once(service: JobsService, user: User) -> None:
    job = await user.create()
    await user.call("PauseJob", PauseJobRequest(job_id=job.job_id))
    await crawl_some(service, user, job)
    answer = await user.call("ResumeJob", ResumeJobRequest(job_id=job.job_id))
    assert answer.job.progress.state == COMPLETED


async def test_a_job_past_its_time_ends_and_says_so(service: JobsService, user: User) -> None:
    job = await job_of_fifty(service, user)
    await rounds(service, 1)
    assert (await user.get(job)).progress.state == RUNNING
    await service.sql("UPDATE crawling_jobs SET deadline_at = now()")
    await rounds(service, 1)
    ended = await user.get(job)
    assert (ended.progress.state, ended.progress.limit_reached) == (COMPLETED, JobLimit.JOB_LIMIT_TIME)
    assert [(each.reason, each.pages) for each in ended.reasons] == [(PageReason.PAGE_REASON_DEADLINE, 50)]
    assert await in_redis(service, user, job) == set()


async def test_a_free_place_is_given_to_who_waits(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_running_per_user=1) as service:
        user = service.user("ann")
        first, second, third = [await user.create() for _ in range(3)]
        async with service.pool.transaction(
            user.name
        ) as connection:  # whoever ended it died before passing it on
            await end_job(connection, user.key(first), datetime.now(UTC), CANCELLED)
        await rounds(service, 1)
        assert [(await user.get(job)).progress.state for job in (second, third)] == [RUNNING, 1]
        assert (await service.queues.frontier.jobs.counts(user.key(second))).total == 1


async def test_ended_jobs_go_when_their_time_is_over(service: JobsService, user: User) -> None:
    old, fresh, running = [await user.create() for _ in range(3)]
    for job in (old, fresh):
        await crawl_some(service, user, job)
    keep = service.settings.jobs_keep
    await service.sql(
        "UPDATE crawling_jobs SET finished_at = finished_at - make_interval(secs => $1) WHERE job_id = $2",
        keep + 1,
        old.job_id,
    )
    await rounds(service, 1)
    left = {row["job_id"] for row in await service.sql("SELECT job_id FROM crawling_jobs")}
    assert left == {fresh.job_id, running.job_id}
    shown = "SELECT count(*) FROM crawled_pages WHERE result_id IS NOT NULL AND state = 'processed'"
    kept = "SELECT count(DISTINCT result_id) FROM page_content_chunks WHERE kind = 'facts'"
    assert await service.sql(shown) == await service.sql(kept)


async def test_jobs_are_kept_for_ever_when_asked(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_keep=0.0) as service:
        user = service.user("ann")
        job = await user.create()
        await crawl_some(service, user, job)
        await service.sql("UPDATE crawling_jobs SET finished_at = '2001-01-01'")
        await rounds(service, 1)
        assert not (await user.get(job)).HasField("expires_at")


async def test_a_deleted_jobs_rows_go_in_small_transactions(
    service: JobsService, user: User, monkeypatch: Any
) -> None:
    from services.jobs.maintenance import expiry as module

    monkeypatch.setattr(module, "PURGE_ROWS", 7)
    job = await job_of_fifty(service, user)
    await user.call("DeleteJob", DeleteJobRequest(job_id=job.job_id, force=True))
    (before,) = (await service.sql("SELECT pg_current_xact_id()::text::bigint"))[0]
    await service.maintenance.attend()
    (after,) = (await service.sql("SELECT pg_current_xact_id()::text::bigint"))[0]
    assert not await service.sql("SELECT 1 FROM crawled_pages UNION ALL SELECT 1 FROM crawling_jobs")
    assert after - before >= 51 // 7


async def test_replicas_exclude_each_other_a_job_at_a_time(service: JobsService, user: User) -> None:
    job, other = await job_of_fifty(service, user), await user.create("https://other.example.org/")
    await service.queues.client.flushall()
    async with only_here(service.maintenance_pool, user.key(job)) as alone:
        assert alone
        await rounds(service)
        assert await in_redis(service, user, job) == set()
        assert len(await in_redis(service, user, other)) == 1
    replicas = [
        Maintenance(service.resources, service.maintenance_pool, service.queues.pages, 5.0) for _ in range(3)
    ]
    for _ in range(2):
        await asyncio.gather(*(replica.round() for replica in replicas))
    assert await in_redis(service, user, job) == await in_record(service, user, job)


async def test_no_row_is_locked_while_redis_is_asked(service: JobsService, user: User) -> None:
    job = await job_of_fifty(service, user)
    await service.queues.client.flushall()
    await rounds(service, 1)
    await service.queues.client.execute_command("CLIENT", "PAUSE", "1500", "ALL")
    asking = asyncio.create_task(service.maintenance.round())
    await asyncio.sleep(0)
    locked = await service.sql("SELECT 1 FROM crawling_jobs WHERE job_id = $1 FOR UPDATE NOWAIT", job.job_id)
    async with service.pool.transaction(user.name) as connection:
        assert await store.pause_job(connection, user.key(job)) is not None
    assert locked and not asking.done()
    await asking


async def test_maintenance_goes_on_without_redis(service: JobsService, user: User) -> None:
    """A round that fails is a round: the next one finds Redis back and does its work."""
    job = await job_of_fifty(service, user)
    counts = service.queues.frontier.jobs.counts

    async def away(*_: Any, **__: Any) -> Any:
        raise ConnectionError("Redis is away")

    service.queues.frontier.jobs.counts = away  # type: ignore[method-assign]
    await service.queues.client.flushall()
    await rounds(service, 2)
    service.queues.frontier.jobs.counts = counts  # type: ignore[method-assign]
    await rounds(service, 2)
    assert await in_redis(service, user, job) == await in_record(service, user, job)


async def test_a_running_service_maintains_itself(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    """The loop itself: rounds come by the interval, and a call for attention comes sooner."""
    async with running_service(database, redis_url) as service:
        user = service.user("ann")
        loop = Maintenance(service.resources, service.maintenance_pool, service.queues.pages, 0.05)
        running = asyncio.create_task(loop.run())
        job = await job_of_fifty(service, user)
        await service.queues.client.flushall()
        async with asyncio.timeout(30):
            while await in_redis(service, user, job) != await in_record(service, user, job):
                await asyncio.sleep(0.02)
        await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))
        await user.call("DeleteJob", DeleteJobRequest(job_id=job.job_id))
        async with asyncio.timeout(30):
            while await service.sql("SELECT 1 FROM crawling_jobs"):
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.wait([running])
