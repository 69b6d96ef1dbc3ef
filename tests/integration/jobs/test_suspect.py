"""A run that would take away too many pages is kept and shown, but is not current until somebody says so."""

from __future__ import annotations

import grpc
import pytest

from docspasta.v1 import sources_pb2 as pb
from docspasta.v1.jobs_pb2 import DeleteJobRequest, Job, JobSettings

from .conftest import DOCS, JobsService, User, crawl_some, refused
from .test_sources import add, run, runs, shown


async def crawled(service: JobsService, user: User, source: pb.Source, *paths: str) -> Job:
    """A run that has ended with the start page and these."""
    job = await run(user, source)
    await crawl_some(service, user, job, *(DOCS + path for path in paths))
    for _ in range(3):  # robots.txt and llms.txt, which the first page made known
        if not (await user.get(job)).HasField("finished_at"):
            await crawl_some(service, user, job)
    return await user.get(job)


def accepting(source: pb.Source, job_id: str = "") -> pb.AcceptRunRequest:
    return pb.AcceptRunRequest(source_id=source.source_id, job_id=job_id)


async def test_a_suspect_run_waits_until_somebody_accepts_it(service: JobsService, user: User) -> None:
    source = await add(user)
    good = await crawled(service, user, source, *"abcdefghi")
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "run-not-suspect"):
        await user.call("AcceptRun", accepting(source))
    fewer = await crawled(service, user, source, *"abcdef")  # exactly 30 % of ten
    assert not fewer.suspect and (await shown(user, source)).current_job_id == fewer.job_id
    small = await crawled(service, user, source, "a")
    assert (
        small.suspect
        and small.HasField("expires_at")
        and await runs(user, source)
        == [
            small.job_id,
            fewer.job_id,
            good.job_id,
        ]
    )
    now = await shown(user, source)
    assert (now.current_job_id, now.suspect_job_id) == (fewer.job_id, small.job_id)
    assert not (await user.get(fewer)).HasField("expires_at")
    diff = await user.call("DiffRuns", pb.DiffRunsRequest(source_id=source.source_id, to_job_id=small.job_id))
    assert (diff.from_job_id, diff.removed) == (fewer.job_id, 5)
    again = await crawled(service, user, source, "a")  # judged by the current run, not by the suspect one
    assert again.suspect and again.previous_job_id == fewer.job_id
    for _ in range(2):  # once more changes nothing
        accepted = (await user.call("AcceptRun", accepting(source, again.job_id))).source
        assert (accepted.current_job_id, accepted.suspect_job_id) == (again.job_id, "")
    assert not (await user.get(again)).suspect
    last = await crawled(service, user, source, "a")
    assert not last.suspect and (await shown(user, source)).current_job_id == last.job_id
    await user.call("DeleteJob", DeleteJobRequest(job_id=last.job_id))
    assert (await shown(user, source)).current_job_id == again.job_id


@pytest.mark.parametrize(("percent", "suspect"), [(0, True), (49, True), (50, False), (100, False)])
async def test_how_much_may_go_is_set_for_each_source(
    service: JobsService, user: User, percent: int, suspect: bool
) -> None:
    request = pb.CreateSourceRequest(settings=JobSettings(url=DOCS), max_removed_percent=percent)
    source = (await user.call("CreateSource", request)).source
    assert source.max_removed_percent == percent
    await crawled(service, user, source, *"abc")
    assert (await crawled(service, user, source, "a")).suspect is suspect


async def test_pages_that_moved_are_not_taken_away_and_other_settings_stay(
    service: JobsService, user: User
) -> None:
    source = await add(user)
    await crawled(service, user, source, *"abc")
    await service.sql("UPDATE crawled_pages SET content_hash = url_key WHERE user_id = $1", user.name)
    change = pb.UpdateSourceRequest(source_id=source.source_id, max_removed_percent=0)
    assert (await user.call("UpdateSource", change)).source.max_removed_percent == 0
    rename = pb.UpdateSourceRequest(source_id=source.source_id, name="x")
    assert (await user.call("UpdateSource", rename)).source.max_removed_percent == 0
    for percent in (-1, 101):
        change.max_removed_percent = percent
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await user.call("UpdateSource", change)
        assert [name for name, _ in error.__dict__["violations"]] == ["max_removed_percent"]


async def test_what_cannot_be_accepted_says_why(service: JobsService, user: User) -> None:
    source, other, bob = await add(user), await add(user, "other"), service.user("bob")
    good = await crawled(service, user, source, "a")
    stranger = await crawled(service, user, other)
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "run-not-suspect"):
        await user.call("AcceptRun", accepting(source, good.job_id))
    for job_id in (stranger.job_id, "never", "A/", (await run(user, source)).job_id):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await user.call("AcceptRun", accepting(source, job_id))
        assert [name for name, _ in error.__dict__["violations"]] == ["job_id"]
    for source_id in (source.source_id, "never", "A/"):
        async with refused(grpc.StatusCode.NOT_FOUND, "no-such-source"):
            await bob.call("AcceptRun", pb.AcceptRunRequest(source_id=source_id, job_id=good.job_id))
