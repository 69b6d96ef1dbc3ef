"""What firecrawl-py says of jobs in every state, and of one job too many; prints one JSON object.

states.py GATEWAY TOKEN SITE JOB...
"""

from __future__ import annotations

import json
import sys
from typing import Any

from firecrawl import Firecrawl  # type: ignore[import-untyped]


def main(gateway: str, token: str, site: str, *jobs: str) -> dict[str, Any]:
    """The status of each job, and what refuses the first that is too many."""
    app = Firecrawl(api_key=token, api_url=gateway)
    statuses = [app.get_crawl_status(job).status for job in jobs]
    for _ in range(30):
        try:
            app.start_crawl(f"{site}/", delay=3)
        except Exception as error:
            refused = [type(error).__name__, getattr(error, "status_code", 0), str(error)]
            return {"statuses": statuses, "refused": refused}
    return {"statuses": statuses, "refused": []}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
