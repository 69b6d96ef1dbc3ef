"""Versions of a source: its runs, by id or day, and the versions that the documentation itself has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2

from .jobs import Jobs, ToolError
from .sources import ENDED, Source, all_jobs, day, documented_version, listed, source

SHORTEST_ID = 6  # characters of a run's id
_RUN = re.compile(rf"[0-9a-f]{{{SHORTEST_ID},24}}")


async def chosen(jobs: Jobs, name: str, version: str = "") -> Source:
    """A version of a source: a run by its id, the newest of a day or before, `previous`, or the documentation
    of that version. Raises ToolError."""
    if version in ("", "current"):
        return await source(jobs, name)
    if not _RUN.fullmatch(version) and day_of(version) is None and version != "previous":
        return await documented(jobs, name, version)
    if not name:
        raise ToolError("version: name the source as well; a version of a source is one of its runs.")
    found = await source(jobs, name)
    runs = await ended_runs(jobs, found)
    job = run_named(runs, found.job, version)
    if job is None:
        raise ToolError(f"version: {found.title} has no run {version[:50]!r}. It has:\n{told(runs)}")
    return found._replace(job=job)


async def documented(jobs: Jobs, name: str, version: str) -> Source:
    """The source among those called so that documents this version, as its name, title or address says.

    Raises ToolError.
    """
    word = re.compile(rf"(?<![\w.])v?{re.escape(version.removeprefix('v'))}(?![\w.]*\w)", re.IGNORECASE)
    some = await listed(jobs, name)
    for one in some:
        if word.search(f"{one.source.name} {one.source.job.title} {one.source.job.settings.url}"):
            return one.source
    if not some:
        raise ToolError(f"No source is called {name[:100]!r}. list_sources tells which there are.")
    rows = "\n".join(
        f"- {one.source.title} <{one.source.job.settings.url}>"
        + (f" is version {known}" if (known := documented_version(one.source.job.settings.url)) else "")
        for one in some[:10]
    )
    raise ToolError(
        f"version: nothing here documents {version[:50]!r}. There is:\n{rows}\n"
        "A run is named by its id, its day (2026-11-29) or `previous`."
    )


async def ended_runs(jobs: Jobs, found: Source) -> list[pb.Job]:
    """The ended crawls of a source that can be read, newest first."""
    if found.source_id:
        request = sources_pb2.ListRunsRequest(source_id=found.source_id, page_size=200)
        runs: Sequence[pb.Job] = (await jobs.ask("ListRuns", request)).jobs
    else:
        url = found.job.settings.url
        runs = [job async for job in all_jobs(jobs) if job.settings.url == url and not job.source_id]
    return [job for job in runs if job.progress.processed and job.progress.state in ENDED]


def run_named(runs: Sequence[pb.Job], current: pb.Job, version: str) -> pb.Job | None:
    """The run of a version."""
    if (asked := day_of(version)) is not None:
        return before(runs, asked + timedelta(days=1))
    if version == "previous":
        earlier = [job for job in runs if job.created_at.ToDatetime() < current.created_at.ToDatetime()]
        return next((job for job in earlier if job.progress.state == pb.JOB_STATE_COMPLETED), None)
    return next((job for job in runs if job.job_id.startswith(version)), None)


def before(runs: Sequence[pb.Job], moment: date) -> pb.Job | None:
    """The newest completed run that ended before a day began (UTC)."""
    began = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return next(
        (
            job
            for job in runs
            if job.progress.state == pb.JOB_STATE_COMPLETED and job.finished_at.ToDatetime(UTC) < began
        ),
        None,
    )


def day_of(text: str) -> date | None:
    """The day of `2026-11-29` or of a time on it, None for anything else."""
    try:
        return date.fromisoformat(text[:10]) if len(text) == 10 or text[10:11] in ("T", " ") else None
    except ValueError:
        return None


def told(runs: Sequence[pb.Job]) -> str:
    """Runs, a line each."""
    return "\n".join(f"- {job.job_id}, crawled {day(job)}" for job in runs[:20]) or "- none that has ended"
