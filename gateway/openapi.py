"""The OpenAPI 3.1 document of REST, event payloads included. Pure data; a test holds it to the routes."""

from __future__ import annotations

import functools
from json import dumps
from typing import Any

from .problems import TITLES
from .representations import JOB_STATES, PAGE_STATES
from .schemas import SCHEMAS, Schema, ref, words

API = "/api/v5"
JOB_ID: Schema = {
    "name": "job_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
}
PAGE_ID: Schema = {**JOB_ID, "name": "page_id"}
KEY_ID: Schema = {**JOB_ID, "name": "key_id"}
EVENTS = "text/event-stream"


def query(name: str, schema: Schema, description: str) -> Schema:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": schema, "description": description}


PAGE_SIZE = query("pageSize", {"type": "integer", "minimum": 1, "maximum": 500}, "How many a part has.")
PAGE_TOKEN = query("pageToken", {"type": "string", "maxLength": 2048}, "nextPageToken of the part before.")
BIT: Schema = {"enum": ["0", "1"]}


def body(schema: str) -> Schema:
    """A JSON request body."""
    return {"required": True, "content": {"application/json": {"schema": ref(schema)}}}


def gives(status: int, description: str, content: dict[str, Schema] | None = None, **headers: str) -> Schema:
    """A successful answer."""
    said: Schema = {"description": description}
    if content:
        said["content"] = {kind: {"schema": schema} for kind, schema in content.items()}
    if headers:
        said["headers"] = {
            n.replace("_", "-"): {"schema": {"type": "string"}, "description": d} for n, d in headers.items()
        }
    return {str(status): said}


def json(schema: str) -> dict[str, Schema]:
    """A JSON answer's content."""
    return {"application/json": ref(schema)}


def operation(name: str, summary: str, answers: Schema, *problems: int, **more: Any) -> Schema:
    """One method of a path. Every operation may also answer 401, 414, 429, 431, 500, 503 and 504."""
    refused = {
        str(s): {"$ref": f"#/components/responses/{s}"}
        for s in sorted({*problems, 400, 401, 414, 429, 431, 500, 503, 504})
    }
    return {"operationId": name, "summary": summary, **more, "responses": {**answers, **refused}}


def steer(name: str, summary: str) -> Schema:
    """A step that a person takes with a job."""
    return {
        "post": operation(
            name, summary, gives(200, "The job after it.", json("Job")), 403, 404, 409, parameters=[JOB_ID]
        )
    }


STREAM = gives(
    200,
    "Server-Sent Events. `id` is `<epoch>-<version>`; each event's data is the schema Event_<name>. "
    "A response that ends without job_completed, job_failed or job_cancelled is to be opened again.",
    {
        EVENTS: {
            "type": "string",
            "x-event-payloads": {n.removeprefix("Event_"): ref(n) for n in SCHEMAS if n.startswith("Event_")},
        }
    },
)
STREAM_PARAMETERS = [
    JOB_ID,
    query("after", {"type": "string"}, "The last id that was seen; Last-Event-ID beats it."),
    {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}},
]
DOCUMENT_HEADERS = {
    "Docspasta_Complete": "false while the job runs",
    "Docspasta_Pages": "pages in it",
    "ETag": "of an ended job's document",
}
DOWNLOAD = query("download", BIT, "1: as a file to keep.")
IF_NONE_MATCH: Schema = {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}


def document_operation(name: str, summary: str, kind: str) -> Schema:
    """The document in one of its forms."""
    answers = {
        **gives(200, "The document.", {kind: {"type": "string"}}, **DOCUMENT_HEADERS),
        **gives(304, "You have it."),
    }
    return {"get": operation(name, summary, answers, 404, 409, parameters=[JOB_ID, DOWNLOAD, IF_NONE_MATCH])}


def paths() -> dict[str, Schema]:
    """Every path and method."""
    job = f"{API}/jobs/{{job_id}}"
    page = f"{job}/pages/{{page_id}}"
    idempotency = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 257}}
    states = query("state", {"type": "array", "items": words(JOB_STATES.values())}, "Only these.") | {
        "explode": False
    }
    page_states = query("state", {"type": "array", "items": words(PAGE_STATES.values())}, "Only these.") | {
        "explode": False
    }
    return {
        f"{API}/crawl": {
            "post": operation(
                "createJob",
                "Crawl a documentation website.",
                gives(202, "The job.", json("Job"), Location="the job's address"),
                403,
                409,
                413,
                415,
                422,
                requestBody=body("CrawlRequest"),
                parameters=[idempotency],
            )
        },
        f"{API}/scrape": {
            "post": operation(
                "scrape",
                "One page, straight to Markdown.",
                gives(200, "The page.", {**json("Scraped"), "text/markdown": {"type": "string"}}),
                403,
                404,
                413,
                415,
                422,
                requestBody=body("ScrapeRequest"),
            )
        },
        f"{API}/jobs": {
            "get": operation(
                "listJobs",
                "Your jobs, newest first.",
                gives(200, "A part of them.", json("Jobs")),
                parameters=[PAGE_SIZE, PAGE_TOKEN, states],
            )
        },
        job: {
            "get": operation(
                "getJob",
                "A job.",
                gives(200, "The job.", json("JobSnapshot")),
                404,
                parameters=[
                    JOB_ID,
                    query(
                        "include",
                        {"const": "markdown"},
                        "The document too, of an ended job up to 1 MiB; else null.",
                    ),
                ],
            ),
            "delete": operation(
                "deleteJob",
                "Delete a job and all it found.",
                gives(204, "Deleted."),
                403,
                404,
                409,
                parameters=[JOB_ID, query("force", BIT, "1: cancel a running job first.")],
            ),
        },
        f"{job}/stream": {
            "get": operation(
                "watchJob",
                "A job's updates.",
                {**STREAM, **gives(204, "The job has ended and you have seen it all.")},
                404,
                parameters=STREAM_PARAMETERS,
            )
        },
        f"{job}/status": {
            "get": operation(
                "getStatus",
                "The updates for Accept: text/event-stream, else one snapshot.",
                {
                    "200": {
                        **STREAM["200"],
                        "content": {
                            **STREAM["200"]["content"],
                            "application/json": {"schema": ref("JobSnapshot")},
                        },
                    },
                    **gives(204, "The job has ended and you have seen it all."),
                },
                404,
                parameters=STREAM_PARAMETERS,
            )
        },
        f"{job}/cancel": steer("cancelJob", "End a job; what it has stays."),
        f"{job}/pause": steer("pauseJob", "Take no further pages for now."),
        f"{job}/resume": steer("resumeJob", "Go on."),
        f"{job}/pages": {
            "get": operation(
                "listPages",
                "A job's pages.",
                gives(200, "A part of them.", json("Pages")),
                404,
                parameters=[
                    JOB_ID,
                    PAGE_SIZE,
                    PAGE_TOKEN,
                    page_states,
                    query("q", {"type": "string", "maxLength": 500}, "Part of the URL or the title."),
                    query(
                        "order",
                        {"enum": ["id", "reading"]},
                        "reading: as in the document, once the job has ended.",
                    ),
                ],
            )
        },
        f"{job}/pages.jsonl": document_operation(
            "getPagesJsonLines", "The document as one JSON object a page.", "application/jsonl"
        ),
        page: {
            "get": operation(
                "getPage", "A page.", gives(200, "The page.", json("Page")), 404, parameters=[JOB_ID, PAGE_ID]
            )
        },
        f"{page}/markdown": {
            "get": operation(
                "getPageMarkdown",
                "A page's Markdown.",
                gives(
                    200,
                    "The Markdown.",
                    {"text/markdown": {"type": "string"}, "text/plain": {"type": "string"}},
                ),
                404,
                409,
                parameters=[JOB_ID, PAGE_ID, query("raw", BIT, "1: the kept HTML, as text.")],
            )
        },
        f"{job}/outline": {
            "get": operation(
                "getOutline",
                "The document's headings.",
                gives(200, "A part of them.", json("Outline")),
                404,
                parameters=[JOB_ID, PAGE_SIZE, PAGE_TOKEN],
            )
        },
        f"{job}/markdown": document_operation("getMarkdown", "The document.", "text/markdown"),
        f"{API}/keys": {
            "post": operation(
                "createKey",
                "Make an API key.",
                gives(201, "The key; its secret is shown once.", json("NewApiKey")),
                403,
                413,
                415,
                requestBody=body("KeyRequest"),
            ),
            "get": operation("listKeys", "Your API keys.", gives(200, "The keys.", json("ApiKeys")), 403),
        },
        f"{API}/keys/{{key_id}}": {
            "delete": operation(
                "revokeKey", "Revoke an API key.", gives(204, "Revoked."), 403, 404, parameters=[KEY_ID]
            )
        },
        "/healthz": {"get": open_operation("isAlive", "Does the process run?")},
        "/readyz": {
            "get": open_operation(
                "isReady", "Does it want requests?", {"503": {"description": "Not yet, or no longer."}}
            )
        },
        "/openapi.json": {"get": open_operation("getOpenApi", "This document.")},
    }


def open_operation(name: str, summary: str, more: Schema | None = None) -> Schema:
    """An operation that asks for no credential."""
    answers = gives(200, "Yes.", {"application/json": {"type": "object"}})
    return {"operationId": name, "summary": summary, "security": [], "responses": {**answers, **(more or {})}}


@functools.cache
def document() -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Docspasta",
            "version": "5",
            "description": "Turns a documentation website into one clean Markdown document, "
            "in reading order, while you watch.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": paths(),
        "components": {
            "schemas": SCHEMAS,
            "responses": {
                str(status): {
                    "description": title,
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
                for status, title in TITLES.items()
            },
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A JWT, or an API key (`dsp_…`).",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "docspasta",
                    "description": "The anonymous cookie; changes need this site's Origin.",
                },
            },
        },
    }


if __name__ == "__main__":
    print(dumps(document(), indent=1))
