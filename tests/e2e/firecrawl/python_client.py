"""What a person does with firecrawl-py as it is; prints one JSON object. Run as a process of its own, for the
package warns while it is imported.

python_client.py GATEWAY TOKEN SITE
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from typing import Any

from firecrawl import AsyncFirecrawl, Firecrawl  # type: ignore[import-untyped]


def refused(call: Any, *arguments: Any, **named: Any) -> list[str]:
    """The class and the words of what a call raises."""
    try:
        call(*arguments, **named)
    except Exception as error:
        return [type(error).__name__, str(error)]
    return ["", ""]


def brief(job: Any) -> dict[str, Any]:
    """What a job's answer says."""
    return {
        "status": job.status,
        "total": job.total,
        "completed": job.completed,
        "sources": sorted(page.metadata.source_url for page in job.data),
        "lengths": [len(page.markdown) for page in job.data],
        "links": sum(len(page.links or ()) for page in job.data),
    }


def main(gateway: str, token: str, site: str) -> dict[str, Any]:
    """Every call, one after the other."""
    app = Firecrawl(api_key=token, api_url=gateway)
    told: dict[str, Any] = {}
    told["crawl"] = brief(app.crawl(f"{site}/", limit=50, poll_interval=1, timeout=60))
    wanted: Any = {"include_paths": ["^/guide/"], "exclude_paths": ["units"]}
    told["paths"] = brief(app.crawl(f"{site}/", limit=50, poll_interval=1, timeout=60, **wanted))
    told["single"] = brief(app.crawl(f"{site}/faq.html", limit=1, poll_interval=1, timeout=60))
    page = app.scrape(f"{site}/getting-started/", formats=["markdown", "html", "links"])
    told["scrape"] = [page.metadata.status_code, page.markdown[:2], len(page.links), page.html]
    gone = app.scrape(f"{site}/no/such/page.html")
    told["gone"] = [gone.metadata.status_code, gone.markdown]
    urls = [
        f"{site}/faq.html",
        f"{site}/no/such/page.html",
        f"{site}/changelog.html",
        "https://name:word@example.org/",
    ]
    told["html"] = [page.html for page in app.batch_scrape(urls[:1], formats=["html"], wait_timeout=60).data]
    told["batch"] = brief(app.batch_scrape(urls, ignore_invalid_urls=True, poll_interval=1, wait_timeout=60))
    started = app.start_batch_scrape(urls, ignore_invalid_urls=True)
    told["invalid"] = started.invalid_urls
    crawl = app.start_crawl(f"{site}/", limit=500, delay=3)
    told["active"] = crawl.id in [one.id for one in app.active_crawls().crawls]
    told["running"] = brief(app.get_crawl_status(crawl.id))
    told["cancelled"] = [app.cancel_crawl(crawl.id), app.get_crawl_status(crawl.id).status]
    told["cancelled_again"] = app.cancel_crawl(crawl.id)
    told["errors"] = [[error.url, error.code] for error in errors_of(app, urls[1:3])]
    told["refused"] = {
        "format": refused(app.scrape, f"{site}/", formats=["screenshot"]),
        "key": refused(Firecrawl(api_key="dsp_wrong", api_url=gateway).crawl, f"{site}/"),
        "missing": refused(app.get_crawl_status, "0" * 24),
        "pattern": refused(app.start_crawl, f"{site}/", include_paths=["(a"]),
        "address": refused(app.start_crawl, "http://127.0.0.1:9/"),
    }
    links = app.map(f"{site}/", search="units").links
    told["map"] = [[link.url for link in links], links[0].url]
    told["map_limit"] = len(app.map(f"{site}/", limit=3, sitemap="skip").links)
    told["map_refused"] = refused(app.map, "https://nosuch.invalid/")
    told["left"] = [one.id for one in app.active_crawls().crawls]
    told["watched"] = watched(app, app.start_crawl(f"{site}/", limit=50).id)
    told["watched_late"] = watched(app, crawled_id := app.start_batch_scrape(urls[:3:2]).id, "batch")
    told["watched_again"] = watched(app, crawled_id, "batch")
    told["watched_cancelled"] = watched(app, crawl.id)
    told["watched_missing"] = watched(app, "0" * 24)
    told["watched_by_asyncio"] = asyncio.run(watched_by_asyncio(gateway, token, site))
    found = app.search("units", limit=3, include_domains=[site.partition("//")[2].partition(":")[0]])
    told["search"] = [[page.url, page.title, page.description] for page in found.web]
    whole = app.search("units", limit=1, scrape_options={"formats": ["markdown"]})
    told["search_markdown"] = whole.web[0].markdown[:2]
    told["async"] = brief(asyncio.run(crawled(gateway, token, site)))
    return told


def watched(app: Any, job_id: str, kind: str = "crawl") -> dict[str, Any]:
    """What the watcher tells of a job until its last word."""
    watcher, over = app.watcher(job_id, kind=kind), threading.Event()
    told: dict[str, Any] = {"documents": [], "statuses": [], "last": ""}

    def last(detail: Any) -> None:
        told["last"] = [detail["status"], detail.get("error", "")]
        over.set()

    def status(job: Any) -> None:
        told["statuses"].append(job.status)
        if job.status == "cancelled":
            over.set()

    watcher.add_event_listener("document", lambda detail: told["documents"].append(detail["data"]))
    watcher.add_event_listener("done", last)
    watcher.add_event_listener("error", last)
    watcher.add_listener(status)
    watcher.start()
    told["over"] = over.wait(60)
    watcher.stop()
    told["documents"] = sorted(page["metadata"]["sourceURL"] for page in told["documents"])
    return told


async def watched_by_asyncio(gateway: str, token: str, site: str) -> list[Any]:
    """The snapshots that the watcher for asyncio gives of a crawl."""
    app = AsyncFirecrawl(api_key=token, api_url=gateway)
    job = await app.start_crawl(url=f"{site}/", limit=50)
    return [[shot.status, len(shot.data)] async for shot in app.watcher(job.id, timeout=60)]


def errors_of(app: Any, urls: list[str]) -> list[Any]:
    """The errors of a batch that has ended."""
    job = app.start_batch_scrape(urls)
    while app.get_batch_scrape_status(job.id).status == "scraping":
        time.sleep(0.2)  # as its own loop does
    return list(app.get_batch_scrape_errors(job.id).errors)


async def crawled(gateway: str, token: str, site: str) -> Any:
    """A crawl by the client for asyncio."""
    app = AsyncFirecrawl(api_key=token, api_url=gateway)
    return await app.crawl(url=f"{site}/", limit=50, poll_interval=1, timeout=60)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:4])))
