"""A run of a source on a site that changes has, byte for byte, the document of a crawl without a past."""

from __future__ import annotations

import random
import time
from typing import Any

from docspasta.serving.channel import open_channel
from docspasta.v1.jobs_pb2 import Job, JobSettings, JobState
from docspasta.v1.sources_pb2 import CreateSourceRequest, RunSourceRequest
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub
from tests.sizes import size

from .conftest import Client
from .site import Site, page, serving


def linked(titles: dict[str, str]) -> dict[str, str]:
    """A site of these pages, by path: the start page links to all, and each page to the next."""
    paths = list(titles)
    site = {"/": page("Start", {path: titles[path] for path in paths})}
    for at, path in enumerate(paths):
        after = paths[(at + 1) % len(paths)]
        site[path] = page(titles[path], {after: titles[after]})
    return site


def changed(titles: dict[str, str], rng: random.Random, step: int) -> dict[str, str]:
    """The same site later: pages were added, changed, removed and moved, and others stayed."""
    now = dict(titles)
    for kind in rng.sample(["add", "change", "remove", "move", "order"], k=3):
        path = rng.choice(list(now))
        match kind:
            case "add":
                now[f"/new-{step}.html"] = f"New {step}"
            case "change":
                now[path] = f"Changed {step}"
            case "remove" if len(now) > 3:
                del now[path]
            case "move":
                now[f"/moved-{step}.html"] = now.pop(path)
            case "order":
                now = dict(rng.sample(list(now.items()), k=len(now)))
    return now


async def run_of(client: Client, sources: Any, source_id: str) -> Job:
    """A run that has ended well."""
    request = RunSourceRequest(source_id=source_id)
    begun = (await sources.RunSource(request, metadata=client.metadata, timeout=20)).job
    job = await client.ended(begun)
    assert job.progress.state == JobState.JOB_STATE_COMPLETED
    return job


async def test_a_runs_document_is_that_of_a_fresh_crawl(client: Client) -> None:
    seed = int(time.time())
    print(f"seed {seed}")
    rng, titles = random.Random(seed), {f"/page-{n}.html": f"Page {n}" for n in range(6)}
    channel = open_channel(client.stack.addresses["jobs"])
    sources: Any = SourcesServiceStub(channel)
    async with serving(Site(linked(titles))) as site:
        settings = JobSettings(url=f"{site.origin}/", private_origin=site.origin, delay=0.0, concurrency=8)
        request = CreateSourceRequest(name=f"site {seed}", settings=settings)
        made = await sources.CreateSource(request, metadata=client.metadata, timeout=20)
        for step in range(size("runs of a source")):
            run = await run_of(client, sources, made.source.source_id)
            fresh = await client.ended(await client.crawl(site))
            assert await client.document(run) == await client.document(fresh), (seed, step)
            titles = changed(titles, rng, step)
            site.pages = linked(titles)
    await channel.close(None)
