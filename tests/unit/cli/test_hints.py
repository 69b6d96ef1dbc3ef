"""What to try next: each common failure of a start page has a sentence with an option or an address."""

from __future__ import annotations

import pytest

from docspasta.cli.hints import hints
from docspasta.cli.summary import nothing_sentence, summary
from docspasta.domain import PageReason
from docspasta.proto_enums import page_reason_value
from docspasta.v1.jobs_pb2 import Job, JobSettings, Progress, ReasonCount
from docspasta.v1.page_pb2 import PageState


def failed(reason: PageReason, url: str = "https://docs.example.org/") -> Job:
    """A job of which nothing came."""
    row = ReasonCount(state=PageState.PAGE_STATE_FAILED, reason=page_reason_value(reason), pages=1)
    return Job(
        settings=JobSettings(url=url),
        progress=Progress(discovered=1, failed=1),
        reasons=[row],
        error="No page was processed.",
        running_seconds=2.0,
    )


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        (PageReason.DNS, "spelling of docs.example.org"),
        (PageReason.TLS, "docspasta crawl http://docs.example.org/"),
        (PageReason.CONNECTION, "docspasta crawl http://docs.example.org/"),
        (PageReason.HTTP_STATUS, "https://docs.example.org/ in a browser"),
        (PageReason.EMPTY, "does it show text"),
        (PageReason.ROBOTS, "--ignore-robots"),
        (PageReason.SIGN_IN, "--header"),
        (PageReason.FORBIDDEN_ADDRESS, "--allow"),
    ],
)
def test_a_start_page_that_failed_has_a_next_step(reason, word):
    (hint,) = hints(failed(reason))
    assert word in hint and hint in nothing_sentence(failed(reason))


@pytest.mark.parametrize(
    ("status", "word"),
    [(429, "--delay 2"), (401, "--header"), (503, "try again later"), (404, "in a browser")],
)
def test_an_error_status_has_a_hint_of_its_own(status, word):
    job = failed(PageReason.HTTP_STATUS)
    job.error = f"No page was processed. The server answered with an error status: HTTP {status} So."
    assert word in hints(job)[0]


def test_http_that_nothing_answers_is_not_told_to_be_http():
    assert hints(failed(PageReason.CONNECTION, "http://localhost:8000/")) == [
        "Is the site running? Nothing answers at localhost:8000."
    ]


def test_an_include_that_matched_nothing_is_told():
    job = Job(
        settings=JobSettings(url="https://a/", include=["/guide/*"]),
        progress=Progress(discovered=1, processed=1),
    )
    assert "no link matches --include '/guide/*'" in summary(job)[-1]
    job.progress.discovered = job.progress.processed = 2
    assert hints(job) == []


def test_a_crawl_without_a_page_has_no_size_and_keeps_its_walls():
    text = nothing_sentence(failed(PageReason.CHALLENGE))
    assert "0 pages" not in text and "Not the whole site" in text and "No page was processed." in text


@pytest.mark.parametrize(
    ("pages", "kept", "told"), [(11, 5, True), (11, 8, False), (100, 90, False), (0, 0, False)]
)
def test_many_pages_with_one_text_are_told(pages: int, kept: int, told: bool) -> None:
    job = Job(progress=Progress(processed=pages), document_pages=kept, document_tokens=kept * 50)
    assert any("the text of another page" in line for line in summary(job)) is told
