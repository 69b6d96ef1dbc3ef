"""Crawls of an address with the same settings share what they remember of its pages; nobody sees it, and it
goes with the last of them."""

from __future__ import annotations

from typing import Any

import pytest

from docspasta.v1 import sources_pb2 as pb
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    CreateJobRequest,
    DeleteJobRequest,
    Header,
    Job,
    JobSettings,
)

from .conftest import DOCS, JobsService, User, crawl_some


async def begin(user: User, reuse: bool = True, key: str = "", **settings: Any) -> Job:
    """A job that takes what did not change from an earlier one."""
    asked = JobSettings(url=DOCS, **settings)
    request = CreateJobRequest(settings=asked, reuse=reuse, idempotency_key=key)
    job: Job = (await user.call("CreateJob", request)).job
    return job


async def completed(service: JobsService, user: User, **settings: Any) -> Job:
    """One that has ended well."""
    job = await begin(user, **settings)
    while not (await user.get(job)).HasField("finished_at"):
        await crawl_some(service, user, job)
    return await user.get(job)


async def test_the_newest_completed_job_of_the_same_settings_is_the_base(
    service: JobsService, user: User
) -> None:
    first = await completed(service, user, delay=2.0)
    assert first.previous_job_id == ""
    second = await completed(service, user, delay=3.0, concurrency=1)  # how fast is no matter
    assert second.previous_job_id == first.job_id
    cancelled = await begin(user)
    await user.call("CancelJob", CancelJobRequest(job_id=cancelled.job_id))
    assert (await begin(user)).previous_job_id == second.job_id
    assert (await begin(user, key="k")).job_id == (await begin(user, key="k")).job_id


@pytest.mark.parametrize(
    "other",
    [
        {"reuse": False},
        {"max_pages": 7},
        {"exclude_selectors": [".ad"]},
        {"headers": [Header(name="Cookie", value="who=ann")]},
        {"push": True},
    ],
)
async def test_nothing_is_taken_from_a_job_that_was_asked_for_otherwise(
    service: JobsService, user: User, other: dict[str, Any]
) -> None:
    await completed(service, user)
    assert (await begin(user, **other)).previous_job_id == ""


async def test_nothing_is_taken_from_anothers_job(service: JobsService, user: User) -> None:
    await completed(service, user)
    assert (await begin(service.user())).previous_job_id == ""


async def test_what_is_remembered_is_no_source_and_goes_with_the_last_job(
    service: JobsService, user: User
) -> None:
    jobs = [await completed(service, user) for _ in range(2)]
    assert not (await user.call("ListSources", pb.ListSourcesRequest())).sources
    count = "SELECT source_id FROM sources WHERE user_id = $1"
    assert len(await service.sql(count, user.name)) == 1
    for job, left in zip(jobs, (1, 0), strict=True):
        await user.call("DeleteJob", DeleteJobRequest(job_id=job.job_id))
        await service.maintenance.round()
        assert len(await service.sql(count, user.name)) == left
