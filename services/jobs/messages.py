"""The domain's types as the proto's messages: a job, its progress, a page. Pure.

WatchJob and the unary calls say the same.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from docspasta.domain import Cursor, Job, JobLimit, JobSettings, Page
from docspasta.proto_enums import (
    job_limit_value,
    job_state_value,
    page_reason_value,
    page_state_value,
)
from docspasta.store.pages import Address
from docspasta.v1 import jobs_pb2, page_pb2


def progress_message(job: Job) -> jobs_pb2.Progress:
    """A job's counts at its version."""
    counts = job.counts
    return jobs_pb2.Progress(
        state=job_state_value(job.state),
        discovered=counts.discovered,
        queued=counts.queued,
        processed=counts.processed,
        failed=counts.failed,
        skipped=counts.skipped,
        discovering=counts.discovering,
        bytes_fetched=counts.bytes_fetched,
        markdown_bytes=counts.markdown_bytes,
        words=counts.words,
        tokens=counts.tokens,
        unchanged=counts.unchanged,
        contradicted=counts.contradicted,
        stale=counts.stale,
        limit_reached=job_limit_value(job.limit_reached),
        not_admitted=counts.not_admitted,
        version=job.version,
        current_url=job.current_url,
    )


def settings_message(settings: JobSettings) -> jobs_pb2.JobSettings:
    """What was asked for, with its defaults; without headers, and without URLs that are its pages."""
    given = {name: value for name, value in asdict(settings).items() if value is not None and name != "urls"}
    return jobs_pb2.JobSettings(**given)


def job_message(job: Job, epoch: str, keep_seconds: float) -> jobs_pb2.Job:
    """A job. `keep_seconds` is how long an ended job is kept, 0 without end."""
    return jobs_pb2.Job(
        job_id=job.key.job_id,
        settings=settings_message(job.settings),
        progress=progress_message(job),
        error=job.error,
        created_at=timestamp(job.created_at),
        started_at=timestamp(job.started_at),
        finished_at=timestamp(job.finished_at),
        expires_at=timestamp(job.expires_at(keep_seconds)),
        running_seconds=job.seconds_run(),
        reasons=[
            jobs_pb2.ReasonCount(
                state=page_state_value(count.state),
                reason=page_reason_value(count.reason),
                pages=count.pages,
            )
            for count in job.reasons
        ],
        cursor=str(Cursor(epoch, job.version)),
        document_bytes=job.document_bytes,
        header_names=job.header_names,
        title=job.title,
        source_id=job.source_id or "",
        previous_job_id=job.previous_job_id or "",
        suspect=job.suspect,
    )


def page_message(page: Page) -> page_pb2.Page:
    """A page of a job."""
    return page_pb2.Page(
        page_id=str(page.page_id),
        url=page.url,
        state=page_state_value(page.state),
        reason=page_reason_value(page.reason),
        http_status=page.http_status,
        depth=page.depth,
        title=page.title,
        detail=page.detail,
        version=page.version,
        markdown_bytes=page.markdown_bytes,
        words=page.words,
        tokens=page.tokens,
        redirected_to=page.redirected_to,
        duplicate_of=str(page.duplicate_of or ""),
        position=page.position,
        language=page.language,
        finished_at=timestamp(page.finished_at),
        stale_since=timestamp(page.stale_since),
        content_hash=page.content_hash,
        description=page.description,
        anchor=page.anchor,
        found_on=str(page.found_on or ""),
    )


def address_message(row: Address) -> jobs_pb2.Address:
    """What a job found: a page of it, or what a limit kept out."""
    return jobs_pb2.Address(
        url=row.url,
        state=page_state_value(row.state),
        reason=page_reason_value(row.reason),
        kept_out_by=job_limit_value(JobLimit(row.refused_by)),
        title=row.title,
        description=row.description,
    )


def timestamp(moment: datetime | None) -> Timestamp | None:
    """A moment as the proto's message; None, which leaves a field unset, for None."""
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
