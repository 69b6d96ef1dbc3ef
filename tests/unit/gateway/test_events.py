"""Event bytes: one line of data whatever stands in it, an id only with a cursor, nothing twice as long."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docspasta.rest.events import EVENTS
from docspasta.v1.jobs_pb2 import Job, JobState, Progress, Reset, WatchJobResponse
from docspasta.v1.page_pb2 import Page, PageReason, PageState
from gateway import events
from gateway.openapi import document


def parsed(data: bytes) -> dict[str, str]:
    assert data.endswith(b"\n\n") and data.count(b"\n\n") == 1 and b"\r" not in data
    return dict(line.split(": ", 1) for line in data.decode().rstrip("\n").split("\n"))


def test_a_page():
    page = Page(page_id="7", url="https://e.org/a", state=PageState.PAGE_STATE_PROCESSED, title="A", words=3)
    fields = parsed(events.event_of(WatchJobResponse(cursor="ab-12", page=page)))
    assert fields["id"] == "ab-12" and fields["event"] == "url_processed"
    data = json.loads(fields["data"])
    assert data["url"] == "https://e.org/a" and data["pageId"] == "7" and data["state"] == "processed"
    assert data["words"] == 3 and data["tokens"] == 0


@pytest.mark.parametrize(
    ("state", "name"),
    [(PageState.PAGE_STATE_FAILED, "url_failed"), (PageState.PAGE_STATE_SKIPPED, "url_skipped")],
)
def test_failures_and_skips_say_why(state, name):
    page = Page(page_id="7", url="https://e.org/a", state=state, reason=PageReason.PAGE_REASON_NOT_HTML)
    fields = parsed(events.event_of(WatchJobResponse(cursor="ab-12", page=page)))
    assert fields["event"] == name and json.loads(fields["data"])["reason"] == "not_html"


@pytest.mark.parametrize("word", ["completed", "failed", "cancelled"])
def test_the_end(word):
    state = JobState.Value(f"JOB_STATE_{word.upper()}")
    job = Job(job_id="j", progress=Progress(state=state, processed=2))
    fields = parsed(events.event_of(WatchJobResponse(cursor="ab-9", finished=job)))
    assert fields["event"] == f"job_{word}" and json.loads(fields["data"])["state"] == word


def test_an_early_progress_has_no_id():
    fields = parsed(events.event_of(WatchJobResponse(progress=Progress(queued=4))))
    assert "id" not in fields and json.loads(fields["data"])["queued"] == 4


def test_reset_heartbeat_and_retry():
    assert parsed(events.event_of(WatchJobResponse(cursor="ab-0", reset=Reset())))["id"] == "ab-0"
    assert events.heartbeat("ab-3") == b"id: ab-3\n\n"
    assert events.heartbeat("") == b":\n\n"
    assert events.retry(1500) == b"retry: 1500\n\n"


@given(st.text(), st.text())
def test_no_text_splits_an_event(title, detail):
    text = title.encode("utf-8", "replace").decode(), detail.encode("utf-8", "replace").decode()
    page = Page(page_id="1", url="u", state=PageState.PAGE_STATE_FAILED, title=text[0], detail=text[1])
    page.reason = PageReason.PAGE_REASON_DNS
    fields = parsed(events.event_of(WatchJobResponse(cursor="ab-1", page=page)))
    assert json.loads(fields["data"])["title"] == (text[0] or None)


def test_every_event_has_a_schema():
    made = [Page(state=state) for state in (2, 3, 4)]
    ended = [Job(progress=Progress(state=state)) for state in JobState.values() if state > 3]
    updates = [
        *(WatchJobResponse(page=page) for page in made),
        *(WatchJobResponse(finished=job) for job in ended),
        WatchJobResponse(progress=Progress()),
        WatchJobResponse(reset=Reset()),
    ]
    assert {parsed(events.event_of(update))["event"] for update in updates} == set(EVENTS)
    stream = document()["paths"]["/api/v5/jobs/{job_id}/stream"]["get"]["responses"]["200"]
    payloads = stream["content"]["text/event-stream"]["schema"]["x-event-payloads"]
    assert set(payloads) == set(EVENTS)


def test_what_a_newer_service_says_is_still_an_event():
    page = Page(page_id="1", state=PageState.PAGE_STATE_FAILED)
    page.reason = 999
    assert json.loads(parsed(events.event_of(WatchJobResponse(page=page)))["data"])["reason"] == "internal"
    assert events.event_of(WatchJobResponse()) == b""
