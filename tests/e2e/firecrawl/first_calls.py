"""The calls that everybody makes first, with firecrawl-py as it is; prints one JSON object.

first_calls.py GATEWAY TOKEN SITE ANOTHER_TOKEN
"""

from __future__ import annotations

import json
import sys
from typing import Any

from firecrawl import Firecrawl  # type: ignore[import-untyped]


def brief(job: Any) -> dict[str, Any]:
    """What a job's answer says."""
    sources = sorted(page.metadata.source_url for page in job.data)
    return {"status": job.status, "total": job.total, "completed": job.completed, "sources": sources}


def refused(call: Any, *arguments: Any, **named: Any) -> Any:
    """What a call raises."""
    try:
        call(*arguments, **named)
    except Exception as error:
        return error
    return None


def main(gateway: str, token: str, site: str, another: str) -> dict[str, Any]:
    """Every call, one after the other."""
    app = Firecrawl(api_key=token, api_url=gateway)
    crawl = app.crawl(f"{site}/", limit=3, poll_interval=1, timeout=60)
    urls = [f"{site}/faq.html", f"{site}/no/such/page.html"]
    started = app.start_batch_scrape(urls)
    page = app.scrape(f"{site}/faq.html", formats=["markdown", "html"])
    gone = app.scrape(urls[1])
    links = app.map(f"{site}/", limit=3).links
    slow = app.start_crawl(f"{site}/", delay=3)
    cancelled = app.cancel_crawl(slow.id)
    wrong = Firecrawl(api_key="dsp_wrong", api_url=gateway)
    other = Firecrawl(api_key=another, api_url=gateway)
    batch = app.batch_scrape(urls, poll_interval=1, wait_timeout=60)
    return {
        "crawl": brief(crawl),
        "batch": brief(batch),
        "errors": [[e.url, e.code] for e in app.get_batch_scrape_errors(started.id).errors],
        "scrape": [page.markdown[:2], page.metadata.status_code, "</h1>" in page.html],
        "gone": [gone.metadata.status_code, gone.markdown],
        "map": len(links),
        "cancelled": cancelled,
        "format": str(refused(app.scrape, f"{site}/", formats=["screenshot"])),
        "pattern": str(refused(app.start_crawl, f"{site}/", include_paths=["^/(?!guide)"])),
        "key": refused(wrong.start_crawl, f"{site}/").status_code,
        "others": refused(other.get_crawl_status, slow.id).status_code,
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
