"""Sources as REST and the command line show them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt

from docspasta.domain import JobState
from docspasta.v1 import sources_pb2 as pb

from .base import API, Answer
from .jobs import Job, OwnWebhook, Settings
from .pages import NextPageToken
from .words import JOB_STATES, Moment, Reason, moment, reason_of


class NewestRun(Answer):
    """The run of a source that was begun last."""

    job_id: str
    state: JobState
    created_at: Moment | None


class Schedule(Answer):
    """When a source is crawled by itself."""

    cron: str | None
    time_zone: str | None
    every_seconds: int | None
    suspended: bool = Field(description="It does not count for now.")
    overlap: str = Field(description="skip, queue or replace: of a tick while a run is under way.")
    missed: str = Field(description="once or skip: of ticks that came while nothing ran.")
    start_within_seconds: PositiveInt | None = Field(description="A later tick begins no run.")
    text: str = Field(description="The schedule as a sentence.")

    @classmethod
    def of(cls, row: pb.Source) -> Self:
        """From the proto."""
        return cls(
            cron=row.schedule.cron or None,
            time_zone=row.schedule.time_zone or None,
            every_seconds=row.schedule.every_seconds or None,
            suspended=row.schedule.suspended,
            overlap=row.schedule.overlap,
            missed=row.schedule.missed,
            start_within_seconds=row.schedule.start_within_seconds or None,
            text=row.schedule_text,
        )


class SkippedTick(Answer):
    """The last time that the schedule began no run."""

    at: Moment | None
    because: Literal["overlap", "limit", "refused", "missed"] = Field(
        description="overlap: a run was under way. limit: of the user. refused: its settings are not allowed "
        "any more. missed: it would have begun too late."
    )


class Source(Answer):
    """Documentation that is crawled again and again. A run is a job: /jobs has its pages and its document."""

    source_id: str
    name: str
    settings: Settings
    keep: PositiveInt = Field(description="How many runs are kept, the newest; the current one always.")
    created_at: Moment | None
    max_removed_percent: NonNegativeInt = Field(
        description="A run that would take away more of the pages is suspect; 100: no run is."
    )
    current_job_id: str | None = Field(
        description="The newest completed run that is not suspect; null before there is one."
    )
    suspect_job_id: str | None = Field(
        description="The newest suspect run, when no later one became current: POST links.accept, or delete "
        "the job."
    )
    webhook_id: str | None = Field(description="Of its own webhook: /webhooks shows, rotates and deletes it.")
    newest_run: NewestRun | None = Field(description="The one that was begun last; null before the first.")
    schedule: Schedule | None = Field(description="null: it is crawled when somebody asks.")
    next_at: Moment | None = Field(description="When its schedule begins the next run.")
    last_skipped: SkippedTick | None
    failures: NonNegativeInt = Field(
        description="How many of its newest runs failed, one after the other; from 5 on it waits longer."
    )
    links: dict[str, str]

    @classmethod
    def of(cls, row: pb.Source) -> Self:
        """From the proto."""
        return cls(**_source(row))


class ChangedSource(Source):
    """A source that was just made or changed."""

    webhook: OwnWebhook | None = Field(description="Its own, when it was just made.")

    @classmethod
    def made(cls, row: pb.CreateSourceResponse | pb.UpdateSourceResponse) -> Self:
        """From the proto."""
        own = None
        if row.webhook_secret:
            own = OwnWebhook(webhook_id=row.source.webhook_id, secret=row.webhook_secret)
        return cls(**_source(row.source), webhook=own)


class Sources(Answer):
    """A part of a user's sources, by name."""

    sources: list[Source]
    next_page_token: NextPageToken

    @classmethod
    def of(cls, row: pb.ListSourcesResponse) -> Self:
        """From the proto."""
        sources = [Source.of(source) for source in row.sources]
        return cls(sources=sources, next_page_token=row.next_page_token or None)


class Runs(Answer):
    """A part of a source's runs, newest first."""

    runs: list[Job]
    next_page_token: NextPageToken

    @classmethod
    def of(cls, row: pb.ListRunsResponse) -> Self:
        """From the proto."""
        return cls(runs=[Job.of(job) for job in row.jobs], next_page_token=row.next_page_token or None)


def _source(row: pb.Source) -> dict[str, Any]:
    newest = None
    if row.newest_job_id:
        state = JOB_STATES.get(row.newest_state, JobState.QUEUED)
        newest = NewestRun(job_id=row.newest_job_id, state=state, created_at=moment(row, "newest_created_at"))
    return {
        "source_id": row.source_id,
        "name": row.name,
        "settings": Settings.of(row.settings, []),
        "keep": row.keep,
        "created_at": moment(row, "created_at"),
        "max_removed_percent": row.max_removed_percent,
        "current_job_id": row.current_job_id or None,
        "suspect_job_id": row.suspect_job_id or None,
        "webhook_id": row.webhook_id or None,
        "newest_run": newest,
        "schedule": Schedule.of(row) if row.HasField("schedule") else None,
        "next_at": moment(row, "next_at"),
        "last_skipped": _skipped(row),
        "failures": row.failures,
        "links": _links(row),
    }


def _skipped(row: pb.Source) -> SkippedTick | None:
    """The last tick that began no run; a word that this version does not know is a refusal."""
    if not row.skipped_because:
        return None
    known = {"overlap": "overlap", "limit": "limit", "missed": "missed"}
    because: Any = known.get(row.skipped_because, "refused")
    return SkippedTick(at=moment(row, "skipped_at"), because=because)


def _links(row: pb.Source) -> dict[str, str]:
    """Where the parts of a source are."""
    here = f"{API}/sources/{row.source_id}"
    links = {"self": here, "runs": f"{here}/runs"}
    if row.current_job_id:
        links["markdown"] = f"{API}/jobs/{row.current_job_id}/markdown"
    if row.suspect_job_id:
        links["accept"] = f"{here}/runs/{row.suspect_job_id}/accept"
    return links


class ChangeKind(StrEnum):
    """What became of a page from one run to another."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"
    FAILED = "failed"
    STALE = "stale"


KINDS: dict[int, ChangeKind] = {pb.PageChange.Kind.Value(f"KIND_{kind.upper()}"): kind for kind in ChangeKind}


class PageChange(Answer):
    """A page that is not as it was."""

    kind: ChangeKind = Field(
        description="changed: another text or title. moved: the same text under another address. failed: it "
        "was not there this time, but may come back. stale: it could not be had, and keeps its last text."
    )
    url: str
    title: str
    old_url: str | None = Field(description="Of a page that moved.")
    page_id: str | None = Field(description="In the later run.")
    old_page_id: str | None = Field(description="In the earlier run.")
    content_hash: str | None = Field(description="Of its text in the later run.")
    reason: Reason | None = Field(description="Why it is not there.")
    lines_added: NonNegativeInt = Field(description="Lines of its Markdown.")
    lines_removed: NonNegativeInt
    stale_since: Moment | None = Field(
        description="Of one that is stale: when a run first could not have it."
    )

    @classmethod
    def of(cls, row: pb.PageChange) -> Self:
        """From the proto."""
        return cls(
            kind=KINDS.get(row.kind, ChangeKind.CHANGED),
            url=row.url,
            title=row.title,
            old_url=row.old_url or None,
            page_id=row.page_id or None,
            old_page_id=row.old_page_id or None,
            content_hash=row.content_hash or None,
            reason=reason_of(row.reason),
            lines_added=row.lines_added,
            lines_removed=row.lines_removed,
            stale_since=moment(row, "stale_since"),
        )


class Diff(Answer):
    """What changed from one run of a source to another: counts, and a part of the changes by address."""

    from_job_id: str | None = Field(description="null: there was no earlier run, so that all was added.")
    to_job_id: str
    added: NonNegativeInt
    changed: NonNegativeInt
    moved: NonNegativeInt
    removed: NonNegativeInt
    failed: NonNegativeInt
    stale: NonNegativeInt
    unchanged: NonNegativeInt
    changes: list[PageChange]
    next_page_token: NextPageToken

    @classmethod
    def of(cls, row: pb.DiffRunsResponse) -> Self:
        """From the proto."""
        return cls(
            from_job_id=row.from_job_id or None,
            to_job_id=row.to_job_id,
            added=row.added,
            changed=row.changed,
            moved=row.moved,
            removed=row.removed,
            failed=row.failed,
            stale=row.stale,
            unchanged=row.unchanged,
            changes=[PageChange.of(change) for change in row.changes],
            next_page_token=row.next_page_token or None,
        )
