"""What a person does with LangChain's loader as it is; prints one JSON object.

langchain_loader.py GATEWAY TOKEN SITE
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

# Installed by the test alone, so it is no dependency of the project's.
FirecrawlLoader = importlib.import_module("langchain_firecrawl").FirecrawlLoader


def loaded(gateway: str, token: str, url: str, mode: str, **params: Any) -> list[Any]:
    """The documents of one loader."""
    loader = FirecrawlLoader(url, api_key=token, api_url=gateway, mode=mode, params=params)
    return list(loader.load())


def main(gateway: str, token: str, site: str) -> dict[str, Any]:
    """Each mode once."""
    where = gateway, token
    crawled = loaded(*where, f"{site}/", "crawl", limit=50)
    scraped = loaded(*where, f"{site}/faq.html", "scrape")
    mapped = loaded(*where, f"{site}/", "map")
    found = loaded(*where, "", "search", query="units", limit=2)
    return {
        "crawl": len({json.dumps(page.metadata, default=str) for page in crawled if page.page_content}),
        "scrape": scraped[0].page_content[:2],
        "map": len(mapped),
        "search": len(found),
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:4])))
