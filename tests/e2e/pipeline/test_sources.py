"""A run of a source on a site that changes has, byte for byte, the document of a crawl without a past, and
who follows it has what that shows."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from docspasta.serving.channel import open_channel
from docspasta.v1.jobs_pb2 import DeleteJobRequest, Job, JobSettings, JobState
from docspasta.v1.sources_pb2 import CreateSourceRequest, RunSourceRequest
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub
from tests.sizes import size

from .conftest import Client
from .following import following
from .site import Site, page, serving

VICTIMS = ("crawler", "processor", "jobs", "valkey")


def linked(titles: dict[str, str], elsewhere: str = "") -> dict[str, str]:
    """A site of these pages, by path: the start page links to all, and each page to the next. The first of
    them also leads elsewhere, under a name that tells nothing of it."""
    paths = list(titles)
    site = {"/": page("Start", {path: titles[path] for path in paths})}
    for at, path in enumerate(paths):
        after = paths[(at + 1) % len(paths)]
        beside = {elsewhere: "Elsewhere"} if elsewhere and not at else {}
        site[path] = page(titles[path], {after: titles[after]} | beside)
    return site


def changed(titles: dict[str, str], rng: random.Random, step: int) -> dict[str, str]:
    """The same site later: pages were added, changed, removed and moved, and others stayed. Of seven pages
    two may go, which is less than what makes a run suspect."""
    now = dict(titles)
    for kind in rng.sample(["add", "change", "remove", "move", "order"], k=3):
        path = rng.choice(list(now))
        match kind:
            case "add":
                now[f"/new-{step}.html"] = f"New {step}"
            case "change":
                now[path] = f"Changed {step}"
            case "remove" if len(now) > 6:
                del now[path]
            case "move":
                now[f"/moved-{step}.html"] = now.pop(path)
            case "order":
                now = dict(rng.sample(list(now.items()), k=len(now)))
    return now


async def run_of(
    client: Client,
    sources: Any,
    source_id: str,
    victim: str = "",
    wanted: JobState.ValueType = JobState.JOB_STATE_COMPLETED,
) -> Job:
    """A run that has ended as it should, though a process was killed as it began."""
    request = RunSourceRequest(source_id=source_id)
    begun = (await sources.RunSource(request, metadata=client.metadata, timeout=60)).job
    if victim:
        await asyncio.to_thread(client.stack.restart, victim)
    job = await client.ended(begun, 180)  # after a loss of Redis nothing starts for half a minute
    assert job.progress.state == wanted
    return job


@asynccontextmanager
async def source_of(client: Client, site: Site, name: str) -> AsyncIterator[Callable[..., Awaitable[Job]]]:
    """A source of the site; what is given crawls it again, with the name of a process that is killed then."""
    channel = open_channel(client.stack.addresses["jobs"])
    sources: Any = SourcesServiceStub(channel)
    settings = JobSettings(url=f"{site.origin}/", private_origin=site.origin, delay=0.0, concurrency=8)
    request = CreateSourceRequest(name=name, settings=settings)
    made = await sources.CreateSource(request, metadata=client.metadata, timeout=60)
    yield lambda *options, **more: run_of(client, sources, made.source.source_id, *options, **more)
    await channel.close(None)


async def test_a_runs_document_is_that_of_a_fresh_crawl(client: Client) -> None:
    seed = int(time.time())
    print(f"seed {seed}")
    rng, titles = random.Random(seed), {f"/page-{n}.html": f"Page {n}" for n in range(8)}
    kinds = ["", "etag", "weak", "date", "each"]
    async with (
        serving(Site(linked(titles, "https://elsewhere.example/"))) as site,
        source_of(client, site, f"site {seed}") as run,
        following(client) as follower,
    ):
        runs: list[Job] = []
        for step in range(size("runs of a source")):
            site.validated = rng.choice(kinds)
            killed = 0 < step <= size("kills in runs of a source")
            site.latency = 0.2 if killed else 0.0
            found = await run(rng.choice(VICTIMS) if killed else "")
            site.latency = 0.0
            fresh = await client.ended(await client.crawl(site))
            assert await client.document(found) == await client.document(fresh), (seed, step)
            assert found.progress.contradicted == 0, (seed, step)
            await follower.follow(found, fresh)
            runs.append(found)
            if step % 2 and len(runs) > 2:  # neither the current run nor the one that is compared with next
                gone = runs.pop(rng.randrange(len(runs) - 1))
                await client.call("DeleteJob", DeleteJobRequest(job_id=gone.job_id))
            titles = changed(titles, rng, step)
            site.pages = linked(titles, f"https://elsewhere.example/{step}")


async def test_a_crawl_that_takes_unchanged_pages_from_the_one_before_has_the_same_bytes(
    client: Client,
) -> None:
    titles = {f"/page-{n}.html": f"Page {n}" for n in range(6)}
    async with serving(Site(linked(titles), validated="etag")) as site:
        await client.ended(await client.crawl(site, reuse=True))
        titles |= {"/page-2.html": "Changed", "/new.html": "New"}
        site.pages = linked(titles)
        again = await client.ended(await client.crawl(site, reuse=True))
        fresh = await client.ended(await client.crawl(site))
        assert await client.document(again) == await client.document(fresh)
        assert (again.progress.unchanged, again.progress.processed, fresh.progress.unchanged) == (3, 8, 0)


async def test_what_did_not_change_is_not_sent_again_but_for_a_few_pages(client: Client) -> None:
    titles = {f"/page-{n}.html": f"Page {n}" for n in range(12)}
    site = Site(linked(titles), validated="etag")
    async with serving(site), source_of(client, site, "unchanged") as run:
        first = await run()
        assert (first.progress.unchanged, site.unchanged) == (0, 0)
        second = await run()
        assert site.unchanged >= 13  # a lost lease costs another request
        assert second.progress.unchanged == second.progress.processed == 13
        assert second.progress.bytes_fetched < first.progress.bytes_fetched / 2
        site.pages["/page-5.html"] = page("Other", {"/new.html": "New"})
        site.pages["/new.html"] = page("New", {})
        third = await run()
        assert (third.progress.unchanged, third.progress.processed) == (12, 14)
        assert await client.document(third) == await client.document(
            await client.ended(await client.crawl(site))
        )


async def test_a_site_that_calls_changed_pages_unchanged_is_found_out_and_not_believed_again(
    client: Client,
) -> None:
    titles = {f"/page-{n}.html": f"Page {n}" for n in range(4)}
    site = Site(linked(titles), validated="etag", lying=True)
    async with serving(site), source_of(client, site, "liar") as run:
        await run()
        site.pages = linked({path: f"Now {title}" for path, title in titles.items()})
        assert (await run()).progress.contradicted >= 1
        asked = site.unchanged
        last = await run()
        assert site.unchanged == asked
        assert await client.document(last) == await client.document(
            await client.ended(await client.crawl(site))
        )
