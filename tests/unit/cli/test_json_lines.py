"""`--json` says what REST says: the same names, zeros present, null for what is not known."""

from __future__ import annotations

from docspasta.cli.json_lines import job_object, update_object
from docspasta.v1.jobs_pb2 import Job, JobState, Progress, WatchJobResponse
from docspasta.v1.page_pb2 import Page, PageReason, PageState
from gateway import events


def test_a_job_is_as_rest_shows_it():
    job = Job(job_id="j", progress=Progress(state=JobState.JOB_STATE_RUNNING, discovered=2**40))
    job.created_at.FromSeconds(0)
    row = job_object(job)
    assert row["state"] == "running" and row["discovered"] == 2**40 and row["failed"] == 0
    assert row["createdAt"] == "1970-01-01T00:00:00.000Z" and row["finishedAt"] is None


def test_an_update_is_the_event_of_the_stream():
    page = Page(page_id="7", state=PageState.PAGE_STATE_FAILED, reason=PageReason.PAGE_REASON_DNS)
    update = WatchJobResponse(cursor="e-3", page=page)
    row = update_object(update)
    assert (row["event"], row["cursor"], row["reason"], row["title"]) == ("url_failed", "e-3", "dns", None)
    assert f"event: {row['event']}\n".encode() in events.event_of(update)
