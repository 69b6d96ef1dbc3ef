"""The table of options in docs/firecrawl.md is what the gateway does, and holds every option of the
package."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.firecrawl.map_options import map_of
from gateway.firecrawl.options import batch_of, crawl_of, page_of, page_warning
from gateway.firecrawl.search_options import search_of
from gateway.problems import Problem

PAGE = Path(__file__).parents[3] / "docs" / "firecrawl.md"
ROW = re.compile(
    r"^\| (crawl|batch|page|map|search) \| (.+) \| (served|refused|in `warning`) \|$", re.MULTILINE
)
URL = {"url": "https://x.example/docs/"}
URLS = {"urls": [URL["url"]]}
# A value of each option that somebody chose; another text does for the rest.
CHOSEN: dict[str, Any] = {
    **URL,
    **URLS,
    **dict.fromkeys(
        ("limit", "maxConcurrency", "timeout", "delay", "maxDiscoveryDepth", "waitFor", "maxAge"), 3
    ),
    **{name: ["a"] for name in ("includePaths", "excludePaths", "includeTags", "excludeTags")},
    **{name: ["a"] for name in ("includeDomains", "excludeDomains", "categories", "actions", "parsers")},
    **dict.fromkeys(("regexOnFullURL", "ignoreSitemap", "ignoreQueryParameters", "crawlEntireDomain"), True),
    **dict.fromkeys(("ignoreRobotsTxt", "allowExternalLinks", "allowSubdomains", "zeroDataRetention"), True),
    **dict.fromkeys(("ignoreInvalidURLs", "lockdown", "mobile", "redactPII", "fastMode"), True),
    **dict.fromkeys(("deduplicateSimilarURLs", "onlyMainContent", "blockAds", "removeBase64Images"), False),
    **dict.fromkeys(("skipTlsVerification", "storeInCache"), False),
    "sitemap": "only",
    "webhook": {
        "url": "https://h.example/",
        "metadata": {"a": "b"},
        "headers": {"A": "b"},
        "events": ["page"],
    },
    "scrapeOptions": {"formats": ["markdown"]},
    "formats": ["markdown", "html", "links"],
    "headers": {"A": "b"},
    "sources": ["web"],
}


def scrape(body: dict[str, Any]) -> str:
    page_of(body)
    return page_warning(body)


METHODS: dict[str, list[Callable[[dict[str, Any]], str]]] = {
    "crawl": [lambda more: crawl_of(URL | more).warning],
    "batch": [lambda more: batch_of(URLS | more).warning],
    "map": [lambda more: map_of(URL | more).warning],
    "search": [lambda more: search_of({"query": "a"} | more).warning],
    "page": [
        lambda more: scrape(URL | more),
        lambda more: batch_of(URLS | more).warning,
        lambda more: crawl_of(URL | {"scrapeOptions": more}).warning,
    ],
}


def documented() -> list[tuple[str, str, str]]:
    """Method, option, and what is said of it."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [(of, name, said) for of, names, said in rows for name in re.findall(r"`(\w+)`", names)]


@pytest.mark.parametrize(("of", "name", "said"), documented())
def test_every_option_is_treated_as_documented(of: str, name: str, said: str) -> None:
    for asked in METHODS[of]:
        more = {name: CHOSEN.get(name, "a")}
        if said == "refused":
            with pytest.raises(Problem, match=name):
                asked(more)
            continue
        assert (name in asked(more)) == (said != "served")


TYPES = """
import json
from firecrawl.v2 import types
names = {"crawl": "CrawlRequest", "page": "ScrapeOptions", "map": "MapOptions", "search": "SearchRequest"}
print(json.dumps({of: [*getattr(types, name).model_fields] for of, name in names.items()}))
"""


def test_no_option_of_the_package_is_left_out() -> None:
    """By its own types, read in a process of its own: it warns while it is imported."""
    command = [sys.executable, "-W", "ignore", "-c", TYPES]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout)
    known = {(of, name.lower()) for of, name, _ in documented()}
    missing = [
        (of, name) for of in told for name in told[of] if (of, name.replace("_", "").lower()) not in known
    ]
    assert not missing
