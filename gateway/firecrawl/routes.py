"""What of Firecrawl's API is served, one line each."""

from __future__ import annotations

from starlette.routing import Route

from ..context import AppState
from . import crawls, maps, scrapes, searches
from .endpoint import route

CRAWL, BATCH = "/v2/crawl", "/v2/batch/scrape"


def routes(state: AppState) -> list[Route]:
    """Every route of /v1 and /v2."""
    found = [
        route(state, CRAWL, "POST", crawls.start_crawl),
        route(state, f"{CRAWL}/active", "GET", crawls.active),
        route(state, BATCH, "POST", crawls.start_batch),
        route(state, "/v2/scrape", "POST", scrapes.start),
        route(state, "/v2/map", "POST", maps.start),
        route(state, "/v2/search", "POST", searches.start),
        route(state, "/v1/search", "POST", searches.start_v1),
        route(state, "/v1/scrape", "POST", scrapes.start),
    ]
    for kind, errors in ((CRAWL, crawls.errors_of_crawl), (BATCH, crawls.errors_of_batch)):
        job = f"{kind}/{{job_id}}"
        found += [
            route(state, job, "GET", crawls.show),
            route(state, job, "DELETE", crawls.cancel),
            route(state, f"{job}/errors", "GET", errors),
        ]
    return found
