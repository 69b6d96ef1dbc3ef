"""Firecrawl's options, translated."""

from __future__ import annotations

import pytest

from gateway.firecrawl.options import MAX_URLS, URLS_BYTES, batch_of, crawl_of, page_of
from gateway.problems import Problem

# What firecrawl-py 4.55.0 sends for crawl(url, limit=5).
PLAIN = {
    "url": "https://x.example/docs/a.html",
    "ignoreQueryParameters": False,
    "deduplicateSimilarURLs": True,
    "crawlEntireDomain": False,
    "allowExternalLinks": False,
    "allowSubdomains": False,
    "ignoreRobotsTxt": False,
    "regexOnFullURL": False,
    "zeroDataRetention": False,
    "limit": 5,
    "origin": "python-sdk@4.55.0",
}


def test_what_the_client_sends_by_itself_is_no_warning():
    asked = crawl_of(PLAIN)
    assert asked.warning == "" and asked.webhook is None
    assert asked.settings.max_pages == 5 and list(asked.settings.include) == ["/docs/**"]
    assert asked.settings.respect_robots and asked.settings.use_sitemaps


def test_options_become_settings():
    more = {
        "includePaths": ["^/a"],
        "excludePaths": ["b$"],
        "maxDiscoveryDepth": 2,
        "sitemap": "only",
        "crawlEntireDomain": True,
        "scrapeOptions": {"formats": ["markdown", "html", {"type": "rawHtml"}], "includeTags": ["main"]},
        "webhook": {"url": "https://hooks.example/", "events": ["page", "completed"]},
    }
    asked = crawl_of(PLAIN | more)
    settings = asked.settings
    assert list(settings.include_regex) == ["^/a"] and list(settings.exclude_regex) == ["b$"]
    assert settings.max_depth == 2 and settings.sitemap_only and list(settings.include) == ["/**"]
    assert settings.keep_raw and settings.keep_html and list(settings.include_selectors) == ["main"]
    assert asked.webhook is not None
    assert list(asked.webhook.events) == ["page.processed", "page.failed", "job.completed"]


def test_what_only_tunes_and_what_is_unknown_is_named_once():
    asked = crawl_of(PLAIN | {"fancyNewKey": 1, "scrapeOptions": {"proxy": "stealth", "maxAge": 5}})
    assert asked.warning == "These options do nothing here: fancyNewKey, maxAge, proxy."


@pytest.mark.parametrize(
    "more",
    [
        {"formats": ["screenshot"]},
        {"formats": [{"type": "json", "prompt": "x"}]},
        {"formats": 5},
        {"actions": [{"type": "wait"}]},
        {"location": {"country": "DE"}},
        {"lockdown": True},
        {"profile": {"name": "x"}},
        {"redactPII": True},
        {"mobile": True},
        {"waitFor": 100},
        {"headers": {"A": 1}},
        {"includeTags": "main"},
    ],
)
def test_what_changes_the_content_is_refused_with_a_sentence(more):
    for call, body in (
        (page_of, {"url": "https://x.example/"} | more),
        (batch_of, {"urls": ["https://x.example/"]} | more),
        (crawl_of, PLAIN | {"scrapeOptions": more}),
    ):
        with pytest.raises(Problem) as caught:
            call(body)
        assert caught.value.http_status == 400 and caught.value.detail.endswith((".", "texts."))


@pytest.mark.parametrize(
    "more",
    [
        *({"limit": 0}, {"limit": "5"}, {"limit": True}, {"url": 5}, {"sitemap": 1}),
        *({"allowExternalLinks": True}, {"prompt": "only the guide"}),
    ],
)
def test_bad_values_are_refused(more):
    with pytest.raises(Problem):
        crawl_of(PLAIN | more)


def test_a_batch_tells_invalid_urls():
    asked = batch_of({"urls": ["https://x.example/", "https://a:b@x.example/"]})
    assert list(asked.settings.urls) == ["https://x.example/"]
    assert asked.invalid_urls == ("https://a:b@x.example/",)
    with pytest.raises(Problem):
        batch_of({"urls": ["ftp://x"], "ignoreInvalidURLs": True})


def test_a_batch_that_the_jobs_service_would_not_take_is_refused_with_its_bound() -> None:
    urls = [f"https://x.example/{number:0200}" for number in range(MAX_URLS)]
    with pytest.raises(Problem) as refused:
        batch_of({"urls": urls})
    assert f"{URLS_BYTES:,}" in str(refused.value.detail)
    assert len(batch_of({"urls": urls[:500]}).settings.urls) == 500
