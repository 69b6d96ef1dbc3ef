"""An ended job without its delivery, or a delivery of an end that was rolled back, cannot exist: random
histories of jobs, steered and recorded at once, with endpoints that come and go."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import UTC, datetime

import grpc

from docspasta.domain import JobKey
from docspasta.store.ending import CANCELLED, end_job
from docspasta.v1 import webhooks_pb2 as pb
from docspasta.v1.jobs_pb2 import CancelJobRequest, Job, PauseJobRequest, ResumeJobRequest
from tests.integration.jobs.conftest import JobsService, User, crawl_some
from tests.sizes import size

ENDS = ("job.completed", "job.failed", "job.cancelled")
OF_ENDS = """
  SELECT job.job_id, job.state, job.state_version, count(delivery.message_id) AS deliveries,
    min(message.type) AS type, min(message.sequence) AS sequence
  FROM crawling_jobs AS job
  LEFT JOIN webhook_messages AS message ON message.job_id = job.job_id AND message.type <> 'job.started'
  LEFT JOIN webhook_deliveries AS delivery USING (message_id)
  WHERE job.finished_at IS NOT NULL GROUP BY job.job_id, job.state, job.state_version"""


async def endpoint(user: User, *events: str) -> str:
    settings = pb.WebhookSettings(url="https://hooks.example.org/", events=events)
    made = await user.call("CreateWebhook", pb.CreateWebhookRequest(settings=settings))
    return str(made.webhook.webhook_id)


async def steer(service: JobsService, user: User, job: Job, draw: random.Random) -> None:
    """One random step; refusals are part of it."""
    step = draw.choice(("pause", "resume", "cancel", "record", "record", "record", "maintain"))
    requests = {
        "pause": ("PauseJob", PauseJobRequest(job_id=job.job_id)),
        "resume": ("ResumeJob", ResumeJobRequest(job_id=job.job_id)),
        "cancel": ("CancelJob", CancelJobRequest(job_id=job.job_id)),
    }
    try:
        if step == "record":
            await crawl_some(service, user, job)
        elif step == "maintain":
            await service.maintenance.round()
        else:
            await user.call(*requests[step])
    except grpc.aio.AioRpcError as error:
        assert error.code() in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ABORTED), error


async def test_each_end_has_exactly_one_delivery(service: JobsService) -> None:
    """Break the trigger's condition, or write the row after the commit, and a count is off."""
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"SEED={seed}")
    draw = random.Random(seed)
    user = service.user("ann")
    await endpoint(user, *ENDS)
    jobs = [await user.create() for _ in range(size("jobs whose ends are told") // 10 + 3)]
    for _ in range(size("jobs whose ends are told")):
        await asyncio.gather(*(steer(service, user, draw.choice(jobs), draw) for _ in range(3)))
    for job in jobs:
        if not (await user.get(job)).HasField("finished_at"):
            await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))
    ended = await service.sql(OF_ENDS)
    assert len(ended) == len(jobs)
    for row in ended:
        assert row["deliveries"] == 1, dict(row)
        assert (row["type"], row["sequence"]) == (f"job.{row['state']}", row["state_version"]), dict(row)


async def test_an_end_that_is_rolled_back_is_told_to_nobody(service: JobsService) -> None:
    user = service.user("ann")
    await endpoint(user, *ENDS)
    job = await user.create()
    key = JobKey("ann", job.job_id)
    try:
        async with service.pool.transaction("ann") as connection:
            assert await end_job(connection, key, datetime.now(UTC), CANCELLED)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert await service.sql("SELECT 1 FROM webhook_messages") == []


async def test_an_endpoint_that_goes_at_the_same_moment_fails_no_job(service: JobsService) -> None:
    """A job's end waits for the deletion, and leaves that endpoint out."""
    user = service.user("ann")
    webhook_id = await endpoint(user, *ENDS)
    job = await user.create()
    async with service.pool.transaction("ann") as connection:
        await connection.execute("DELETE FROM webhook_endpoints WHERE webhook_id = $1", webhook_id)
        ending = asyncio.create_task(user.call("CancelJob", CancelJobRequest(job_id=job.job_id)))
        while not await service.sql("SELECT 1 FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
            assert not ending.done()
    await ending
    assert await service.sql("SELECT 1 FROM webhook_messages") == []


async def test_a_user_without_endpoints_costs_a_crawl_nothing(service: JobsService) -> None:
    """No row is written for them, and no statement runs that did not run before webhooks."""
    user = service.user("bob")
    await endpoint(service.user("ann"), "page.processed", *ENDS)
    job = await user.create()
    await crawl_some(service, user, job, "https://docs.example.org/a")
    await crawl_some(service, user, job)
    for table in ("webhook_messages", "webhook_deliveries", "webhook_page_events"):
        assert await service.sql(f"SELECT 1 FROM {table}") == [], table
