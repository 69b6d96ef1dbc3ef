"""Sources: a user's crawled sites. One is named by its job's id, the beginning of it, or a part of its title
or address; then the newest that was crawled to its end counts."""

from __future__ import annotations

from collections.abc import AsyncIterator

from docspasta.v1 import jobs_pb2 as pb

from .jobs import Jobs, ToolError

MOST_JOBS = 1_000  # that are looked at
ENDED = (pb.JOB_STATE_COMPLETED, pb.JOB_STATE_FAILED, pb.JOB_STATE_CANCELLED)


async def sources(jobs: Jobs, query: str = "") -> AsyncIterator[pb.Job]:
    """The jobs with pages to read, newest first."""
    request, seen = pb.ListJobsRequest(page_size=100), 0
    while seen < MOST_JOBS:
        answer = await jobs.ask("ListJobs", request)
        for job in answer.jobs:
            if job.progress.processed and matches(job, query):
                yield job
        seen += len(answer.jobs)
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


def matches(job: pb.Job, query: str) -> bool:
    """Whether a job is named so."""
    wanted = query.casefold()
    return job.job_id.startswith(query) or wanted in f"{job.title} {job.settings.url}".casefold()


async def source(jobs: Jobs, name: str) -> pb.Job:
    """The source of a name. Raises ToolError."""
    best: pb.Job | None = None
    async for job in sources(jobs, "" if name == "latest" else name):
        if job.progress.state == pb.JOB_STATE_COMPLETED or (name and job.job_id.startswith(name)):
            return job
        best = best or job
    if best is None:
        raise ToolError(f"No source is called {name[:100]!r}. list_sources tells which there are.")
    return best


def line(job: pb.Job) -> str:
    """A source on one line."""
    title = " ".join(job.title.split()) or job.settings.url
    return (
        f"- {job.job_id}: {title} <{job.settings.url}>, {job.progress.processed:,} pages, "
        f"{job.progress.tokens:,} tokens, {dated(job)}"
    )


def dated(job: pb.Job) -> str:
    """When a source was crawled."""
    if job.progress.state not in ENDED:
        return "still being crawled"
    word = {pb.JOB_STATE_FAILED: ", which failed", pb.JOB_STATE_CANCELLED: ", which was cancelled"}
    date = job.finished_at.ToDatetime().strftime("%Y-%m-%d")
    return f"crawled {date}{word.get(job.progress.state, '')}"


def heading(job: pb.Job) -> str:
    """What an answer about a source begins with."""
    title = " ".join(job.title.split()) or job.settings.url
    return f"{title} <{job.settings.url}> ({job.job_id}, {dated(job)})"
