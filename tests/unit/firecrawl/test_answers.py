"""What Firecrawl's clients read: words that they know, and no more links than were asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docspasta.domain import JobLimit, JobState
from docspasta.proto_enums import job_limit_value, job_state_value
from docspasta.v1.jobs_pb2 import Address, Job, Progress
from docspasta.v1.page_pb2 import Page
from docspasta.v1.search_pb2 import SearchHit, SnippetPart
from gateway.firecrawl.answers import job_status, page_error
from gateway.firecrawl.endpoint import FirecrawlEndpoint
from gateway.firecrawl.map_options import map_of
from gateway.firecrawl.maps import answer_of
from gateway.firecrawl.refusals import refusal
from gateway.firecrawl.search_options import result, results_of, search_of
from gateway.problems import Problem
from gateway.rate_limit import RateLimiter

KNOWN = {"scraping", "completed", "failed", "cancelled"}  # clients refuse any other word


def job(state: JobState, **more: object) -> Job:
    return Job(job_id="j", progress=Progress(state=job_state_value(state), queued=2, processed=3), **more)


@pytest.mark.parametrize("state", list(JobState))
def test_every_state_has_a_word_that_clients_know(state: JobState) -> None:
    told = job_status(job(state), [], None)
    assert told["status"] in KNOWN and (told["status"] == "scraping") == (not state.ended)
    assert told["total"] == 5 and told["completed"] == 3 and "next" not in told


def found(*names: str) -> list[Address]:
    kept_out = job_limit_value(JobLimit.PAGES)
    return [Address(url=f"https://x.example/{name}", kept_out_by=kept_out) for name in names]


def test_a_map_has_what_matches_first_and_no_more_than_was_asked_for() -> None:
    asked = map_of({"url": "https://x.example/", "search": "Two b", "limit": 2})
    told = answer_of(job(JobState.COMPLETED), found("one", "two", "two-b"), asked, whole=True)
    assert [link["url"][-5:] for link in told["links"]] == ["two-b", "e/two"] and "warning" not in told


def test_a_map_that_was_cut_says_so() -> None:
    asked = map_of({"url": "https://x.example/", "limit": 1})
    told = answer_of(job(JobState.RUNNING), found("one"), asked, whole=False)
    assert "time was over" in told["warning"] and "higher limit" in told["warning"]
    with pytest.raises(Problem, match="No such host"):
        answer_of(job(JobState.FAILED, error="No such host."), found("one"), asked, whole=True)


def test_limits_of_a_map() -> None:
    asked = map_of({"url": "https://x.example/", "limit": 10**6, "timeout": 10**9})
    assert asked.limit == 30_000 and asked.seconds == 300 and asked.settings.max_pages == 1


def test_a_search_gives_each_page_once_and_within_its_domains() -> None:
    urls = [f"https://{place}" for place in ("a.example/1", "a.example/1", "docs.b.example/2", "c.example/3")]
    snippet = [SnippetPart(text="a "), SnippetPart(text="b", marked=True)]
    hits = [SearchHit(url=url, title="T", snippet=snippet) for url in urls]
    asked = search_of({"query": "x", "includeDomains": ["a.example", "*.b.example"], "sources": ["web"]})
    assert [hit.url for hit in results_of(hits, asked)] == urls[1:3]
    assert result(hits[0], 1)["description"] == "a b"
    assert results_of(hits, search_of({"query": "x", "excludeDomains": ["example"]})) == []


@pytest.mark.parametrize("more", [{"sources": ["news"]}, {"tbs": "qdr:d"}, {"query": ""}, {"limit": 0}])
def test_searches_that_are_not_served_are_refused(more: dict[str, object]) -> None:
    with pytest.raises(Problem):
        search_of({"query": "x"} | more)


def test_kinds_that_clients_know_have_their_codes() -> None:
    told = refusal(Problem(422, "dns", "No such host."))
    assert told.status_code == 400 and b"SCRAPE_DNS_RESOLUTION_ERROR" in told.body
    assert refusal(Problem(422, "timeout", "Too late.")).status_code == 408
    assert b'"success":false' in refusal(Problem(429, "too-many-requests", "Wait.", retry_after=2)).body


def test_a_field_that_is_wrong_has_the_name_that_the_client_gave_it() -> None:
    fields = [("includeRegex[0]", "It ends too early."), ("maxPages", "Too many."), ("webhook.url", "None.")]
    told = json.loads(refusal(Problem(400, "invalid-argument", "…", fields=fields)).body)
    words = "includePaths[0]: It ends too early.; limit: Too many.; webhook.url: None."
    assert told["error"] == words and told["code"] == "INVALID_ARGUMENT"


def test_the_error_of_an_address_that_leads_elsewhere_names_where() -> None:
    page = Page(url="https://x.example/a", reason=4, redirected_to="https://x.example/b")
    assert "leads to https://x.example/b" in page_error(page)["error"]


async def test_who_asks_too_often_is_told_in_firecrawls_form() -> None:
    async def nobody(*_: object) -> None:
        raise AssertionError("nobody else answers")

    endpoint = FirecrawlEndpoint(nobody, [], nobody, RateLimiter(1))
    scope = {"type": "http", "method": "GET", "path": "/v2/crawl/active", "headers": [], "client": ("a", 1)}
    told: list[dict[str, Any]] = []
    for _ in range(4):
        told.clear()
        await endpoint({**scope, "query_string": b""}, nobody, _into(told))
    assert told[0]["status"] == 429 and json.loads(told[1]["body"])["success"] is False
    assert any(name == b"retry-after" for name, _ in told[0]["headers"])


def _into(told: list[dict[str, Any]]) -> Any:
    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    return send
