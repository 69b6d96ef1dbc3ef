"""firecrawl-py, unmodified, against a whole stack and the sample site."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.sample.server import serving
from tests.sizes import FULL
from tests.stack import RunningStack

CLIENT = Path(__file__).with_name("python_client.py")

pytestmark = pytest.mark.skipif(not FULL, reason="make test-full: half a minute of crawls by the client")


async def test_the_python_client_works_unchanged(start_stack: Callable[..., RunningStack]) -> None:
    async with serving() as site:
        allowed = site.removeprefix("http://")
        stack = await asyncio.to_thread(
            start_stack,
            docspasta_allow_private=allowed,
            docspasta_crawler_ports=f"80,443,{allowed.rpartition(':')[2]}",
            docspasta_crawler_min_delay="0",
            docspasta_crawler_delay="0",
        )
        signer = Signer.from_pem(stack.keys["LOCAL_KEY"], LOCAL_ISSUER)
        token = signer.sign("local", ("read", "write"), 300, time.time())
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "ignore", str(CLIENT), stack.gateway, token, site, stdout=-1, stderr=-1
        )
        async with asyncio.timeout(120):
            out, words = await client.communicate()
    assert client.returncode == 0, words.decode()
    told = json.loads(out)
    crawl = told["crawl"]
    assert crawl["status"] == "completed" and len(crawl["sources"]) == crawl["completed"] > 20, crawl
    assert crawl["total"] == crawl["completed"] and min(crawl["lengths"]) > 20 and crawl["links"] > 20
    assert told["async"]["sources"] == crawl["sources"]
    guide = [url.removeprefix(site) for url in told["paths"]["sources"]]
    assert guide[0] == "/" and all(url.startswith("/guide/") and "units" not in url for url in guide[1:])
    assert len(guide) > 3
    assert told["single"]["sources"] == [f"{site}/faq.html"]
    status, mark, links = told["scrape"]
    assert status == 200 and mark == "# " and links > 3
    assert told["batch"]["sources"] == [f"{site}/changelog.html", f"{site}/faq.html"]
    assert told["batch"]["status"] == "completed" and told["batch"]["total"] == 2
    assert told["invalid"] == ["https://name:word@example.org/"]
    found, first = told["map"]
    # A page that nothing but a page below the start names is found by crawling alone.
    assert len(set(crawl["sources"]) - set(found)) < 3 and "units" in first, (crawl, found)
    assert told["map_limit"] == 3 and not told["left"]
    assert "no such" in told["map_refused"][1].lower() or "resolved" in told["map_refused"][1], told
    watched = told["watched"]
    assert watched["over"] and watched["last"] == ["completed", ""], watched
    assert watched["documents"] == crawl["sources"], watched
    for late in told["watched_late"], told["watched_again"]:
        assert late["documents"] == told["batch"]["sources"] and late["last"] == ["completed", ""], late
    assert told["watched_cancelled"]["statuses"][-1:] == ["cancelled"], told["watched_cancelled"]
    assert told["watched_missing"]["last"][0] == "failed", told["watched_missing"]
    assert told["watched_by_asyncio"][-1][0] == "completed", told["watched_by_asyncio"]
    assert told["active"] and told["running"]["status"] == "scraping" and not told["running"]["sources"]
    assert told["cancelled"] == [True, "cancelled"] and told["cancelled_again"] is False
    assert told["errors"] == [[f"{site}/no/such/page.html", "HTTP_STATUS"]]
    refused = told["refused"]
    assert refused["format"][0] == "BadRequestError" and "screenshot" in refused["format"][1]
    assert refused["key"][0] == "UnauthorizedError"
    assert "no such thing" in refused["missing"][1]
    assert refused["pattern"][0] == "BadRequestError" and "regular expression" in refused["pattern"][1]
    assert refused["address"][0] == "BadRequestError"
