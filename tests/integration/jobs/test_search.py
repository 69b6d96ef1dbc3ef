"""Search by gRPC: an index is built when it is first asked for, for its user alone."""

from __future__ import annotations

import asyncio

import grpc
import pytest

from docspasta.store.search import runs_to_index
from docspasta.v1.jobs_pb2 import DeleteJobRequest, JobSettings
from docspasta.v1.search_pb2 import SearchRequest
from docspasta.v1.sources_pb2 import CreateSourceRequest, RunSourceRequest
from services.jobs.maintenance.indexing import Indexing
from tests.integration.store.crawls import page_of, processed

from .conftest import JobsService, User, queued_rows, record, refused

SITE = "https://docs.example.org"
TEXT = "# Tasks\n\nIntroduction.\n\n## Creating\n\nCall asyncio.create_task to begin.\n"


async def site(service: JobsService, user: User, *, ended: bool = True):
    """A job of two pages; one of them waits unless it has `ended`."""
    job = await user.create()
    [seed] = await queued_rows(service, user, job)
    await record(service, user, job, [processed(seed["page_id"], seed["url"], f"{SITE}/a", f"{SITE}/b")])
    first, second = await queued_rows(service, user, job)
    texts = [(first, TEXT), (second, "# Other\n\nNothing of it.\n")]
    for row, text in texts[: 2 if ended else 1]:
        page = page_of(row["url"], text)
        await record(service, user, job, [processed(row["page_id"], row["url"], page=page)])
    return job


async def test_a_first_search_builds_the_index_and_finds_the_section(
    service: JobsService, user: User
) -> None:
    job = await site(service, user)
    answer = await user.call("Search", SearchRequest(query="createTask", job_ids=[job.job_id]))
    assert "create_task" in answer.hits[0].text and answer.hits[0].url.startswith(SITE)
    assert "asyncio.create_task" in [part.text for part in answer.hits[0].snippet if part.marked]
    assert [(one.pages, one.complete, one.pending) for one in answer.jobs] == [(3, True, False)]
    again = await user.call("Search", SearchRequest(query="create task"))
    assert again.hits[0].text == answer.hits[0].text
    rows = await service.sql("SELECT count(*) FROM search_indexes WHERE user_id = $1", user.name)
    assert rows[0][0] == 1


async def test_a_running_job_is_searched_as_far_as_it_is(service: JobsService, user: User) -> None:
    job = await site(service, user, ended=False)
    answer = await user.call("Search", SearchRequest(query="create_task", job_ids=[job.job_id]))
    assert answer.hits and not answer.jobs[0].complete and answer.jobs[0].pages == 2


async def test_nobody_finds_what_is_anothers(service: JobsService, user: User) -> None:
    job = await site(service, user)
    await user.call("Search", SearchRequest(query="create_task"))
    other = service.user()
    answer = await other.call("Search", SearchRequest(query="create_task"))
    assert not answer.hits and not answer.jobs
    async with refused(grpc.StatusCode.NOT_FOUND):
        await other.call("Search", SearchRequest(query="create_task", job_ids=[job.job_id]))


async def test_deleting_a_job_while_it_is_searched_answers_or_says_that_it_is_gone(
    service: JobsService, user: User
) -> None:
    job = await site(service, user)
    asked = SearchRequest(query="create_task", job_ids=[job.job_id])
    searches = [asyncio.create_task(user.call("Search", asked)) for _ in range(3)]
    await user.call("DeleteJob", DeleteJobRequest(job_id=job.job_id))
    for told in await asyncio.gather(*searches, return_exceptions=True):
        if isinstance(told, grpc.aio.AioRpcError):
            assert told.code() is grpc.StatusCode.NOT_FOUND, told.details()
    async with refused(grpc.StatusCode.NOT_FOUND):
        await user.call("Search", asked)


@pytest.mark.parametrize("query", ["", " ", "x" * 10_240])
async def test_what_cannot_be_looked_for_is_refused(service: JobsService, user: User, query: str) -> None:
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await user.call("Search", SearchRequest(query=query))


async def test_operators_of_other_engines_are_words(service: JobsService, user: User) -> None:
    await site(service, user)
    for query in ("!!(", "a & | !b", "'; DROP TABLE", "\\", "C++ <->", "*:*", "\U0001f600"):
        await user.call("Search", SearchRequest(query=query))


async def test_a_source_is_searched_in_its_current_run(service: JobsService, user: User) -> None:
    request = CreateSourceRequest(name="docs", settings=JobSettings(url=f"{SITE}/"))
    source_id = (await user.call("CreateSource", request)).source.source_id
    asked = SearchRequest(query="create_task", source_id=source_id)
    assert not (await user.call("Search", asked)).jobs
    job = (await user.call("RunSource", RunSourceRequest(source_id=source_id))).job
    assert [one.job_id for one in (await user.call("Search", asked)).jobs] == [job.job_id]
    for wrong, code in (
        (SearchRequest(query="x", source_id="f" * 24), grpc.StatusCode.NOT_FOUND),
        (SearchRequest(query="x", source_id="no such/source"), grpc.StatusCode.NOT_FOUND),
        (
            SearchRequest(query="x", source_id=source_id, job_ids=[job.job_id]),
            grpc.StatusCode.INVALID_ARGUMENT,
        ),
        (SearchRequest(query="x", job_ids=["f" * 24]), grpc.StatusCode.NOT_FOUND),
        (SearchRequest(query="x", job_ids=[job.job_id] * 21), grpc.StatusCode.INVALID_ARGUMENT),
    ):
        async with refused(code):
            await user.call("Search", wrong)
    async with refused(grpc.StatusCode.NOT_FOUND):
        await service.user().call("Search", asked)


async def run_of(service: JobsService, user: User, source_id: str):
    """A completed run of two pages."""
    job = (await user.call("RunSource", RunSourceRequest(source_id=source_id))).job
    await service.maintenance.attend()
    [seed] = await queued_rows(service, user, job)
    await record(service, user, job, [processed(seed["page_id"], seed["url"], f"{SITE}/a")])
    [row] = await queued_rows(service, user, job)
    await record(service, user, job, [processed(row["page_id"], row["url"], page=page_of(row["url"], TEXT))])
    return job


async def test_a_run_is_indexed_at_its_end_once_its_source_was_searched(
    service: JobsService, user: User
) -> None:
    request = CreateSourceRequest(name="docs", settings=JobSettings(url=f"{SITE}/"))
    source_id = (await user.call("CreateSource", request)).source.source_id
    indexing = Indexing(service.resources.searches, service.maintenance_pool, "searched")
    indexed = "SELECT job_id FROM search_indexes WHERE user_id = $1 AND finished_at IS NOT NULL"

    async def seen() -> set[str]:
        await indexing.round()
        await indexing.finish()
        return {row[0] for row in await service.sql(indexed, user.name)}

    first = await run_of(service, user, source_id)
    assert await seen() == set()
    always = Indexing(service.resources.searches, service.maintenance_pool, "always")
    await always.round()
    await always.finish()
    assert await seen() == {first.job_id}
    second = await run_of(service, user, source_id)
    assert await seen() == {first.job_id, second.job_id}
    assert not (await runs_to_index(service.maintenance_pool, True, 10))
    # Without a job named, a source is searched in its current run alone, whatever else has its address.
    alone = await site(service, user)
    third = (await user.call("RunSource", RunSourceRequest(source_id=source_id))).job
    answer = await user.call("Search", SearchRequest(query="create_task"))
    assert [one.job_id for one in answer.jobs] == [second.job_id], (alone.job_id, third.job_id)
    assert [hit.url for hit in answer.hits] == [f"{SITE}/a"]


async def test_a_misspelt_word_is_corrected_and_that_is_said(service: JobsService, user: User) -> None:
    await site(service, user)
    for query, meant in (
        ("asyncio.craete_tsak", "asyncio.create_task"),
        ("how to begn creating", "how to begin creating"),
        ("create_task", ""),
        ("nothinglikeit", ""),
        ("create E4017", ""),
    ):
        answer = await user.call("Search", SearchRequest(query=query))
        assert answer.corrected_query == meant, query
        assert bool(answer.hits) is (query != "nothinglikeit") and (
            not meant or "create_task" in answer.hits[0].text
        )
