"""A part of a list of jobs, runs or sources is bounded in bytes; the parts together are the list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2
from services.jobs.paging import MAX_BYTES

from .conftest import DOCS, User

LONG = {"url": DOCS, "include": ["/" + "a" * 500] * 50, "include_selectors": ["." + "a" * 990] * 50}
SHORT = {"url": DOCS}
MADE = [*[LONG] * 4, SHORT, LONG]


async def jobs(user: User) -> tuple[str, Any]:
    for settings in MADE:
        await user.create(**settings)
    return "ListJobs", pb.ListJobsRequest()


async def runs(user: User) -> tuple[str, Any]:
    request = sources_pb2.CreateSourceRequest(settings=pb.JobSettings(**SHORT), keep=100)
    source = (await user.call("CreateSource", request)).source.source_id
    for settings in MADE:
        change = sources_pb2.UpdateSourceRequest(source_id=source, settings=pb.JobSettings(**settings))
        await user.call("UpdateSource", change)
        job = (await user.call("RunSource", sources_pb2.RunSourceRequest(source_id=source))).job
        await user.call("CancelJob", pb.CancelJobRequest(job_id=job.job_id))
    return "ListRuns", sources_pb2.ListRunsRequest(source_id=source)


async def sources(user: User) -> tuple[str, Any]:
    for at, settings in enumerate(MADE):
        request = sources_pb2.CreateSourceRequest(name=f"{at:02}", settings=pb.JobSettings(**settings))
        await user.call("CreateSource", request)
    return "ListSources", sources_pb2.ListSourcesRequest()


async def parts_of(user: User, method: str, request: Any) -> AsyncIterator[list[Any]]:
    """The parts of a list, by following its tokens."""
    while True:
        answer = await user.call(method, request)
        yield list(answer.sources if method == "ListSources" else answer.jobs)
        request.page_token = answer.next_page_token
        if not request.page_token:
            return


@pytest.mark.parametrize("made", [jobs, runs, sources])
async def test_a_part_is_bounded_and_the_parts_are_the_list(user: User, made: Any) -> None:
    method, request = await made(user)
    for size, wanted in ((0, 2), (500, 2), (1, len(MADE)), (3, 2)):
        request.page_size, request.page_token = size, ""
        parts = [part async for part in parts_of(user, method, request)]
        whole = [one.source_id if method == "ListSources" else one.job_id for part in parts for one in part]
        assert len(whole) == len(set(whole)) == len(MADE)
        assert len(parts) == wanted, [len(part) for part in parts]
        for part in parts:
            before_the_last = sum(one.settings.ByteSize() for one in part[:-1])
            assert 0 < len(part) <= (size or 100) and before_the_last <= MAX_BYTES
