"""Sources as REST and the command line show them."""

from __future__ import annotations

from typing import Self

from pydantic import Field, PositiveInt

from docspasta.domain import JobState
from docspasta.v1 import sources_pb2 as pb

from .base import API, Answer
from .jobs import Job, Settings
from .pages import NextPageToken
from .words import JOB_STATES, Moment, moment


class NewestRun(Answer):
    """The run of a source that was begun last."""

    job_id: str
    state: JobState
    created_at: Moment | None


class Source(Answer):
    """Documentation that is crawled again and again. A run is a job: /jobs has its pages and its document."""

    source_id: str
    name: str
    settings: Settings
    keep: PositiveInt = Field(description="How many runs are kept, the newest; the current one always.")
    created_at: Moment | None
    current_job_id: str | None = Field(description="The newest completed run; null before there is one.")
    newest_run: NewestRun | None = Field(description="The one that was begun last; null before the first.")
    links: dict[str, str]

    @classmethod
    def of(cls, row: pb.Source) -> Self:
        """From the proto."""
        newest = None
        if row.newest_job_id:
            state = JOB_STATES.get(row.newest_state, JobState.QUEUED)
            newest = NewestRun(
                job_id=row.newest_job_id, state=state, created_at=moment(row, "newest_created_at")
            )
        return cls(
            source_id=row.source_id,
            name=row.name,
            settings=Settings.of(row.settings, []),
            keep=row.keep,
            created_at=moment(row, "created_at"),
            current_job_id=row.current_job_id or None,
            newest_run=newest,
            links=_links(row),
        )


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


def _links(row: pb.Source) -> dict[str, str]:
    """Where the parts of a source are."""
    here = f"{API}/sources/{row.source_id}"
    links = {"self": here, "runs": f"{here}/runs"}
    if row.current_job_id:
        links["markdown"] = f"{API}/jobs/{row.current_job_id}/markdown"
    return links
