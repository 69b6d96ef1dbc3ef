"""Sources: kept by name, run one run at a time, and their old runs go; nobody sees another's."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc

from docspasta.v1 import sources_pb2 as pb
from docspasta.v1.jobs_pb2 import CancelJobRequest, DeleteJobRequest, Header, Job, JobSettings
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub
from tests.integration.store.crawls import page_of, processed

from .conftest import DOCS, JobsService, User, crawl_some, queued_rows, record, refused, running_service

SERVICE = pb.DESCRIPTOR.services_by_name["SourcesService"]
BAD: list[tuple[dict[str, Any], str]] = [
    ({"settings": JobSettings()}, "settings.url"),
    ({"settings": JobSettings(url="http://10.0.0.1/")}, "settings.url"),
    ({"settings": JobSettings(url=DOCS, max_pages=0)}, "settings.max_pages"),
    ({"settings": JobSettings(url=DOCS, headers=[Header(name="A", value="b")])}, "settings.headers"),
    ({"settings": JobSettings(url=DOCS, push=True)}, "settings.push"),
    ({"name": "x" * 101}, "name"),
    ({"name": " x"}, "name"),
    ({"name": "two\nlines"}, "name"),
    ({"keep": -1}, "keep"),
    ({"keep": 101}, "keep"),
]


async def add(user: User, name: str = "", url: str = DOCS, keep: int = 0) -> pb.Source:
    """A new source."""
    request = pb.CreateSourceRequest(name=name, settings=JobSettings(url=url), keep=keep)
    made: pb.Source = (await user.call("CreateSource", request)).source
    return made


async def run(user: User, source: pb.Source, key: str = "") -> Job:
    """Begin a run."""
    request = pb.RunSourceRequest(source_id=source.source_id, idempotency_key=key)
    job: Job = (await user.call("RunSource", request)).job
    return job


async def shown(user: User, source: pb.Source) -> pb.Source:
    """The source as it stands."""
    found: pb.Source = (await user.call("GetSource", pb.GetSourceRequest(source_id=source.source_id))).source
    return found


async def runs(user: User, source: pb.Source, size: int = 0) -> list[str]:
    """The ids of all its runs, newest first."""
    request, found = pb.ListRunsRequest(source_id=source.source_id, page_size=size), []
    while True:
        answer = await user.call("ListRuns", request)
        found += [job.job_id for job in answer.jobs]
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token


async def completed(service: JobsService, user: User, source: pb.Source, text: str | None = None) -> Job:
    """A run that has ended well; `text` is what its first page says."""
    job = await run(user, source)
    rows = await queued_rows(service, user, job)
    pages = [processed(row["page_id"], row["url"], page=page_of(row["url"], text)) for row in rows]
    await record(service, user, job, pages)
    for _ in range(3):  # robots.txt and llms.txt, which the first page made known
        if not (await user.get(job)).HasField("finished_at"):
            await crawl_some(service, user, job)
    return await user.get(job)


async def test_a_source_is_kept_by_name_and_its_runs_are_jobs(service: JobsService, user: User) -> None:
    source = await add(user)
    assert (source.name, source.keep, source.current_job_id) == ("docs.example.org", 10, "")
    first = await completed(service, user, source)
    assert (first.source_id, first.previous_job_id) == (source.source_id, "")
    second = await run(user, source)
    assert second.previous_job_id == first.job_id
    now = await shown(user, source)
    assert (now.current_job_id, now.newest_job_id) == (first.job_id, second.job_id)
    await user.call("CancelJob", CancelJobRequest(job_id=second.job_id))
    assert (await shown(user, source)).current_job_id == first.job_id
    assert await runs(user, source, size=1) == [second.job_id, first.job_id]
    await user.call("DeleteJob", DeleteJobRequest(job_id=first.job_id))
    assert (await shown(user, source)).current_job_id == ""


async def test_one_run_at_a_time_and_one_a_key(service: JobsService, user: User) -> None:
    source = await add(user)
    begun = await asyncio.gather(*(run(user, source) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, Job) for one in begun) == 1
    assert {one.code() for one in begun if isinstance(one, grpc.aio.AioRpcError)} == {
        grpc.StatusCode.FAILED_PRECONDITION
    }
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "run-in-progress"):
        await run(user, source)
    await user.call("CancelJob", CancelJobRequest(job_id=(await shown(user, source)).newest_job_id))
    again = [await run(user, source, "k1"), await run(user, source, "k1")]
    assert again[0].job_id == again[1].job_id and len(await runs(user, source)) == 2


async def test_old_runs_go_but_never_the_current_one(service: JobsService, user: User) -> None:
    source = await add(user, keep=2)
    good = await completed(service, user, source)
    later = []
    for _ in range(3):
        job = await run(user, source)
        await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))
        later.append(job.job_id)
    assert await runs(user, source) == [later[2], later[1], good.job_id]
    newest = await completed(service, user, source)
    request = pb.UpdateSourceRequest(source_id=source.source_id, keep=1, name="docs")
    changed = (await user.call("UpdateSource", request)).source
    assert (changed.name, changed.keep, await runs(user, source)) == ("docs", 1, [newest.job_id])


async def test_age_takes_all_but_the_current_run(service: JobsService, user: User) -> None:
    source, lost = await add(user), await add(user, "other")
    old, current = await completed(service, user, source), await completed(service, user, source)
    other = await completed(service, user, lost)
    assert (await user.get(old)).HasField("expires_at") and not current.HasField("expires_at")
    await user.call("DeleteSource", pb.DeleteSourceRequest(source_id=lost.source_id))
    assert (await user.get(other)).source_id == "" and (await user.get(other)).HasField("expires_at")
    await service.sql(
        "UPDATE crawling_jobs SET finished_at = finished_at - interval '30 days' WHERE user_id = $1",
        user.name,
    )
    await service.maintenance.round()
    assert await runs(user, source) == [current.job_id]
    async with refused(grpc.StatusCode.NOT_FOUND):
        await user.get(other)
    assert (await user.get(current)).previous_job_id in ("", old.job_id)


async def test_mistakes_are_told_by_field(user: User) -> None:
    for given, field in BAD:
        request = pb.CreateSourceRequest(**{"settings": JobSettings(url=DOCS), **given})
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await user.call("CreateSource", request)
        assert field in dict(error.__dict__["violations"]), (given, error.__dict__)


async def test_names_are_taken_once_and_their_number_is_limited(database: Any, redis_url: str) -> None:
    async with running_service(database, redis_url, sources_per_user=2) as service:
        user = service.user()
        first, second = await add(user, "a"), await add(user, "b")
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-sources"):
            await add(user, "c")
        async with refused(grpc.StatusCode.INVALID_ARGUMENT):
            await user.call("UpdateSource", pb.UpdateSourceRequest(source_id=second.source_id, name="a"))
        request = pb.ListSourcesRequest(page_size=1)
        page = await user.call("ListSources", request)
        request.page_token = page.next_page_token
        rest = await user.call("ListSources", request)
        assert [one.source_id for one in (*page.sources, *rest.sources)] == [
            first.source_id,
            second.source_id,
        ]
        await user.call("DeleteSource", pb.DeleteSourceRequest(source_id=first.source_id))
        async with refused(grpc.StatusCode.INVALID_ARGUMENT):
            await add(user, "b")
        assert (await add(user, "a")).source_id != first.source_id


async def test_somebody_elses_source_is_as_one_that_never_was(service: JobsService, user: User) -> None:
    source, bob = await add(user), service.user("bob")
    for method in ("GetSource", "UpdateSource", "DeleteSource", "RunSource", "ListRuns"):
        kind = getattr(pb, SERVICE.methods_by_name[method].input_type.name)
        for source_id in (source.source_id, "never", "A/", ""):
            async with refused(grpc.StatusCode.NOT_FOUND, "no-such-source"):
                await bob.call(method, kind(source_id=source_id))
    assert not (await bob.call("ListSources", pb.ListSourcesRequest())).sources


async def test_runs_are_compared_line_by_line_by_date_and_for_people(
    service: JobsService, user: User
) -> None:
    source = await add(user, "handbook")
    first = await completed(service, user, source)
    second = await completed(service, user, source, "# Page\n\nOther text.\n")
    await service.sql(
        "UPDATE crawling_jobs SET finished_at = '2026-01-05T12:00:00Z' WHERE job_id = $1", first.job_id
    )
    for earlier in ("", first.job_id, "2026-01-06", "2026-01-05T14:00:00+02:00", "2026-01-05T12:00:00"):
        request = pb.DiffRunsRequest(source_id=source.source_id, from_job_id=earlier)
        diff = await user.call("DiffRuns", request)
        assert (diff.from_job_id, diff.to_job_id) == (first.job_id, second.job_id), earlier
        [change] = diff.changes
        assert change.kind == pb.PageChange.KIND_CHANGED
        assert (change.lines_added, change.lines_removed) == (2, 2), change
    for bad in ("2026-01-05", "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31x"):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await user.call("DiffRuns", pb.DiffRunsRequest(source_id=source.source_id, from_job_id=bad))
        assert [name for name, _ in error.__dict__["violations"]] == ["from_job_id"], bad
    call = SourcesServiceStub(user.channel).WriteDiff(
        pb.WriteDiffRequest(source_id=source.source_id), metadata=user.metadata, timeout=60
    )
    document = b"".join([one.chunk async for one in call]).decode()
    assert document.startswith(f"# What changed in handbook\n\nSeen from run `{first.job_id}` to run")
    assert "## Changed pages" in document and "\n+Other text.\n" in document and "## New" not in document


async def test_a_comparison_takes_a_place_of_readers(
    service: JobsService, user: User, monkeypatch: Any
) -> None:
    source = await add(user)
    await completed(service, user, source)
    monkeypatch.setattr(service.resources.documents, "_user", 0)
    async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-at-once"):
        await user.call("DiffRuns", pb.DiffRunsRequest(source_id=source.source_id))


async def test_runs_are_compared(service: JobsService, user: User) -> None:
    source, other = await add(user), await add(user, "other")
    request = pb.DiffRunsRequest(source_id=source.source_id)
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "no-run-yet"):
        await user.call("DiffRuns", request)
    first = await completed(service, user, source)
    diff = await user.call("DiffRuns", request)
    assert (diff.from_job_id, diff.to_job_id, diff.added) == ("", first.job_id, 1)
    assert [(one.kind, one.url) for one in diff.changes] == [(pb.PageChange.KIND_ADDED, DOCS)]
    second = await completed(service, user, source)
    diff = await user.call("DiffRuns", request)
    assert (diff.from_job_id, diff.to_job_id, diff.unchanged) == (first.job_id, second.job_id, 1)
    assert not diff.changes
    stranger, bob = await completed(service, user, other), service.user("bob")
    for field in ("from_job_id", "to_job_id"):
        for job_id in (stranger.job_id, "never", "A/", (await run(user, source)).job_id):
            asked = pb.DiffRunsRequest(source_id=source.source_id, **{field: job_id})  # type: ignore[arg-type]
            async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
                await user.call("DiffRuns", asked)
            assert [name for name, _ in error.__dict__["violations"]] == [field]
        newest = (await shown(user, source)).newest_job_id
        await user.call("CancelJob", CancelJobRequest(job_id=newest))
    async with refused(grpc.StatusCode.NOT_FOUND, "no-such-source"):
        await bob.call("DiffRuns", request)
