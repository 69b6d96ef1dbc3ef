"""Sources as agents name them: documentation that is crawled again and again, or a crawl of its own. One is
named by its name, its id, the beginning of it, or a part of its title or address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from docspasta.scope.names import is_version
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2

from .jobs import Jobs, ToolError

MOST_JOBS = 1_000  # that are looked at
MOST_SOURCES = 500
ENDED = (pb.JOB_STATE_COMPLETED, pb.JOB_STATE_FAILED, pb.JOB_STATE_CANCELLED)


class Source(NamedTuple):
    """Some documentation. `job` is the crawl of it that is read; `source_id` and `name` are '' for a crawl of
    its own."""

    source_id: str
    name: str
    job: pb.Job

    @property
    def id(self) -> str:
        """What it is named by, over all its runs."""
        return self.source_id or self.job.job_id

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name or " ".join(self.job.title.split()) or self.job.settings.url


async def kept_sources(jobs: Jobs) -> list[sources_pb2.Source]:
    """The sources that are crawled again and again, by name."""
    request = sources_pb2.ListSourcesRequest(page_size=MOST_SOURCES)
    return list((await jobs.ask("ListSources", request)).sources)


async def all_jobs(jobs: Jobs) -> AsyncIterator[pb.Job]:
    """The caller's crawls, newest first."""
    request, seen = pb.ListJobsRequest(page_size=100), 0
    while seen < MOST_JOBS:
        answer = await jobs.ask("ListJobs", request)
        for job in answer.jobs:
            yield job
        seen += len(answer.jobs)
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


async def source(jobs: Jobs, name: str) -> Source:
    """The source of a name, in its current run; a crawl that is named by its id is that crawl.

    Raises ToolError.
    """
    kept = await kept_sources(jobs)
    exact = [one for one in kept if name in (one.name, one.source_id)]
    if exact:
        return await current(jobs, exact[0])
    found: list[pb.Job] = []
    wanted = "" if name == "latest" else name
    async for job in all_jobs(jobs):
        if wanted and job.job_id.startswith(wanted):
            return of_job(job, kept)
        if job.progress.processed and (not wanted or matches(job, wanted)):
            found.append(job)
            if job.progress.state == pb.JOB_STATE_COMPLETED:
                break
    parts = [one for one in kept if wanted and called(one, wanted)]
    parts = [one for one in parts if one.current_job_id] or parts
    if parts:
        return await current(jobs, min(parts, key=lambda one: len(one.name)))
    if not found:
        raise ToolError(f"No source is called {name[:100]!r}. list_sources tells which there are.")
    return of_job(found[-1] if found[-1].progress.state == pb.JOB_STATE_COMPLETED else found[0], kept)


async def current(jobs: Jobs, kept: sources_pb2.Source) -> Source:
    """A source in its newest completed run, before there is one in its newest.

    Raises ToolError without any.
    """
    run = kept.current_job_id or kept.newest_job_id
    if not run:
        raise ToolError(f"{kept.name} was never crawled. refresh_source crawls it.")
    job = (await jobs.ask("GetJob", pb.GetJobRequest(job_id=run))).job
    return Source(kept.source_id, kept.name, job)


def of_job(job: pb.Job, kept: list[sources_pb2.Source]) -> Source:
    """A crawl, with the name of its source."""
    names = {one.source_id: one.name for one in kept}
    return Source(job.source_id, names.get(job.source_id, ""), job)


def matches(job: pb.Job, query: str) -> bool:
    """Whether a crawl is named so."""
    return job.job_id.startswith(query) or query.casefold() in f"{job.title} {job.settings.url}".casefold()


def called(kept: sources_pb2.Source, query: str) -> bool:
    """Whether a source is named so."""
    wanted = query.casefold()
    return kept.source_id.startswith(query) or wanted in f"{kept.name} {kept.settings.url}".casefold()


class Listed(NamedTuple):
    """A source and its crawls that can be read, newest first, as far as they are among MOST_JOBS."""

    source: Source
    versions: list[pb.Job]


async def listed(jobs: Jobs, query: str = "") -> list[Listed]:
    """The sources with pages to read: those with a name first, then crawls of their own, one an address."""
    kept = await kept_sources(jobs)
    of: dict[str, list[pb.Job]] = {one.source_id: [] for one in kept}
    async for job in all_jobs(jobs):
        if job.progress.processed:
            of.setdefault(job.source_id or job.settings.url, []).append(job)
    found = [Listed(of_job(best(versions), kept), versions) for versions in of.values() if versions]
    return [one for one in found if not query or like(one, query)]


async def unread(jobs: Jobs, query: str, some: Sequence[Listed]) -> list[str]:
    """A line for each source that has nothing to read yet."""
    known = {one.source.source_id for one in some}
    return [
        f"- {one.source_id}: {one.name} <{one.settings.url}>, nothing to read yet; refresh_source crawls it"
        for one in await kept_sources(jobs)
        if one.source_id not in known and (not query or called(one, query))
    ]


def like(one: Listed, query: str) -> bool:
    """Whether a source is named so."""
    wanted = query.casefold()
    return (
        wanted in one.source.name.casefold()
        or one.source.source_id.startswith(query)
        or any(matches(job, query) for job in one.versions)
    )


def best(versions: list[pb.Job]) -> pb.Job:
    """The newest that was crawled to its end, else the newest."""
    return next((job for job in versions if job.progress.state == pb.JOB_STATE_COMPLETED), versions[0])


def line(one: Listed) -> str:
    """A source on one line."""
    job, found = one.source.job, one.source
    title = " ".join(job.title.split())
    more = [f"{version.job_id} {day(version)}" for version in one.versions if version.job_id != job.job_id]
    rest = f"; other versions: {', '.join(more[:5])}{', …' if len(more) > 5 else ''}" if more else ""
    return (
        f"- {found.id}: {found.title}{f' ({title})' if title and found.name else ''} <{job.settings.url}>, "
        f"{job.progress.processed:,} pages, {job.progress.tokens:,} tokens, {dated(found)}{rest}"
    )


def day(job: pb.Job) -> str:
    """The day on which a crawl ended, or began if it has not."""
    ended = job.progress.state in ENDED
    return str((job.finished_at if ended else job.created_at).ToDatetime().strftime("%Y-%m-%d"))


def dated(found: Source) -> str:
    """Which version of a source it is, and of when: `version 3.12, crawled 2026-11-29`."""
    job = found.job
    documented = documented_version(job.settings.url)
    version = f"version {documented}, " if documented else ""
    run = f"run {job.job_id}, " if found.source_id else ""
    if job.progress.state not in ENDED:
        return f"{version}{run}still being crawled"
    word = {pb.JOB_STATE_FAILED: ", which failed", pb.JOB_STATE_CANCELLED: ", which was cancelled"}
    return f"{version}{run}crawled {day(job)}{word.get(job.progress.state, '')}"


def documented_version(url: str) -> str:
    """The version of what is documented, as the address names it, '' when it names none."""
    return next(versions_in(url), "")


def versions_in(url: str) -> Iterator[str]:
    """The segments of an address that are versions."""
    return (segment for segment in urlsplit(url).path.split("/") if segment and is_version(segment))


def heading(found: Source) -> str:
    """What an answer about a source begins with. Not its title, which is the site's, for nothing marks it."""
    named = f"{found.name} " if found.name else ""
    return f"{named}<{found.job.settings.url}> (source {found.id}, {dated(found)})"
