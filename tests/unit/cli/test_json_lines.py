"""Protos in REST's words."""

from __future__ import annotations

from docspasta.cli.json_lines import as_json
from docspasta.v1.jobs_pb2 import Job, JobState, Progress
from docspasta.v1.page_pb2 import Page, PageReason, PageState


def test_zeros_are_present_and_counts_are_numbers():
    row = as_json(Progress(state=JobState.JOB_STATE_RUNNING, discovered=2**40))
    assert row["state"] == "running" and row["discovered"] == 2**40
    assert row["failed"] == 0 and row["limitReached"] is None


def test_reasons_have_no_prefix():
    row = as_json(Page(state=PageState.PAGE_STATE_FAILED, reason=PageReason.PAGE_REASON_HTTP_STATUS))
    assert (row["state"], row["reason"], row["finishedAt"]) == ("failed", "http_status", None)


def test_messages_inside_messages():
    job = Job(job_id="j", progress=Progress(processed=1))
    job.created_at.FromSeconds(0)
    row = as_json(job)
    assert row["progress"]["processed"] == 1 and row["createdAt"] == "1970-01-01T00:00:00Z"
    assert row["settings"] is None and row["reasons"] == []
