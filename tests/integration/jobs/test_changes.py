"""Following a source: the lines of each page to put in or to delete, from a cursor on."""

from __future__ import annotations

import json
from typing import Any

import grpc

from docspasta.v1 import sources_pb2 as pb
from docspasta.v1.jobs_pb2 import ExportJobRequest
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub

from .conftest import DOCS, JobsService, User, refused
from .test_sources import add
from .test_suspect import crawled


async def lines(user: User, source: pb.Source, after: str = "", **more: Any) -> list[dict[str, Any]]:
    """The lines after a cursor."""
    request = pb.ReadChangesRequest(source_id=source.source_id, after=after, **more)
    call = SourcesServiceStub(user.channel).ReadChanges(request, metadata=user.metadata, timeout=60)
    return [json.loads(line) for line in b"".join([one.chunk async for one in call]).splitlines()]


async def test_a_source_is_followed(service: JobsService, user: User) -> None:
    source = await add(user)
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "no-run-yet"):
        await lines(user, source)
    first = await crawled(service, user, source, *"abc")
    found = await lines(user, source)
    assert [(one["op"], one["url"]) for one in found] == [("upsert", DOCS + path) for path in ("", *"abc")]
    assert {one["jobId"] for one in found} == {first.job_id} and all(one["hash"] for one in found)
    exported = ExportJobRequest(job_id=first.job_id, format=ExportJobRequest.FORMAT_CHUNKS)
    parts = await user.stream("ExportJob", exported)
    chunks = [json.loads(line) for line in b"".join(part.chunk for part in parts).splitlines()]
    texts = {chunk["id"]: chunk["text"] for chunk in chunks}
    assert texts and {each["id"]: each["text"] for one in found for each in one["chunks"]} == texts
    half, last = found[1]["cursor"], found[-1]["cursor"]
    assert await lines(user, source, half) == found[2:] and not await lines(user, source, last)
    assert "chunks" not in (await lines(user, source, without_chunks=True))[0]
    second = await crawled(service, user, source, *"abd")
    then = await lines(user, source, last)
    assert [(one["op"], one["url"]) for one in then] == [("delete", f"{DOCS}c"), ("upsert", f"{DOCS}d")]
    assert then[1]["jobId"] == second.job_id and set(then[0]) == {"op", "url", "cursor"}
    await crawled(service, user, source)  # it lost three of four pages: suspect
    assert not await lines(user, source, then[-1]["cursor"])


async def test_what_is_no_cursor_of_this_source_is_refused(service: JobsService, user: User) -> None:
    source, other, bob = await add(user), await add(user, "other"), service.user("bob")
    await crawled(service, user, source)
    await crawled(service, user, other)
    [line] = await lines(user, other)
    for after in (line["cursor"], "x", "!", "a" * 5_000, line["cursor"][:-4]):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await lines(user, source, after)
        assert [name for name, _ in error.__dict__["violations"]] == ["after"]
    await service.sql("UPDATE sources SET feed_seq = 0, feed_of = '' WHERE user_id = $1", user.name)
    await service.sql("DELETE FROM source_feed WHERE user_id = $1", user.name)
    await lines(user, other)
    await service.sql("UPDATE sources SET feed_seq = 0 WHERE user_id = $1", user.name)
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        await lines(user, other, line["cursor"])
    async with refused(grpc.StatusCode.NOT_FOUND, "no-such-source"):
        await lines(bob, source)
