"""Rows of one snapshot as updates: order, cursors, and what may not move one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from docspasta.domain import (
    Counts,
    Job,
    JobKey,
    JobLimit,
    JobSettings,
    JobState,
    Page,
    PageReason,
    PageState,
)
from docspasta.store.watch import Changes
from services.jobs.watch_reads import reset, run_of

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def job(version: int, state: JobState = JobState.RUNNING) -> Job:
    return Job(
        key=JobKey("u", "j"), state=state, version=version, url="https://e.org/", settings=JobSettings(),
        header_names=(), sealed_headers=None, counts=Counts(), reasons=(), limit_reached=JobLimit.NONE,
        current_url="", title="", error="", document_bytes=0, created_at=NOW, started_at=NOW,
        finished_at=NOW if state.ended else None, running_since=None, running_seconds=0.0,
        deadline_at=None, retries=0, read_at=NOW, takes_pushes=False,
        source_id=None, previous_job_id=None, suspect=False, kept=False, address_id=None,
    )  # fmt: skip


def page(version: int) -> Page:
    return Page(
        page_id=version, url="", state=PageState.PROCESSED, reason=PageReason.NONE, http_status=0, depth=0,
        title="", detail="", version=version, markdown_bytes=0, words=0, tokens=0, redirected_to="",
        duplicate_of=None, position=0, language="", finished_at=NOW, content_hash="", description="",
        anchor="", found_on=None, stale_since=None,
    )  # fmt: skip


def test_pages_then_the_jobs_own_version():
    run = run_of(Changes("ab", job(6), [page(4), page(5)], whole=True), 3, 0)
    assert run.versions == [4, 5, 6] and (run.start, run.end) == (3, 6)
    assert [item.cursor for item in run.items] == ["ab-4", "ab-5", "ab-6"]
    assert run.items[2].HasField("progress") and run.early is None and not run.ended_at


def test_while_pages_are_missing_progress_is_early_and_moves_no_cursor():
    run = run_of(Changes("ab", job(900), [page(4), page(5)], whole=False), 3, 0)
    assert run.versions == [4, 5] and run.end == 5
    assert run.early.cursor == "" and run.early.progress.version == 900


@pytest.mark.parametrize("state", [state for state in JobState if state.ended])
def test_the_end_comes_only_after_its_last_page(state):
    late = run_of(Changes("ab", job(900, state), [page(4)], whole=False), 3, 0)
    assert not late.ended_at and not any(item.HasField("finished") for item in late.items)
    last = run_of(Changes("ab", job(5, state), [page(4)], whole=True), 3, 0)
    assert last.ended_at == 5 and last.items[-1].HasField("finished")


def test_nothing_new_is_nothing():
    run = run_of(Changes("ab", job(6), [], whole=True), 6, 0)
    assert run.items == [] and (run.start, run.end) == (6, 6) and not run.ended_at


def test_a_reset_begins_at_nothing():
    assert reset("ab", "why").cursor == "ab-0"
