"""Who follows a source beside an oracle: what a fresh crawl of each state of the site shows."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from docspasta.serving.channel import open_channel
from docspasta.v1.jobs_pb2 import ExportJobRequest
from docspasta.v1.sources_pb2 import DiffRunsRequest, PageChange, ReadChangesRequest
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub

from .conftest import Client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from docspasta.v1.jobs_pb2 import Job

Shown = dict[
    str, list[dict[str, Any]]
]  # the chunks of each page by its address: text, title, where links lead
HERE = (PageChange.KIND_ADDED, PageChange.KIND_MOVED)


async def shown(client: Client, job: Job) -> Shown:
    """What a job's document shows."""
    request = ExportJobRequest(job_id=job.job_id, format=ExportJobRequest.FORMAT_CHUNKS)
    answers = client.stub.ExportJob(request, metadata=client.metadata, timeout=60)
    pages: Shown = {}
    for line in b"".join([answer.chunk async for answer in answers]).splitlines():
        chunk = json.loads(line)
        pages.setdefault(chunk["url"], []).append(chunk)
    return pages


class Follower:
    """A copy of a source, brought up to date by its changes, and its runs beside the oracle's."""

    def __init__(self, client: Client, sources: Any) -> None:
        self._client, self._sources = client, sources
        self._copy: Shown = {}
        self._cursor = ""
        self._before: tuple[str, Shown] = ("", {})  # the run before, and what a fresh crawl showed then

    async def follow(self, run: Job, fresh: Job) -> None:
        """Look at a run that has just ended, beside a fresh crawl of the same site."""
        wanted = await shown(self._client, fresh)
        await self._read(run.source_id)
        assert self._copy == wanted, "the copy is what a fresh crawl shows"
        await self._compare(run, wanted)
        self._before = run.job_id, wanted

    async def _read(self, source_id: str) -> None:
        asked = ReadChangesRequest(source_id=source_id, after=self._cursor)
        answers = self._sources.ReadChanges(asked, metadata=self._client.metadata, timeout=60)
        for line in b"".join([answer.chunk async for answer in answers]).splitlines():
            change = json.loads(line)
            self._copy.pop(change["url"], None)
            if change["op"] == "upsert":
                self._copy[change["url"]] = change["chunks"]
            self._cursor = change["cursor"]

    async def _compare(self, run: Job, now: Shown) -> None:
        """The diff since the run before is that of the two fresh crawls."""
        earlier, was = self._before
        asked = DiffRunsRequest(
            source_id=run.source_id, from_job_id=earlier, to_job_id=run.job_id, page_size=500
        )
        found = await self._sources.DiffRuns(asked, metadata=self._client.metadata, timeout=60)
        here = {change.url for change in found.changes if change.kind in HERE}
        gone = {change.old_url for change in found.changes if change.kind == PageChange.KIND_MOVED}
        gone |= {change.url for change in found.changes if change.kind == PageChange.KIND_REMOVED}
        changed = {change.url for change in found.changes if change.kind == PageChange.KIND_CHANGED}
        assert here == now.keys() - was.keys(), "what is new"
        assert gone == was.keys() - now.keys(), "what is gone"
        assert changed == {url for url in now.keys() & was.keys() if now[url] != was[url]}, "what changed"


@asynccontextmanager
async def following(client: Client) -> AsyncIterator[Follower]:
    """One that has read nothing yet."""
    channel = open_channel(client.stack.addresses["jobs"])
    try:
        yield Follower(client, SourcesServiceStub(channel))
    finally:
        await channel.close(None)
