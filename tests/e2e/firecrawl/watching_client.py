"""What firecrawl-py tells of a crawl that it watches while its gateway dies. Prints `watching` when it does,
and one JSON object at the end.

watching_client.py GATEWAY TOKEN SITE
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

from firecrawl import Firecrawl  # type: ignore[import-untyped]


def watch(gateway: str, token: str, site: str) -> dict[str, Any]:
    """Watch a slow crawl until its last word."""
    app = Firecrawl(api_key=token, api_url=gateway)
    job = app.start_crawl(f"{site}/", limit=12, delay=1, max_concurrency=1)
    watcher, over, first = app.watcher(job.id), threading.Event(), threading.Event()
    last: dict[str, Any] = {}

    def ended(detail: Any) -> None:
        last.update(detail)
        over.set()

    watcher.add_event_listener("document", lambda _: first.set())
    watcher.add_event_listener("done", ended)
    watcher.add_event_listener("error", ended)
    watcher.start()
    assert first.wait(60)
    print("watching", flush=True)
    assert over.wait(120)
    whole = app.get_crawl_status(job.id)
    documents = last["data"]
    return {
        "status": last["status"],
        "error": last.get("error", ""),
        "told": sorted({address(page["metadata"]) for page in documents}),
        "whole": sorted(page.metadata.source_url for page in whole.data),
    }


def address(metadata: Any) -> str:
    """Of a document that came by the socket, or by HTTP, whose names the client changes."""
    return str(metadata.get("sourceURL") or metadata["source_url"])


if __name__ == "__main__":
    print(json.dumps(watch(*sys.argv[1:])))
