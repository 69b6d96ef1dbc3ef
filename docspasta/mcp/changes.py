"""What changed in a source since an earlier run."""

from __future__ import annotations

from typing import Any

from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2
from docspasta.v1.sources_pb2 import DiffRunsRequest, DiffRunsResponse, PageChange

from .answers import HEAD, MOST, quoted, within
from .jobs import Jobs, ToolError
from .sources import Source, day, heading, source
from .versions import before, day_of, ended_runs, run_named, told

COUNTED = ("added", "changed", "moved", "removed", "failed", "unchanged")


async def changes(jobs: Jobs, given: dict[str, Any]) -> str:
    """A line for each page that was added, changed, moved or removed."""
    found = await source(jobs, given["source"])
    if not found.source_id:
        raise ToolError(
            f"source: {found.title} is a crawl of its own, which is not compared with others. "
            "Changes are told of a source that is crawled again and again (`docspasta sources add`)."
        )
    earlier, note = await earlier_run(jobs, found, given.get("since", ""))
    if earlier is not None and earlier.job_id == found.job.job_id:
        return f"{heading(found)}\nNothing was crawled since."
    request = DiffRunsRequest(
        source_id=found.source_id,
        from_job_id=earlier.job_id if earlier else "",
        to_job_id=found.job.job_id,
        page_size=500,
    )
    answer = await jobs.ask("DiffRuns", request)
    counts = ", ".join(f"{getattr(answer, kind):,} {kind}" for kind in COUNTED)
    against = f"the run {earlier.job_id} of {day(earlier)}" if earlier else "nothing: it is the first run"
    return f"{heading(found)}\nCompared with {against}: {counts}.{note}{shown(answer)}"


async def earlier_run(jobs: Jobs, found: Source, since: str) -> tuple[pb.Job | None, str]:
    """The run that is compared with, None for none, and what should be known of it. Raises ToolError."""
    runs = await ended_runs(jobs, found)
    if not since or since == "previous":
        return run_named(runs, found.job, "previous"), ""
    if (asked := day_of(since)) is None:
        if (run := run_named(runs, found.job, since)) is None:
            raise ToolError(f"since: {found.title} has no run {since[:50]!r}. It has:\n{told(runs)}")
        return run, ""
    if (run := before(runs, asked)) is not None:
        return run, ""
    oldest = next((job for job in reversed(runs) if job.progress.state == pb.JOB_STATE_COMPLETED), None)
    return oldest, " No run is kept from before that day; this is the oldest."


def shown(answer: DiffRunsResponse) -> str:
    """The changes, quoted, for titles are the site's."""
    rows = [row(change) for change in answer.changes]
    if not rows:
        return ""
    lines, whole = within(rows, MOST - HEAD)
    rest = "" if whole and not answer.next_page_token else "\n(There are more.)"
    return f"\n{quoted(chr(10).join(lines))}{rest}"


def row(change: PageChange) -> str:
    """One change."""
    kind = sources_pb2.PageChange.Kind.Name(change.kind).removeprefix("KIND_").lower()
    more = f" (was <{change.old_url}>)" if change.old_url else ""
    return f"- {kind}: {' '.join(change.title.split())} <{change.url}>{more}"
