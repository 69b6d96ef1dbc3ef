"""Everybody steers at once, work goes on, Redis is emptied: in the end record and frontier agree.

The seed is printed; DOCSPASTA_TEST_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

import grpc

from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    DeleteJobRequest,
    Job,
    PauseJobRequest,
    ResumeJobRequest,
)
from tests.sizes import size

from .conftest import JobsService, User, crawl_some, pages_of, running_service

PLACES = 3
STEERERS = 6
EXPECTED = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ABORTED}
FENCES = {
    "queued": "paused",
    "running": "open",
    "paused": "paused",
    "completed": "ended",
    "failed": "ended",
    "cancelled": "ended",
}


class Steerer:
    """One of those who steer: a user's own jobs, by a seeded choice."""

    def __init__(self, service: JobsService, user: User, jobs: list[Job], chance: random.Random) -> None:
        self.service, self.user, self.jobs, self.chance = service, user, jobs, chance
        self.made = 0

    async def step(self) -> None:
        """One act; refusals that steering at once must bring about are fine, anything else is not."""
        acts = [
            self.create,
            self.pause,
            self.resume,
            self.resume,
            self.cancel,
            self.delete,
            self.work,
            self.work,
        ]
        try:
            await self.chance.choice(acts)()
        except grpc.aio.AioRpcError as error:
            assert error.code() in EXPECTED, (error.code(), error.details())

    async def create(self) -> None:
        self.jobs.append(await self.user.create(f"https://{self.chance.randrange(9)}.example.org/"))

    async def pause(self) -> None:
        await self.on_one("PauseJob", PauseJobRequest)

    async def resume(self) -> None:
        await self.on_one("ResumeJob", ResumeJobRequest)

    async def cancel(self) -> None:
        if self.chance.random() < 0.4:
            await self.on_one("CancelJob", CancelJobRequest)

    async def delete(self) -> None:
        if self.chance.random() < 0.2:
            await self.on_one("DeleteJob", DeleteJobRequest, force=self.chance.random() < 0.5)

    async def work(self) -> None:
        if self.jobs:
            self.made += 1
            links = [
                f"https://docs.example.org/{id(self)}/{self.made}/{n}"
                for n in range(self.chance.randrange(4))
            ]
            recorded = await crawl_some(self.service, self.user, self.chance.choice(self.jobs), *links)
            if recorded.ended:
                await self.service.resources.reconciler.start_waiting(self.user.name)

    async def on_one(self, method: str, request: Any, **fields: Any) -> None:
        if self.jobs:
            await self.user.call(method, request(job_id=self.chance.choice(self.jobs).job_id, **fields))


async def test_steering_at_random_leaves_record_and_frontier_agreed(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    seed = int(os.environ.get("DOCSPASTA_TEST_SEED", random.SystemRandom().randrange(2**32)))
    print(f"DOCSPASTA_TEST_SEED={seed}")
    chance = random.Random(seed)
    async with running_service(database, redis_url, jobs_running_per_user=PLACES) as service:
        users = [service.user("ann"), service.user("bob")]
        jobs: dict[str, list[Job]] = {user.name: [] for user in users}
        steerers = [
            Steerer(service, users[n % 2], jobs[users[n % 2].name], random.Random(f"{seed} {n}"))
            for n in range(STEERERS)
        ]
        for _ in range(size("random steering")):
            await asyncio.gather(*(steerer.step() for steerer in steerers))
            await check_record(service)
            if chance.random() < 0.05:
                await service.queues.client.flushall()
            if chance.random() < 0.2:
                await service.maintenance.round()
        for _ in range(3):
            await service.maintenance.round()
        await check_record(service)
        await check_frontier(service, users)


async def check_record(service: JobsService) -> None:
    """What holds at every moment."""
    counted = await service.sql(
        """SELECT job.job_id FROM crawling_jobs AS job LEFT JOIN LATERAL (
             SELECT count(*) AS discovered, count(*) FILTER (WHERE state = 'queued') AS queued,
               count(*) FILTER (WHERE state = 'processed') AS processed,
               count(*) FILTER (WHERE state = 'failed') AS failed,
               count(*) FILTER (WHERE state = 'skipped') AS skipped
             FROM crawled_pages AS page
             WHERE page.user_id = job.user_id AND page.job_id = job.job_id AND kind = 'page') AS pages ON true
           WHERE deleted_at IS NULL AND (job.discovered, job.queued, job.processed, job.failed, job.skipped)
             <> (pages.discovered, pages.queued, pages.processed, pages.failed, pages.skipped)"""
    )
    assert not counted, "counts differ from the rows"
    crowded = await service.sql(
        "SELECT user_id FROM crawling_jobs WHERE state = 'running' GROUP BY user_id HAVING count(*) > $1",
        PLACES,
    )
    assert not crowded, "more jobs run than may"


async def check_frontier(service: JobsService, users: list[User]) -> None:
    """What holds once tending had its rounds: Redis says what the record says, and holds nothing else."""
    reconciler = service.resources.reconciler
    for user in users:
        for row in await service.sql("SELECT * FROM crawling_jobs WHERE user_id = $1", user.name):
            job = user.key(Job(job_id=row["job_id"]))
            counts = await service.queues.frontier.jobs.counts(job)
            if row["state"] == "running":
                named = Job(job_id=row["job_id"])
                pages = await pages_of(service, user, named, "state = 'queued'")
                urls = reconciler.queued_urls(job, pages)
                assert await service.queues.frontier.known(urls) == {url.page_id for url in urls}
            expected = FENCES.get(row["state"])
            # What was emptied away needs no fence: nothing of it is there.
            assert counts.state == expected or (row["state"] != "running" and counts.total == 0), dict(row)
        waiting = await service.sql(
            "SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running')"
            " FROM crawling_jobs WHERE user_id = $1",
            user.name,
        )
        queued, running = waiting[0]
        assert not queued or running == PLACES, "a job waits although there is a place"
    known = {
        row["job_id"]
        for row in await service.sql("SELECT job_id FROM crawling_jobs WHERE finished_at IS NULL")
    }
    async for name in service.queues.client.scan_iter("user:*"):
        parts = name.decode().split(":")
        assert parts[3] in known or parts[-1] == "state", f"{name!r} is left of a job that is over"
