"""Firecrawl's API as the OpenAPI document has it: what is served here alone. Pure."""

from __future__ import annotations

from typing import Any

from .routes import BATCH, CRAWL

Schema = dict[str, Any]
MISTAKES = {
    400: "The request is invalid.",
    401: "No valid credential.",
    403: "Not allowed.",
    404: "Job not found.",
    408: "The request took too long.",
    409: "The job has ended.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The page could not be fetched.",
    429: "Too many requests.",
    500: "Something went wrong on our side.",
    501: "Not implemented.",
    503: "Temporarily unavailable.",
    504: "A response took too long.",
}
AT_THE_DOOR = (414, 421, 431)  # answered before anybody looks at the path
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
TRUE: Schema = {"const": True}


def made(properties: Schema, *required: str) -> Schema:
    """An object; others of its properties are nobody's business."""
    return {"type": "object", "properties": properties, "required": list(required)}


ERROR = made({"success": {"const": False}, "error": TEXT, "code": TEXT}, "success", "error", "code")
DOCUMENT = made(
    {"markdown": TEXT, "links": TEXTS, "rawHtml": TEXT, "html": TEXT, "metadata": {"type": "object"}},
    "metadata",
)
STARTED = made({"success": TRUE, "id": TEXT, "url": TEXT, "warning": TEXT}, "success", "id", "url")
STATUS = made(
    {
        "success": TRUE,
        "status": {"enum": ["scraping", "completed", "failed", "cancelled"]},
        "total": {"type": "integer"},
        "completed": {"type": "integer"},
        "creditsUsed": {"type": "integer"},
        "expiresAt": {"type": ["string", "null"]},
        "next": {"type": "string", "description": "A path; there only when a further document is."},
        "data": {"type": "array", "items": DOCUMENT},
        "warning": TEXT,
    },
    *("success", "status", "total", "completed", "creditsUsed", "expiresAt", "data"),
)
FAILURE = made({"id": TEXT, "url": TEXT, "error": TEXT, "code": TEXT}, "id", "url", "error")
ERRORS = made(
    {"errors": {"type": "array", "items": FAILURE}, "robotsBlocked": TEXTS}, "errors", "robotsBlocked"
)
ACTIVE = made(
    {"success": TRUE, "crawls": {"type": "array", "items": {"type": "object"}}}, "success", "crawls"
)
SCRAPED = made({"success": TRUE, "data": DOCUMENT}, "success", "data")
LINK = made({"url": TEXT, "title": TEXT, "description": TEXT}, "url")
MAPPED = made({"success": TRUE, "links": {"type": "array", "items": LINK}}, "success", "links")
RESULTS: Schema = {"type": "array", "items": LINK}
SEARCHED = made({"success": TRUE, "data": made({"web": RESULTS}, "web")}, "success", "data")
SEARCHED_V1 = made({"success": TRUE, "data": RESULTS}, "success", "data")
CANCELLED = made({"status": {"const": "cancelled"}}, "status")
URL = made({"url": TEXT}, "url")
QUERY = made({"query": TEXT}, "query")
URLS = made({"urls": TEXTS}, "urls")


def paths(problem: Schema) -> Schema:
    """The paths of /v1 and /v2. `problem` refers to what is answered at the door."""

    def told(name: str, summary: str, answer: Schema, body: Schema | None = None, path: str = "") -> Schema:
        found: Schema = {"operationId": name, "summary": summary, "security": [{"bearer": []}]}
        if "{job_id}" in path:
            found["parameters"] = [{"name": "job_id", "in": "path", "required": True, "schema": TEXT}]
        if body:
            found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        found["responses"] = {"200": said("As Firecrawl answers.", answer)}
        found["responses"] |= {str(status): said(words, ERROR) for status, words in MISTAKES.items()}
        found["responses"] |= {str(status): problem[str(status)] for status in AT_THE_DOOR}
        return found

    found: Schema = {
        CRAWL: {"post": told("firecrawlCrawl", "Firecrawl: crawl a website.", STARTED, URL)},
        f"{CRAWL}/active": {"get": told("firecrawlActive", "Firecrawl: crawls that have not ended.", ACTIVE)},
        BATCH: {"post": told("firecrawlBatch", "Firecrawl: scrape pages.", STARTED, URLS)},
        "/v2/scrape": {"post": told("firecrawlScrape", "Firecrawl: scrape a page.", SCRAPED, URL)},
        "/v1/scrape": {"post": told("firecrawlScrapeV1", "Firecrawl: scrape a page.", SCRAPED, URL)},
        "/v2/search": {"post": told("firecrawlSearch", "Firecrawl: search.", SEARCHED, QUERY)},
        "/v1/search": {"post": told("firecrawlSearchV1", "Firecrawl: search.", SEARCHED_V1, QUERY)},
        "/v2/map": {"post": told("firecrawlMap", "Firecrawl: list a website's pages.", MAPPED, URL)},
    }
    for kind, what in ((CRAWL, "Crawl"), (BATCH, "Batch")):
        job = f"{kind}/{{job_id}}"
        found[job] = {
            "get": told(f"firecrawl{what}Status", "Firecrawl: a job and its documents.", STATUS, path=job),
            "delete": told(f"firecrawl{what}Cancel", "Firecrawl: cancel a job.", CANCELLED, path=job),
        }
        errors = f"{job}/errors"
        found[errors] = {
            "get": told(f"firecrawl{what}Errors", "Firecrawl: a job's failed pages.", ERRORS, path=errors)
        }
    return found


def said(description: str, schema: Schema) -> Schema:
    """An answer in JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}
