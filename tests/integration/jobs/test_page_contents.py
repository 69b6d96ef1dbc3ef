"""ReadPages and ListAddresses: a job's pages with their content, and all that it found."""

from __future__ import annotations

import grpc

from docspasta.v1.jobs_pb2 import JobLimit, ListAddressesRequest, ReadPagesRequest
from docspasta.v1.page_pb2 import PageState

from .conftest import JobsService, User, crawl_some, refused
from .test_listing import LINKS, SITE, ended_job


async def test_pages_come_with_their_content_a_part_at_a_time(service: JobsService, user: User) -> None:
    job = await ended_job(service, user)
    urls, texts, token = [], [], ""
    for _ in range(10):
        asked = ReadPagesRequest(
            job_id=job.job_id, page_size=3, page_token=token, markdown=True, links=True, raw=True
        )
        parts = await user.stream("ReadPages", asked)
        urls += [part.page.url for part in parts if part.HasField("page")]
        texts += [part.markdown for part in parts if part.HasField("markdown")]
        assert parts[-1].HasField("next_page_token")
        token = parts[-1].next_page_token
        if not token:
            break
    assert len(urls) == len(set(urls)) == job.progress.processed == 8
    assert len(texts) == 8 and all(texts)


async def test_addresses_are_pages_and_what_a_limit_kept_out(service: JobsService, user: User) -> None:
    job = await user.create(max_pages=4)
    await crawl_some(service, user, job, *LINKS)
    found, token = [], ""
    while True:
        answer = await user.call(
            "ListAddresses", ListAddressesRequest(job_id=job.job_id, page_size=3, page_token=token)
        )
        found += answer.addresses
        token = answer.next_page_token
        if not token:
            break
    assert {row.url for row in found} == {f"{SITE}/", *LINKS} and len(found) == 10
    assert sum(row.kept_out_by == JobLimit.JOB_LIMIT_PAGES for row in found) == 6
    assert [row.state for row in found if row.title][:1] == [PageState.PAGE_STATE_PROCESSED]


async def test_tokens_of_other_lists_and_other_users_jobs_are_refused(
    service: JobsService, user: User
) -> None:
    job, other = await ended_job(service, user), service.user("bob")
    bad, whole = {"job_id": job.job_id, "page_token": "W10"}, {"job_id": job.job_id}
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await user.call("ListAddresses", ListAddressesRequest(**bad))
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await user.stream("ReadPages", ReadPagesRequest(**bad))
    async with refused(grpc.StatusCode.NOT_FOUND):
        await other.call("ListAddresses", ListAddressesRequest(**whole))
    async with refused(grpc.StatusCode.NOT_FOUND):
        await other.stream("ReadPages", ReadPagesRequest(**whole))
