"""What is said when a crawl has ended: counts, failures by reason, what a limit cut. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from docspasta.cli.causes import Causes
from docspasta.cli.hints import hints
from docspasta.cli.written import Written
from docspasta.domain import PageReason
from docspasta.proto_enums import job_state, page_reason
from docspasta.v1.jobs_pb2 import Job, JobLimit, JobSettings, JobState
from docspasta.v1.page_pb2 import PageState

ENDED = tuple(value for value in JobState.values() if value and job_state(value).ended)
MANY_ALIKE = 5  # pages with the text of others that are told, where they are a fourth of all
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


def failed_share(job: Job) -> float:
    """Failed pages, in per cent of those that had a result. Dead links are the site's, not failures."""
    dead = sum(
        row.pages
        for row in job.reasons
        if row.state == PageState.PAGE_STATE_FAILED and page_reason(row.reason) is PageReason.DEAD_LINK
    )
    failed = job.progress.failed - dead
    results = job.progress.processed + failed
    return 100 * failed / results if results else 0.0


def cut_unasked(job: Job, asked: JobSettings) -> bool:
    """Whether a limit cut the crawl that the person did not set: a default, or the operator's."""
    limit = job.progress.limit_reached
    if limit == JobLimit.JOB_LIMIT_PAGES:
        return not asked.HasField("max_pages")
    return limit not in (JobLimit.JOB_LIMIT_UNSPECIFIED, JobLimit.JOB_LIMIT_DEPTH)


def size_words(count: float) -> str:
    """A number of bytes for people: `1.2 MB` (powers of 1,000)."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"


def counted(number: int, noun: str) -> str:
    """`1 page`, `2,000 pages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def summary(job: Job, causes: Causes | None = None, written: Written | None = None) -> list[str]:
    """The lines after a crawl. `causes` says more about the reasons of failed and skipped pages; `written`
    has the numbers of the document, which are shown instead of the crawl's own."""
    lines = [*walls(job), *result(job, written), *alike(job, written), *saved(job)]
    lines += reasons(job, PageState.PAGE_STATE_FAILED, "failed", causes)
    lines += reasons(job, PageState.PAGE_STATE_SKIPPED, "skipped", causes)
    return lines + cut(job) + hints(job)


def result(job: Job, written: Written | None) -> list[str]:
    """What came of it, and how fast; nothing when no page did."""
    seconds = job.running_seconds
    if not job.progress.processed:
        return []
    pace = f" ({job.progress.processed / seconds:,.1f} pages/s)" if seconds > 0 else ""
    return [f"{size_of(job, written)} in {seconds:,.1f} s{pace}"]


def alike(job: Job, written: Written | None) -> list[str]:
    """That many pages have the text of another one: of a wall that nobody knows, this is all that shows."""
    kept, pages = written or stored(job), job.progress.processed
    doubles = pages - kept.pages if kept is not None else 0
    if doubles < MANY_ALIKE or doubles * 4 < pages:
        return []
    return [
        f"{doubles:,} of {counted(pages, 'page')} have the text of another page. If it is a notice, the site"
        " stopped answering: try again later, with a longer --delay."
    ]


def saved(job: Job) -> list[str]:
    """What a run took from an earlier one, and whether the site was wrong about it."""
    progress, lines = job.progress, []
    if progress.unchanged:  # a page may turn out to be none at the end
        unchanged = min(progress.unchanged, progress.processed)
        lines.append(f"{unchanged:,} of {counted(progress.processed, 'page')} unchanged.")
    if progress.stale:
        old = counted(progress.stale, "page")
        lines.append(f"{old} could not be had: the document has their last text, and says which they are.")
    if progress.contradicted:
        wrong = counted(progress.contradicted, "page")
        lines.append(
            f"The site called {wrong} unchanged that had changed, and maybe others that were not looked at."
            " From the next crawl on every page is fetched whole."
        )
    return lines


def size_of(job: Job, written: Written | None) -> str:
    """`27 pages (1 duplicate left out), 1,982 words, ≈ 4,811 tokens, 15.8 kB of Markdown`."""
    progress = job.progress
    own = written or stored(job) or Written(progress.processed, progress.markdown_bytes, progress.tokens)
    doubles = progress.processed - own.pages
    left_out = f" ({counted(doubles, 'duplicate')} left out)" if doubles > 0 else ""
    return (
        f"{counted(own.pages, 'page')}{left_out}, {counted(progress.words, 'word')}, "
        f"≈ {own.tokens:,} tokens, {size_words(own.bytes)} of Markdown"
    )


def sizes(files: Sequence[Written]) -> list[str]:
    """What was written, when it is not the whole document: one file, or its parts."""
    if not files:
        return []
    tokens = [file.tokens for file in files]
    told = f"≈ {sum(tokens):,} tokens, {size_words(sum(file.bytes for file in files))} of Markdown"
    if len(files) == 1:
        return [f"Written: {counted(files[0].pages, 'page')}, {told}."]
    return [f"Written: {counted(len(files), 'part')} of at most ≈ {max(tokens):,} tokens; {told} in all."]


def stored(job: Job) -> Written | None:
    """The numbers of the document that the service keeps; None before it was assembled."""
    if not job.document_tokens:
        return None
    return Written(job.document_pages, job.document_bytes, job.document_tokens)


def advice(job: Job) -> list[str]:
    """What can be done about failed pages."""
    if not job.progress.failed or job.header_names:
        return []
    return [f"Try the failed pages again with: docspasta jobs retry {job.job_id[:8]}"]


def nothing_sentence(job: Job, causes: Causes | None = None) -> str:
    """Why there is no document."""
    return "\n".join([job.error or "No page could be crawled.", *summary(job, causes)])


def reasons(job: Job, state: int, word: str, causes: Causes | None) -> list[str]:
    """`3 failed:` and a line a reason, most frequent first; nothing when there is none."""
    rows = sorted(
        (row for row in job.reasons if row.state == state), key=lambda row: (-row.pages, row.reason)
    )
    if not rows:
        return []
    lines = [f"{sum(row.pages for row in rows):,} {word}:"]
    for row in rows:
        reason = page_reason(row.reason)
        lines.append(f"  {row.pages:,} {reason}: {reason.sentence}")
        lines += [f"      {cause}" for cause in (causes or {}).get(row.reason, ())]
    return lines


def walls(job: Job) -> list[str]:
    """What stood before pages, told first: the document does not hold what the site has."""
    met = [row for row in job.reasons if page_reason(row.reason).wall]
    if not met:
        return []
    names = ", ".join(sorted({page_reason(row.reason).value for row in met}))
    pages = counted(sum(row.pages for row in met), "page")
    return [f"Not the whole site: it showed something else in place of {pages} ({names})."]


def cut(job: Job) -> list[str]:
    """What a limit left out, so that a cut crawl never looks whole."""
    limit = LIMITS.get(job.progress.limit_reached)
    if limit is None:
        return []
    name = limit.format(max_pages=job.settings.max_pages, max_depth=job.settings.max_depth)
    left = job.progress.not_admitted
    return [f"Stopped at {name}; {counted(left, 'link')} {'was' if left == 1 else 'were'} not followed."]
