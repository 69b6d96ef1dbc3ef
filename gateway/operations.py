"""Every operation of REST as OpenAPI describes it, one table a resource. Pure data; routes.py serves them."""

from __future__ import annotations

from .openapi_objects import body, gives, json, open_operation, operation, query, several
from .representations import JOB_STATES, PAGE_STATES
from .schemas import SCHEMAS, Schema, ref, words

API = "/api/v5"
JOB = f"{API}/jobs/{{job_id}}"
PAGE = f"{JOB}/pages/{{page_id}}"

JOB_ID: Schema = {
    "name": "job_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
}
PAGE_ID: Schema = {**JOB_ID, "name": "page_id"}
KEY_ID: Schema = {**JOB_ID, "name": "key_id"}

BIT: Schema = {"enum": ["0", "1"]}
AFTER = query("after", {"type": "string"}, "The last id that was seen; Last-Event-ID beats it.")
DOWNLOAD = query("download", BIT, "1: as a file to keep.")
FORCE = query("force", BIT, "1: cancel a running job first.")
INCLUDE = query("include", {"const": "markdown"}, "The document too, of an ended job up to 1 MiB; else null.")
JOB_STATE = several("state", words(JOB_STATES.values()), "Only these.")
ORDER = query("order", {"enum": ["id", "reading"]}, "reading: as in the document, once the job has ended.")
PAGE_SIZE = query("pageSize", {"type": "integer", "minimum": 1, "maximum": 500}, "How many a part has.")
PAGE_STATE = several("state", words(PAGE_STATES.values()), "Only these.")
PAGE_TOKEN = query("pageToken", {"type": "string", "maxLength": 2048}, "nextPageToken of the part before.")
RAW = query("raw", BIT, "1: the kept HTML, as text.")
SEARCH = query("q", {"type": "string", "maxLength": 500}, "Part of the URL or the title.")

IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 257},
}
IF_NONE_MATCH: Schema = {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
LAST_EVENT_ID: Schema = {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}

TEXT: Schema = {"type": "string"}
MARKDOWN: dict[str, Schema] = {"text/markdown": TEXT}
EVENTS: dict[str, Schema] = {
    "text/event-stream": {
        "type": "string",
        "x-event-payloads": {n.removeprefix("Event_"): ref(n) for n in SCHEMAS if n.startswith("Event_")},
    }
}
STREAM = (
    "Server-Sent Events. `id` is `<epoch>-<version>`; each event's data is the schema Event_<name>. "
    "A response that ends without job_completed, job_failed or job_cancelled is to be opened again."
)
DOCUMENT_HEADERS = {
    "Docspasta_Complete": "false while the job runs",
    "Docspasta_Pages": "pages in it",
    "ETag": "of an ended job's document",
}


def steer(name: str, summary: str) -> Schema:
    """A step that a person takes with a job."""
    after = gives(200, "The job after it.", json("Job"))
    return {"post": operation(name, summary, after, 403, 404, 409, parameters=[JOB_ID])}


def watch(name: str, summary: str, content: dict[str, Schema]) -> Schema:
    """A job's updates as they come."""
    answers = {**gives(200, STREAM, content), **gives(204, "The job has ended and you have seen it all.")}
    return {"get": operation(name, summary, answers, 404, parameters=[JOB_ID, AFTER, LAST_EVENT_ID])}


def download(name: str, summary: str, kind: str) -> Schema:
    """The document in one of its forms."""
    whole = gives(200, "The document.", {kind: TEXT}, **DOCUMENT_HEADERS)
    answers = {**whole, **gives(304, "You have it.")}
    return {"get": operation(name, summary, answers, 404, 409, parameters=[JOB_ID, DOWNLOAD, IF_NONE_MATCH])}


CREATE_JOB = operation(
    "createJob",
    "Crawl a documentation website.",
    gives(202, "The job.", json("Job"), Location="the job's address"),
    *(403, 409, 413, 415, 422),
    requestBody=body("CrawlRequest"),
    parameters=[IDEMPOTENCY_KEY],
)
SCRAPE = operation(
    "scrape",
    "One page, straight to Markdown.",
    gives(200, "The page.", {**json("Scraped"), **MARKDOWN}),
    *(403, 404, 413, 415, 422),
    requestBody=body("ScrapeRequest"),
)
LIST_JOBS = operation(
    "listJobs",
    "Your jobs, newest first.",
    gives(200, "A part of them.", json("Jobs")),
    parameters=[PAGE_SIZE, PAGE_TOKEN, JOB_STATE],
)
GET_JOB = operation(
    "getJob", "A job.", gives(200, "The job.", json("JobSnapshot")), 404, parameters=[JOB_ID, INCLUDE]
)
DELETE_JOB = operation(
    "deleteJob",
    "Delete a job and all it found.",
    gives(204, "Deleted."),
    *(403, 404, 409),
    parameters=[JOB_ID, FORCE],
)
JOBS: dict[str, Schema] = {
    f"{API}/crawl": {"post": CREATE_JOB},
    f"{API}/scrape": {"post": SCRAPE},
    f"{API}/jobs": {"get": LIST_JOBS},
    JOB: {"get": GET_JOB, "delete": DELETE_JOB},
    f"{JOB}/stream": watch("watchJob", "A job's updates.", EVENTS),
    f"{JOB}/status": watch(
        "getStatus",
        "The updates for Accept: text/event-stream, else one snapshot.",
        {**EVENTS, **json("JobSnapshot")},
    ),
    f"{JOB}/cancel": steer("cancelJob", "End a job; what it has stays."),
    f"{JOB}/pause": steer("pauseJob", "Take no further pages for now."),
    f"{JOB}/resume": steer("resumeJob", "Go on."),
}

LIST_PAGES = operation(
    "listPages",
    "A job's pages.",
    gives(200, "A part of them.", json("Pages")),
    404,
    parameters=[JOB_ID, PAGE_SIZE, PAGE_TOKEN, PAGE_STATE, SEARCH, ORDER],
)
GET_PAGE = operation(
    "getPage", "A page.", gives(200, "The page.", json("Page")), 404, parameters=[JOB_ID, PAGE_ID]
)
GET_PAGE_MARKDOWN = operation(
    "getPageMarkdown",
    "A page's Markdown.",
    gives(200, "The Markdown.", {**MARKDOWN, "text/plain": TEXT}),
    *(404, 409),
    parameters=[JOB_ID, PAGE_ID, RAW],
)
GET_OUTLINE = operation(
    "getOutline",
    "The document's headings.",
    gives(200, "A part of them.", json("Outline")),
    404,
    parameters=[JOB_ID, PAGE_SIZE, PAGE_TOKEN],
)
PAGES: dict[str, Schema] = {
    f"{JOB}/pages": {"get": LIST_PAGES},
    f"{JOB}/pages.jsonl": download(
        "getPagesJsonLines", "The document as one JSON object a page.", "application/jsonl"
    ),
    PAGE: {"get": GET_PAGE},
    f"{PAGE}/markdown": {"get": GET_PAGE_MARKDOWN},
    f"{JOB}/outline": {"get": GET_OUTLINE},
    f"{JOB}/markdown": download("getMarkdown", "The document.", "text/markdown"),
}

CREATE_KEY = operation(
    "createKey",
    "Make an API key.",
    gives(201, "The key; its secret is shown once.", json("NewApiKey")),
    *(403, 413, 415),
    requestBody=body("KeyRequest"),
)
LIST_KEYS = operation("listKeys", "Your API keys.", gives(200, "The keys.", json("ApiKeys")), 403)
REVOKE_KEY = operation(
    "revokeKey", "Revoke an API key.", gives(204, "Revoked."), *(403, 404), parameters=[KEY_ID]
)
KEYS: dict[str, Schema] = {
    f"{API}/keys": {"post": CREATE_KEY, "get": LIST_KEYS},
    f"{API}/keys/{{key_id}}": {"delete": REVOKE_KEY},
}

NOT_READY = {"503": {"description": "Not yet, or no longer."}}
PROCESS: dict[str, Schema] = {
    "/healthz": {"get": open_operation("isAlive", "Does the process run?")},
    "/readyz": {"get": open_operation("isReady", "Does it want requests?", NOT_READY)},
    "/openapi.json": {"get": open_operation("getOpenApi", "This document.")},
}

PATHS: dict[str, Schema] = {**JOBS, **PAGES, **KEYS, **PROCESS}
