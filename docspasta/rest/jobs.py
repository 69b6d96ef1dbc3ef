"""Jobs as REST and the command line show them."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, NonNegativeInt

from docspasta.domain import JobState, PageState
from docspasta.v1 import jobs_pb2 as pb

from .base import API, Answer
from .pages import NextPageToken, Page
from .words import JOB_LIMITS, JOB_STATES, PAGE_STATES, Limit, Moment, Reason, moment, reason_of


class Progress(Answer):
    """A job's counts, absolute. It comes also when a job is paused or resumed."""

    state: JobState
    discovered: NonNegativeInt
    queued: NonNegativeInt
    processed: NonNegativeInt
    failed: NonNegativeInt
    skipped: NonNegativeInt
    discovering: NonNegativeInt = Field(
        description="robots.txt, sitemaps and llms.txt that are still to be fetched."
    )
    bytes_fetched: NonNegativeInt
    markdown_bytes: NonNegativeInt
    words: NonNegativeInt
    tokens: NonNegativeInt = Field(description="An estimate, within a tenth of o200k_base on average.")
    limit_reached: Limit | None = Field(description="Which limit cut the crawl.")
    not_admitted: NonNegativeInt = Field(description="Links that a limit refused.")
    unchanged: NonNegativeInt = Field(description="Pages that a run of a source took from an earlier run.")
    contradicted: NonNegativeInt = Field(
        description="Pages that the site called unchanged (304), and that were not: from then on the source's"
        " pages are fetched whole."
    )
    stale: NonNegativeInt = Field(
        description="Pages of a run that could not be had, and have the text of an earlier run."
    )
    current_url: str | None

    @classmethod
    def of_progress(cls, row: pb.Progress) -> Progress:
        """From the proto."""
        return Progress(**_progress(row))


class Settings(Answer):
    """What was asked for, with the defaults filled in. Of request headers only the names."""

    url: str
    max_pages: NonNegativeInt
    max_depth: int | None
    include: list[str]
    exclude: list[str]
    delay: float | None
    concurrency: int | None
    header_names: list[str]
    include_selectors: list[str]
    exclude_selectors: list[str]
    keep_raw: bool
    keep_html: bool
    respect_robots: bool
    respect_noindex: bool
    all_pages: bool
    use_sitemaps: bool
    allow_hosts: list[str]
    max_seconds: int | None
    max_bytes: int | None
    mode: Literal["crawl", "push"] = Field(description="push: its pages are pushed to it.")
    follow_links: bool = Field(description="Of pushed pages.")
    include_regex: list[str]
    exclude_regex: list[str]
    regex_on_url: bool
    sitemap_only: bool
    trust_lastmod: bool
    ignore_query: bool
    markdown_twins: Literal["never", "auto", "prefer"]
    render: Literal["never", "auto", "always"]
    hash_routes: bool

    @classmethod
    def of(cls, row: pb.JobSettings, header_names: list[str]) -> Self:
        """From the proto."""
        return cls(
            url=row.url,
            max_pages=row.max_pages,
            max_depth=row.max_depth if row.HasField("max_depth") else None,
            include=list(row.include),
            exclude=list(row.exclude),
            delay=row.delay if row.HasField("delay") else None,
            concurrency=row.concurrency if row.HasField("concurrency") else None,
            header_names=header_names,
            include_selectors=list(row.include_selectors),
            exclude_selectors=list(row.exclude_selectors),
            keep_raw=row.keep_raw,
            keep_html=row.keep_html,
            respect_robots=row.respect_robots,
            respect_noindex=row.respect_noindex,
            all_pages=row.all_pages,
            use_sitemaps=row.use_sitemaps,
            allow_hosts=list(row.allow_hosts),
            max_seconds=row.max_seconds if row.HasField("max_seconds") else None,
            max_bytes=row.max_bytes if row.HasField("max_bytes") else None,
            mode="push" if row.push else "crawl",
            follow_links=row.follow_links,
            include_regex=list(row.include_regex),
            exclude_regex=list(row.exclude_regex),
            regex_on_url=row.regex_on_url,
            sitemap_only=row.sitemap_only,
            trust_lastmod=row.trust_lastmod,
            ignore_query=row.ignore_query,
            markdown_twins=row.markdown_twins or "auto",
            render=row.render or "auto",
            hash_routes=row.hash_routes,
        )


class ReasonCount(Answer):
    """How many pages failed or were skipped for one reason."""

    state: PageState
    reason: Reason | None
    message: str
    pages: NonNegativeInt

    @classmethod
    def of(cls, row: pb.ReasonCount) -> Self:
        """From the proto."""
        reason = reason_of(row.reason)
        return cls(
            state=PAGE_STATES.get(row.state, PageState.FAILED),
            reason=reason,
            message=reason.sentence if reason else "",
            pages=row.pages,
        )


WAITS: dict[int, Literal["turn", "pushes"]] = {
    pb.Wait.CAUSE_TURN: "turn",
    pb.Wait.CAUSE_PUSHES: "pushes",
}


class Wait(Answer):
    """Why nothing of a job moves just now."""

    cause: Literal["turn", "site", "pushes"] = Field(
        description="turn: your other jobs run. site: it failed, or asked to slow down. pushes: more pages "
        "may be pushed."
    )
    message: str = Field(description="A sentence, without the time.")
    running: NonNegativeInt = Field(description="Your running jobs.")
    ahead: NonNegativeInt = Field(description="Queued jobs that start before this one.")
    host: str | None
    http_status: int | None
    reason: Reason | None
    attempts: NonNegativeInt = Field(description="So far.")
    until: Moment | None = Field(description="When it is tried again.")

    @classmethod
    def of(cls, row: pb.Wait) -> Self:
        """From the proto."""
        return cls(
            cause=WAITS.get(row.cause, "site"),
            message=row.message,
            running=row.running,
            ahead=row.ahead,
            host=row.host or None,
            http_status=row.http_status or None,
            reason=reason_of(row.reason),
            attempts=row.attempts,
            until=moment(row, "until"),
        )


class Job(Progress):
    """A job. In a stream it is the last event."""

    job_id: str
    url: str
    title: str | None
    error: str | None = Field(description="Why the job failed, in a sentence.")
    settings: Settings
    created_at: Moment | None
    started_at: Moment | None
    finished_at: Moment | None
    expires_at: Moment | None
    running_seconds: float
    reasons: list[ReasonCount]
    source_id: str | None = Field(description="That it is a run of.")
    previous_job_id: str | None = Field(
        description="The job whose unchanged pages it takes: of a run its source's current run when it began."
    )
    suspect: bool = Field(
        description="It would take away too many pages of its source, and nobody accepted it."
    )
    document_bytes: NonNegativeInt = Field(
        description="Of the document: exact once it has been read, before that a sum of its pages."
    )
    document_tokens: NonNegativeInt | None = Field(
        description="Of the document, an estimate; null until it has been read, and in a stream."
    )
    document_pages: NonNegativeInt | None = Field(description="That the document includes; likewise.")
    cursor: str = Field(description="`<epoch>-<version>`: pass it to the stream as `after`.")
    wait: Wait | None = Field(description="What holds the job up; null when nothing does, and in a stream.")
    links: dict[str, str]

    @classmethod
    def of(cls, row: pb.Job) -> Self:
        """From the proto's Job."""
        return cls(**_job(row))


class JobSnapshot(Job):
    """A job with its newest pages."""

    recent_pages: list[Page]
    markdown: str | None = Field(
        description="With include=markdown: the document of an ended job up to 1 MiB. Else null."
    )

    @classmethod
    def answered(cls, row: pb.GetJobResponse, markdown: str | None = None) -> Self:
        """From the proto of an answer."""
        recent = [Page.of(page) for page in row.recent_pages]
        return cls(**_job(row.job), recent_pages=recent, markdown=markdown)


class OwnWebhook(Answer):
    """The endpoint that is told of one job, or of the runs of one source."""

    webhook_id: str
    secret: str = Field(description="Shown once.")


class StartedJob(Job):
    """A job that was just started."""

    webhook: OwnWebhook | None = Field(description="The job's own, when it was just made.")
    push_secret: str | None = Field(description="Signs pushes to it (mode push). Shown once.")

    @classmethod
    def made(cls, row: pb.CreateJobResponse) -> Self:
        """From the proto."""
        own = OwnWebhook(webhook_id=row.webhook_id, secret=row.webhook_secret) if row.webhook_id else None
        return cls(**_job(row.job), webhook=own, push_secret=row.push_secret or None)


class Jobs(Answer):
    """A part of a user's jobs, newest first."""

    jobs: list[Job]
    next_page_token: NextPageToken

    @classmethod
    def of(cls, row: pb.ListJobsResponse) -> Self:
        """From the proto."""
        return cls(jobs=[Job.of(job) for job in row.jobs], next_page_token=row.next_page_token or None)


def _progress(row: pb.Progress) -> dict[str, Any]:
    return {
        "state": JOB_STATES.get(row.state, JobState.QUEUED),
        "discovered": row.discovered,
        "queued": row.queued,
        "processed": row.processed,
        "failed": row.failed,
        "skipped": row.skipped,
        "discovering": row.discovering,
        "bytes_fetched": row.bytes_fetched,
        "markdown_bytes": row.markdown_bytes,
        "words": row.words,
        "tokens": row.tokens,
        "limit_reached": JOB_LIMITS.get(row.limit_reached),
        "not_admitted": row.not_admitted,
        "unchanged": row.unchanged,
        "contradicted": row.contradicted,
        "stale": row.stale,
        "current_url": row.current_url or None,
    }


def _job(row: pb.Job) -> dict[str, Any]:
    return {
        **_progress(row.progress),
        "job_id": row.job_id,
        "url": row.settings.url,
        "title": row.title or None,
        "error": row.error or None,
        "settings": Settings.of(row.settings, list(row.header_names)),
        "created_at": moment(row, "created_at"),
        "started_at": moment(row, "started_at"),
        "finished_at": moment(row, "finished_at"),
        "expires_at": moment(row, "expires_at"),
        "running_seconds": round(row.running_seconds, 3),
        "reasons": [ReasonCount.of(entry) for entry in row.reasons],
        "document_bytes": row.document_bytes,
        "source_id": row.source_id or None,
        "previous_job_id": row.previous_job_id or None,
        "suspect": row.suspect,
        "document_tokens": row.document_tokens or None,
        "document_pages": row.document_pages or None,
        "cursor": row.cursor,
        "wait": Wait.of(row.wait) if row.HasField("wait") else None,
        "links": _links(row.job_id),
    }


def _links(job_id: str) -> dict[str, str]:
    """Where the parts of a job are."""
    here = f"{API}/jobs/{job_id}"
    parts = ("stream", "pages", "outline", "markdown")
    return {"self": here, **{part: f"{here}/{part}" for part in parts}, "jsonLines": f"{here}/pages.jsonl"}
