"""GetDocument and GetOutline over gRPC: header first, chunks within bounds, refusals that say why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import grpc
import pytest

from docspasta.serving.status import error_of
from docspasta.store.documents import DocumentHeader
from docspasta.v1.jobs_pb2 import DeleteJobRequest, GetDocumentRequest, GetOutlineRequest, Job
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from tests.integration.store.crawls import failed, page_of, processed

from .conftest import JobsService, User, crawl_some, queued_rows, record, refused

SITE = "https://docs.example.org"
JSON_LINES = GetDocumentRequest.FORMAT_JSON_LINES


async def whole_job(service: JobsService, user: User) -> Job:
    job = await user.create()
    await crawl_some(service, user, job, f"{SITE}/a", f"{SITE}/b")
    assert (await crawl_some(service, user, job)).ended
    return await user.get(job)


async def test_a_document_is_a_header_and_chunks(service: JobsService, user: User) -> None:
    job = await whole_job(service, user)
    head, *chunks = await user.stream("GetDocument", GetDocumentRequest(job_id=job.job_id))
    assert head.header.complete and head.header.etag and head.header.pages == 3
    assert head.header.file_name == "docs.example.org.md"
    text = b"".join(part.chunk for part in chunks).decode()
    assert all(f"Text of {SITE}/{name}" in text for name in ("", "a", "b"))
    again = await user.stream("GetDocument", GetDocumentRequest(job_id=job.job_id))
    assert again == [head, *chunks]


async def test_an_etag_saves_the_document(service: JobsService, user: User) -> None:
    job = await whole_job(service, user)
    head = (await user.stream("GetDocument", GetDocumentRequest(job_id=job.job_id)))[0].header
    request = GetDocumentRequest(job_id=job.job_id, if_none_match=head.etag)
    (answer,) = await user.stream("GetDocument", request)
    assert answer.header.not_modified and answer.header.etag == head.etag


async def test_json_lines_are_one_object_a_page(service: JobsService, user: User) -> None:
    job = await whole_job(service, user)
    head, *chunks = await user.stream("GetDocument", GetDocumentRequest(job_id=job.job_id, format=JSON_LINES))
    lines = b"".join(part.chunk for part in chunks).decode().splitlines()
    assert [json.loads(line)["url"] for line in lines] == [f"{SITE}/", f"{SITE}/a", f"{SITE}/b"]
    assert head.header.file_name.endswith(".jsonl")


async def test_a_running_jobs_document_says_that_it_is_not_complete(service: JobsService, user: User) -> None:
    job = await user.create()
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "no-content-yet"):
        await user.stream("GetDocument", GetDocumentRequest(job_id=job.job_id))
    await crawl_some(service, user, job, f"{SITE}/a")
    head, *chunks = await user.stream("GetDocument", GetDocumentRequest(job_id=job.job_id))
    assert not head.header.complete and head.header.etag == "" and head.header.pages == 1
    assert b"complete: false" in b"".join(part.chunk for part in chunks)


async def test_a_job_without_a_page_has_no_document(service: JobsService, user: User) -> None:
    job = await user.create()
    (row,) = await queued_rows(service, user, job)
    assert (await record(service, user, job, [failed(row["page_id"])])).state == "failed"
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "no-content"):
        await user.stream("GetDocument", GetDocumentRequest(job_id=job.job_id))


async def test_a_document_deleted_while_it_is_read_never_looks_whole(
    service: JobsService, user: User
) -> None:
    job = await user.create()
    rows = await queued_rows(service, user, job)
    links = [f"{SITE}/{n}" for n in range(40)]
    await record(service, user, job, [processed(rows[0]["page_id"], rows[0]["url"], *links)])
    big = "# Big\n\n" + "text " * 100_000
    rows = await queued_rows(service, user, job)
    results = [
        processed(row["page_id"], row["url"], page=page_of(row["url"], f"{big}{row['url']}")) for row in rows
    ]
    await record(service, user, job, results)
    from docspasta.v1.jobs_pb2_grpc import JobsServiceStub

    stream = JobsServiceStub(user.channel).GetDocument(
        GetDocumentRequest(job_id=job.job_id), metadata=user.metadata, timeout=60
    )
    async with refused(grpc.StatusCode.NOT_FOUND, "gone"):
        assert (await anext(aiter(stream))).header.pages == 41
        await user.call("DeleteJob", DeleteJobRequest(job_id=job.job_id))
        await service.maintenance.attend()
        async for _ in stream:
            pass


async def test_an_outline_comes_in_pages(service: JobsService, user: User) -> None:
    job = await whole_job(service, user)
    entries, token, answers = [], "", 0
    while True:
        request = GetOutlineRequest(job_id=job.job_id, page_size=2, page_token=token)
        answer = await user.call("GetOutline", request)
        entries += answer.entries
        token, answers = answer.next_page_token, answers + 1
        if not token:
            break
    assert answers == 2 and [entry.text for entry in entries] == [
        f"Page {SITE}/{name}" for name in ("", "a", "b")
    ]
    assert all(entry.anchor and entry.page_id for entry in entries)
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await user.call("GetOutline", GetOutlineRequest(job_id=job.job_id, page_token="x"))


async def without_end() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 65_536


async def test_slow_readers_of_a_user_are_bounded_and_one_who_leaves_makes_room(
    service: JobsService, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def long_document(*_: object, **__: object) -> tuple[DocumentHeader, AsyncIterator[bytes]]:
        return DocumentHeader("", True, 1, False, "", "x.md"), without_end()

    job = await whole_job(service, user)
    monkeypatch.setattr(service.resources.stored_documents, "open", long_document)
    asked = GetDocumentRequest(job_id=job.job_id)
    readers = [
        JobsServiceStub(user.channel).GetDocument(asked, metadata=user.metadata)
        for _ in range(service.settings.jobs_documents_per_user)
    ]
    assert all([await reader.read() for reader in readers])
    async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-at-once"):
        await user.stream("GetDocument", asked)
    async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-at-once"):
        await user.call("GetOutline", GetOutlineRequest(job_id=job.job_id))
    other = service.user()
    assert await JobsServiceStub(other.channel).GetDocument(asked, metadata=other.metadata).read()
    for reader in readers:
        reader.cancel()
    async with asyncio.timeout(30):
        while not await answered(user, job):  # the server learns of it in its own time
            pass


async def answered(user: User, job: Job) -> bool:
    try:
        return bool(await user.call("GetOutline", GetOutlineRequest(job_id=job.job_id)))
    except grpc.aio.AioRpcError as error:
        assert error_of(error).reason == "too-many-at-once"
        return False
