"""What a person does with LlamaIndex's reader as it is; prints one JSON object.

llamaindex_reader.py GATEWAY TOKEN SITE READERS

READERS is the directory of llama-index-readers-web. Its other readers want a browser and much else, so this
one is taken by its file.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any


def reader_in(readers: str) -> Any:
    """The class of the reader."""
    file = Path(readers) / "llama_index" / "readers" / "web" / "firecrawl_web" / "base.py"
    spec = importlib.util.spec_from_file_location("firecrawl_web", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.FireCrawlWebReader


def main(gateway: str, token: str, site: str, readers: str) -> dict[str, Any]:
    """Each mode once."""
    reader = reader_in(readers)

    def loaded(mode: str, *, params: dict[str, Any] | None = None, **asked: Any) -> list[Any]:
        return list(reader(api_key=token, api_url=gateway, mode=mode, params=params or {}).load_data(**asked))

    crawled = loaded("crawl", url=f"{site}/", params={"limit": 5})
    return {
        "crawl": len([page for page in crawled if page.text]),
        "scrape": loaded("scrape", url=f"{site}/faq.html")[0].text[:2],
        "map": len(loaded("map", url=f"{site}/")),
        "search": len(loaded("search", query="units", params={"limit": 2})),
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:5])))
