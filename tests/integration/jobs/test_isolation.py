"""Two users: on every RPC somebody else's job is one that never was, in words, metadata and statements."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from docspasta.v1 import identity_pb2, jobs_pb2
from docspasta.v1.identity_pb2_grpc import IdentityServiceStub
from docspasta.v1.jobs_pb2 import CheckAccessRequest, CheckAccessResponse, ListJobsRequest
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub

from .conftest import JobsService, User, crawl_some

JOBS = jobs_pb2.DESCRIPTOR.services_by_name["JobsService"]
IDENTITY = identity_pb2.DESCRIPTOR.services_by_name["IdentityService"]
# Every RPC that names a job; a new one is found by its descriptor.
OF_A_JOB = [method for method in JOBS.methods if "job_id" in method.input_type.fields_by_name]
OTHERS = {"CreateJob", "ListJobs", "CheckAccess"}


async def answer(user: User, method: Any, metadata: Any = None, **fields: Any) -> grpc.aio.AioRpcError:
    """The refusal of a call."""
    stub: Any = (JobsServiceStub if method.containing_service is JOBS else IdentityServiceStub)(user.channel)
    request = getattr(jobs_pb2 if method.containing_service is JOBS else identity_pb2, method.input_type.name)
    call = getattr(stub, method.name)(
        request(**fields), metadata=user.metadata if metadata is None else metadata, timeout=60
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        if method.server_streaming:
            async for _ in call:
                pass
        else:
            await call
    return caught.value


def test_every_rpc_is_looked_at() -> None:
    assert {method.name for method in JOBS.methods} == {method.name for method in OF_A_JOB} | OTHERS


async def test_somebody_elses_job_is_one_that_never_was(service: JobsService) -> None:
    ann, bob = service.user("ann"), service.user("bob")
    job = await ann.create()
    await crawl_some(service, ann, job)
    before = await service.sql("SELECT * FROM crawling_jobs")
    for method in OF_A_JOB:
        fields = {"page_id": "1"} if "page_id" in method.input_type.fields_by_name else {}
        fields |= {"force": True} if "force" in method.input_type.fields_by_name else {}
        theirs = await answer(bob, method, job_id=job.job_id, **fields)
        never = await answer(bob, method, job_id="0123456789abcdef01234567", **fields)
        assert theirs.code() is never.code() is grpc.StatusCode.NOT_FOUND, method.name
        assert theirs.details() == never.details() and job.job_id not in (theirs.details() or ""), method.name
        assert dict(theirs.trailing_metadata() or ()) == dict(never.trailing_metadata() or ()), method.name
        assert await service.sql("SELECT * FROM crawling_jobs") == before, method.name


async def test_what_cannot_be_a_job_is_none(service: JobsService) -> None:
    user = service.user("ann")
    never = await answer(user, JOBS.methods_by_name["GetJob"], job_id="0123456789abcdef01234567")
    for bad in ("", "x" * 65, "A", "a/b", "a\0b", "' OR 1=1 --", "ü"):
        for method in OF_A_JOB:
            told = await answer(user, method, job_id=bad)
            assert (told.code(), told.details()) == (never.code(), never.details()), (method.name, bad)


async def test_no_rpc_answers_without_a_credential(service: JobsService) -> None:
    user = service.user("ann")
    for metadata in ((), (("authorization", "Bearer nonsense"),), (("authorization", "Basic YTpi"),)):
        for method in (*JOBS.methods, *IDENTITY.methods):
            refusal = await answer(user, method, metadata)
            assert refusal.code() is grpc.StatusCode.UNAUTHENTICATED, (method.name, metadata)


async def test_the_same_statements_run_for_both(service: JobsService) -> None:
    """Seen from Postgres: what a request for somebody else's job asks is what one for none asks."""
    ann, bob = service.user("ann"), service.user("bob")
    job = await ann.create()

    async def statements(method: Any, job_id: str) -> list[str]:
        asked: list[str] = []

        def note(query: Any) -> None:
            asked.append(query.query)

        async def listen(connection: Any) -> None:
            connection.add_query_logger(note)

        held = [await service.pool.connections.acquire() for _ in range(service.settings.postgres_pool)]
        for connection in held:
            await listen(connection)
            await service.pool.connections.release(connection)
        await answer(bob, method, job_id=job_id)
        held = [await service.pool.connections.acquire() for _ in range(service.settings.postgres_pool)]
        for connection in held:
            await service.pool.connections.release(connection)
        return list(asked)  # earlier loggers go on listening

    for method in OF_A_JOB:
        theirs = await statements(method, job.job_id)
        never = await statements(method, "0123456789abcdef01234567")
        assert theirs == never and theirs, method.name


async def test_lists_hold_the_callers_own_only(service: JobsService) -> None:
    ann, bob = service.user("ann"), service.user("bob")
    await ann.create()
    mine = await bob.create()
    listed = await bob.call("ListJobs", ListJobsRequest())
    assert [job.job_id for job in listed.jobs] == [mine.job_id]


async def test_access_is_checked_by_each_credential(service: JobsService) -> None:
    ann, bob, cy = service.user("ann"), service.user("bob"), service.user("cy", "write")
    job = await ann.create()
    pairs = [(ann, job.job_id), (bob, job.job_id), (ann, "none"), (cy, job.job_id), (ann, "a\0b")]
    checks = [{"credential": user.token, "job_id": job_id} for user, job_id in pairs]
    checks.append({"credential": "stale", "job_id": job.job_id})
    answer = await bob.call("CheckAccess", CheckAccessRequest(checks=checks))
    named = [
        CheckAccessResponse.Access.Name(result.access).removeprefix("ACCESS_") for result in answer.results
    ]
    assert named == ["GRANTED", "NOT_FOUND", "NOT_FOUND", "UNAUTHENTICATED", "NOT_FOUND", "UNAUTHENTICATED"]
    granted = answer.results[0]
    assert granted.cursor == job.cursor and granted.state == job.progress.state
    assert all(not each.cursor and not each.state for each in answer.results[1:])
