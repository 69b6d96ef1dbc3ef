"""What is said when a crawl has ended: counts, failures by reason, what a limit cut. Pure."""

from __future__ import annotations

from docspasta.proto_enums import job_state, page_reason
from docspasta.v1.jobs_pb2 import Job, JobLimit, JobState, Progress
from docspasta.v1.page_pb2 import PageState

ENDED = tuple(value for value in JobState.values() if value and job_state(value).ended)
LIMITS = {
    JobLimit.JOB_LIMIT_PAGES: "the page limit (--max-pages {max_pages})",
    JobLimit.JOB_LIMIT_DEPTH: "the depth limit (--max-depth {max_depth})",
    JobLimit.JOB_LIMIT_TIME: "the time limit",
    JobLimit.JOB_LIMIT_BYTES: "the limit of fetched bytes",
    JobLimit.JOB_LIMIT_USER_PAGES: "the limit of pages a day",
}


def state_word(state: int) -> str:
    """`completed` for JOB_STATE_COMPLETED."""
    return JobState.Name(state).removeprefix("JOB_STATE_").lower()  # type: ignore[arg-type]


def failed_share(progress: Progress) -> float:
    """Failed pages, in per cent of those that had a result."""
    results = progress.processed + progress.failed
    return 100 * progress.failed / results if results else 0.0


def size_words(count: float) -> str:
    """A number of bytes for people: `1.2 MB` (powers of 1,000)."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"


def summary(job: Job) -> list[str]:
    """The lines after a crawl."""
    progress = job.progress
    seconds = job.running_seconds
    pace = f" ({progress.processed / seconds:,.1f} pages/s)" if seconds > 0 else ""
    lines = [
        f"{progress.processed:,} pages, {progress.words:,} words, ≈ {progress.tokens:,} tokens, "
        f"{size_words(progress.markdown_bytes)} of Markdown in {seconds:,.1f} s{pace}"
    ]
    lines += reasons(job, PageState.PAGE_STATE_FAILED, "failed")
    lines += reasons(job, PageState.PAGE_STATE_SKIPPED, "skipped")
    return lines + cut(job)


def nothing_sentence(job: Job) -> str:
    """Why there is no document."""
    return "\n".join([job.error or "No page could be crawled.", *summary(job)[1:]])


def reasons(job: Job, state: int, word: str) -> list[str]:
    """`3 failed:` and a line a reason, most frequent first; nothing when there is none."""
    rows = sorted(
        (row for row in job.reasons if row.state == state), key=lambda row: (-row.pages, row.reason)
    )
    if not rows:
        return []
    named = [(row.pages, page_reason(row.reason)) for row in rows]
    return [
        f"{sum(pages for pages, _ in named):,} {word}:",
        *(f"  {pages:,} {name}: {name.sentence}" for pages, name in named),
    ]


def cut(job: Job) -> list[str]:
    """What a limit left out, so that a cut crawl never looks whole."""
    limit = LIMITS.get(job.progress.limit_reached)
    if limit is None:
        return []
    name = limit.format(max_pages=job.settings.max_pages, max_depth=job.settings.max_depth)
    return [f"Cut by {name}: {job.progress.not_admitted:,} links were not followed."]
