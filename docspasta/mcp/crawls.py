"""Tools that crawl, and say how far a crawl is while the agent waits."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from docspasta.start import start_url
from docspasta.urls import BadUrl
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.sources_pb2 import RunSourceRequest

from .jobs import Jobs, ToolError
from .sources import ENDED, Source, kept_sources, source

PAUSE = 1.0  # seconds between two looks at a crawl
Tell = Callable[[float, float, str], Awaitable[None]]  # done, of how many, in words


async def crawl_docs(jobs: Jobs, given: dict[str, Any], tell: Tell) -> str:
    """Start a crawl, and wait for it a while."""
    try:
        url = start_url(given["url"])
    except BadUrl as error:
        raise ToolError(f"url: {error}") from error
    settings = pb.JobSettings(url=url, max_pages=given["maxPages"], include=given.get("include", []))
    job = (await jobs.ask("CreateJob", pb.CreateJobRequest(settings=settings))).job
    return await followed(jobs, job, given["wait"], tell)


async def crawl_status(jobs: Jobs, given: dict[str, Any], tell: Tell) -> str:
    """How far a crawl is."""
    job = (await jobs.ask("GetJob", pb.GetJobRequest(job_id=given["job"]))).job
    return await followed(jobs, job, given["wait"], tell)


async def refresh_source(jobs: Jobs, given: dict[str, Any], tell: Tell) -> str:
    """Crawl a source again."""
    job = await begun(jobs, given["source"])
    return await followed(jobs, job, given["wait"], tell)


async def begun(jobs: Jobs, name: str) -> pb.Job:
    """A new run of a source, or a new crawl with the settings of one of its own. Raises ToolError."""
    kept = next((one for one in await kept_sources(jobs) if name in (one.name, one.source_id)), None)
    found = Source(kept.source_id, kept.name, pb.Job()) if kept else await source(jobs, name)
    if found.source_id:
        request = RunSourceRequest(source_id=found.source_id, idempotency_key=uuid.uuid4().hex)
        return (await jobs.ask("RunSource", request)).job  # type: ignore[no-any-return]
    if found.job.header_names:
        raise ToolError("source: it was crawled with headers, which are not kept; crawl it with them again.")
    if found.job.settings.push:
        raise ToolError("source: its pages are pushed, not crawled.")
    return (await jobs.ask("CreateJob", pb.CreateJobRequest(settings=found.job.settings))).job  # type: ignore[no-any-return]


async def followed(jobs: Jobs, job: pb.Job, seconds: float, tell: Tell) -> str:
    """What a crawl has come to when it ends, `seconds` from now at the latest; progress is told meanwhile."""
    until, before = time.monotonic() + seconds, -1
    while True:
        progress = job.progress
        done = progress.processed + progress.failed + progress.skipped
        if done > before:  # progress may only grow
            before = done
            await tell(done, max(done, progress.discovered), f"{progress.processed:,} pages are done")
        if progress.state in ENDED or time.monotonic() + PAUSE > until:
            return status(job)
        await asyncio.sleep(PAUSE)
        job = (await jobs.ask("GetJob", pb.GetJobRequest(job_id=job.job_id))).job


def status(job: pb.Job) -> str:
    """How far a crawl is, and what to do next."""
    progress = job.progress
    state = pb.JobState.Name(progress.state).removeprefix("JOB_STATE_").lower()
    lines = [
        f"{job.settings.url} ({job.job_id}): {state}",
        f"{progress.processed:,} pages done, {progress.queued:,} waiting, {progress.failed:,} failed,"
        f" {progress.skipped:,} skipped; {progress.tokens:,} tokens",
        *([job.error] if job.error else []),
    ]
    if progress.state not in ENDED:
        lines.append(f"Ask crawl_status for {job.job_id} how far it is; what it has can be searched.")
    return "\n".join(lines)
