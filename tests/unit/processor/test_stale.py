"""Which results say nothing of a page, so that a run keeps its last text."""

from __future__ import annotations

import pytest

from docspasta.content import Page
from docspasta.domain import JobKey, PageKind
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from services.processor.stale import could_not_be_had

URL = "https://docs.example.org/a"


def waiting(kind: PageKind = PageKind.PAGE, status: int = 0, reason: str = "", to: str = "") -> WaitingPage:
    queued = QueuedUrl(JobKey("ann", "run"), 1, URL, "t", kind)
    return WaitingPage(queued, "lease", Fetched(URL, http_status=status, reason=reason, redirected_to=to))


@pytest.mark.parametrize(
    ("status", "reason", "passing"),
    [
        (500, "http_status", True),
        (503, "http_status", True),
        (403, "http_status", True),
        (429, "http_status", True),
        (404, "http_status", False),
        (410, "http_status", False),
        (0, "timeout", True),
        (0, "connection", True),
        (0, "dns", True),
        (0, "robots_unreachable", True),
        (200, "challenge", True),
        (0, "robots", False),  # the site does not want it read
        (200, "too_large", False),
        (200, "not_html", False),
        (0, "forbidden_address", False),
        (200, "", False),
    ],
)
def test_what_went_wrong_on_the_way_says_nothing_of_the_page(status: int, reason: str, passing: bool) -> None:
    assert could_not_be_had(waiting(status=status, reason=reason), {}) is passing


@pytest.mark.parametrize(
    ("reason", "passing"), [("challenge", True), ("maintenance", True), ("empty", False), ("", False)]
)
def test_a_wall_that_the_conversion_finds_counts_as_well(reason: str, passing: bool) -> None:
    assert could_not_be_had(waiting(status=200), {1: Page(URL, reason=reason)}) is passing


def test_a_page_that_leads_elsewhere_and_what_is_no_page_are_not_kept() -> None:
    assert not could_not_be_had(waiting(to="https://docs.example.org/b", reason="redirected"), {})
    assert not could_not_be_had(waiting(PageKind.SITEMAP, reason="timeout"), {})
