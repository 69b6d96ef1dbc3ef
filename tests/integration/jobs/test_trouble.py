"""Postgres or Redis away: an answer that says so, and everything goes on when they are back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import grpc
import pytest

from docspasta.embedded.children import Children
from docspasta.v1.jobs_pb2 import CancelJobRequest, JobState, ListJobsRequest
from tests import stack as stacks

from .conftest import JobsService, User, refused, running_service


async def test_connections_that_postgres_cut_are_replaced(service: JobsService, user: User) -> None:
    job = await user.create()
    for _ in range(5):
        await service.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'docspasta_app'"
        )
        try:
            await user.get(job)
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.UNAVAILABLE, error.details()
    assert (await user.get(job)).job_id == job.job_id


@pytest.fixture
def own_postgres() -> Iterator[stacks.PostgresServer]:
    """A server of the test's own, to be stopped."""
    with stacks.running_postgres() as server:
        asyncio.run(stacks.make_template(server))
        yield server


@pytest.fixture
def own_valkey() -> Iterator[stacks.ValkeyServer]:
    """A server of the test's own, to be killed."""
    with stacks.running_valkey() as server:
        yield server


async def test_without_postgres_calls_are_unavailable(
    own_postgres: stacks.PostgresServer, redis_url: str
) -> None:
    database, children = await stacks.create_database(own_postgres), Children()
    cancel = CancelJobRequest(job_id="x")
    async with running_service(database, redis_url) as service:
        user = service.user("ann")
        await user.create()
        await asyncio.to_thread(own_postgres.cluster.stop, children)
        for method, request in (("ListJobs", ListJobsRequest()), ("CancelJob", cancel)):
            async with refused(grpc.StatusCode.UNAVAILABLE) as error:
                await user.call(method, request)
            assert "database" in error.message and "Traceback" not in error.message
        own_postgres.cluster.start(children)
        await own_postgres.cluster.ready()
        assert len((await user.call("ListJobs", ListJobsRequest())).jobs) == 1
    await asyncio.to_thread(own_postgres.cluster.stop, children)
    children.close()


async def test_without_redis_a_job_is_accepted_and_opened_later(
    database: stacks.Database, own_valkey: stacks.ValkeyServer
) -> None:
    async with running_service(database, own_valkey.url, jobs_requests_per_second=50) as service:
        user = service.user("ann")
        os.kill(own_valkey.pid, signal.SIGKILL)
        own_valkey.server.process.wait()
        job = await user.create()
        assert job.progress.state == JobState.JOB_STATE_RUNNING
        assert (await user.get(job)).progress.queued == 1
        own_valkey.server.start(own_valkey.children)
        await own_valkey.server.ready()
        for _ in range(2):
            await service.maintenance.round()
        assert (await service.queues.frontier.jobs.counts(user.key(job))).queued == 1
