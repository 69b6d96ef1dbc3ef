"""From a fetch to what is recorded: states, reasons and which links are followed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docspasta.content import Link, Page
from docspasta.domain import JobKey, JobSettings, PageKind
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.sitemaps import Sitemap
from services.processor.batch import key_of
from services.processor.recording import MAX_REDIRECTS, JobView, discoveries, result_of

START = "https://docs.example.org/guide/"
JOB = JobKey("alice", "job1")


def view(**settings: object) -> JobView:
    job = JobView.of(START, JobSettings(**settings), None, bool(settings.get("keep_raw")))  # type: ignore[arg-type]
    job.decide(Page(url=START, navigation=(START + "a", START + "b")))
    return job


def waiting(kind: PageKind = PageKind.PAGE, redirects: int = 0, **fetched: object) -> WaitingPage:
    queued = QueuedUrl(JOB, 7, START + "x", "ticket", kind, redirects)
    return WaitingPage(queued, "lease", Fetched(url=START + "x", **fetched))  # type: ignore[arg-type]


def page(**facts: object) -> Page:
    return Page(url=START + "x", markdown="# X\n", **facts)  # type: ignore[arg-type]


def test_a_page_brings_its_links_that_are_in_scope() -> None:
    links = (Link(START + "a"), Link("https://elsewhere.example/"), Link(START + "a"), Link(START + "b"))
    result = result_of(waiting(http_status=200, body=b"x"), page(links=links), None, view())
    assert (result.state, result.reason, result.raw) == ("processed", "", None)
    assert [row.url for row in result.found] == [START + "a", START + "b"]
    assert all(row.step == 1 for row in result.found)


def test_nofollow_keeps_the_navigation_alone() -> None:
    links = (Link(START + "a"), Link(START + "b", navigation=True), Link(START + "c", nofollow=True))
    for made, fetched in ((page(links=links, nofollow=True), {}), (page(links=links), {"nofollow": True})):
        found = result_of(waiting(**fetched), made, None, view()).found
        assert [row.url for row in found] == [START + "b"]
    assert [r.url for r in result_of(waiting(), page(links=links), None, view()).found] == [
        START + "a",
        START + "b",
    ]


@pytest.mark.parametrize(
    ("reason", "state"),
    [("robots", "skipped"), ("not_html", "skipped"), ("http_status", "failed"), ("timeout", "failed")],
)
def test_a_fetch_that_failed_keeps_its_reason(reason: str, state: str) -> None:
    result = result_of(waiting(reason=reason, http_status=404, detail="why"), None, None, view())
    assert (result.state, result.reason, result.http_status, result.detail) == (state, reason, 404, "why")


def test_a_page_of_javascript_alone_is_skipped_but_its_links_are_followed() -> None:
    made = Page(url=START + "x", reason="needs_javascript", links=(Link(START + "a"),))
    result = result_of(waiting(), made, None, view())
    assert (result.state, result.reason, len(result.found)) == ("skipped", "needs_javascript", 1)


def test_noindex_is_recorded_only_unless_the_job_respects_it() -> None:
    made = page(noindex=True)
    assert result_of(waiting(), made, None, view()).state == "processed"
    assert result_of(waiting(), made, None, view(respect_noindex=True)).reason == "noindex"
    assert result_of(waiting(noindex=True), page(), None, view(respect_noindex=True)).reason == "noindex"


def test_a_redirect_becomes_a_url_of_its_own() -> None:
    result = result_of(waiting(redirected_to="../guide/y", http_status=301), None, None, view())
    [found] = result.found
    assert (result.state, result.reason, result.redirected_to) == ("skipped", "redirected", START + "y")
    assert (found.url, found.step, found.redirects) == (START + "y", 0, 1)


def test_redirects_end() -> None:
    over = waiting(redirects=MAX_REDIRECTS, redirected_to=START + "y")
    assert result_of(over, None, None, view()).reason == "redirect_limit"
    itself = waiting(redirected_to=START + "x")
    assert result_of(itself, None, None, view()).reason == "redirect_limit"


def test_a_redirect_out_of_scope_is_not_followed() -> None:
    result = result_of(waiting(redirected_to="https://elsewhere.example/"), None, None, view())
    assert (result.reason, result.found) == ("out_of_scope", ())
    bad = result_of(waiting(redirected_to="http://u:p@docs.example.org/"), None, None, view())
    assert (bad.state, bad.reason) == ("failed", "bad_url")


def test_before_the_scope_stands_a_redirect_may_lead_to_another_host() -> None:
    job = replace(view(), scope=None, admitted={})
    [found] = result_of(waiting(redirected_to="https://elsewhere.example/"), None, None, job).found
    assert found.url == "https://elsewhere.example/"


def test_the_first_real_page_brings_robots_and_llms() -> None:
    rows = discoveries("https://docs.example.org/en/")
    assert [(row.kind, row.url, row.step) for row in rows] == [
        (PageKind.ROBOTS, "https://docs.example.org/robots.txt", 0),
        (PageKind.LLMS, "https://docs.example.org/llms.txt", 0),
    ]
    assert all(row.url_key == key_of(row.kind, row.url) != key_of(PageKind.PAGE, row.url) for row in rows)


def test_robots_names_sitemaps_or_the_usual_place_is_tried() -> None:
    named = result_of(
        waiting(PageKind.ROBOTS, sitemaps=("https://docs.example.org/s.xml",)), None, None, view()
    )
    assert [(r.url, r.kind, r.step) for r in named.found] == [
        ("https://docs.example.org/s.xml", PageKind.SITEMAP, 0)
    ]
    usual = result_of(waiting(PageKind.ROBOTS, reason="http_status"), None, None, view())
    assert [r.url for r in usual.found] == ["https://docs.example.org/sitemap.xml"]


def test_a_sitemap_brings_pages_and_nested_sitemaps_to_a_bound() -> None:
    listed = Sitemap((START + "a", "https://elsewhere.example/"), ("https://docs.example.org/2.xml",))
    found = result_of(waiting(PageKind.SITEMAP), None, listed, view()).found
    assert [(r.url, r.kind, r.step) for r in found] == [
        (START + "a", PageKind.PAGE, 1),
        ("https://docs.example.org/2.xml", PageKind.SITEMAP, 0),
    ]
    deep = result_of(waiting(PageKind.SITEMAP, redirects=3), None, listed, view()).found
    assert [r.kind for r in deep] == [PageKind.PAGE]


def test_a_missing_sitemap_is_no_failure_of_a_page() -> None:
    result = result_of(waiting(PageKind.SITEMAP, reason="http_status", http_status=404), None, None, view())
    assert (result.state, result.reason, result.kind) == ("failed", "http_status", PageKind.SITEMAP)
