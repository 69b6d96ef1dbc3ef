"""JSON Schemas of what REST and events carry, for openapi.py. Pure data; representations.py makes values."""

from __future__ import annotations

from typing import Any

from docspasta.domain import PageReason

from . import representations as shown

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
MAYBE_COUNT: Schema = {"type": ["integer", "null"]}
NUMBER: Schema = {"type": "number"}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
FLAG: Schema = {"type": "boolean"}
TEXTS: Schema = {"type": "array", "items": TEXT}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}


def ref(name: str) -> Schema:
    """A schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def words(values: Any, *, maybe: bool = False) -> Schema:
    """One of a closed set of lower snake words."""
    return {"enum": [*values, None] if maybe else [*values]}


def whole(properties: Schema, **more: Any) -> Schema:
    """An object with exactly these properties, all present."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def some(properties: Schema, required: list[str]) -> Schema:
    """An object of a request: these properties and no others."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def listing(name: str, item: str) -> Schema:
    """A page of a list."""
    token = {**MAYBE_TEXT, "description": "Pass it as pageToken for the next part; null at the end."}
    return whole({name: {"type": "array", "items": ref(item)}, "nextPageToken": token})


HEADERS: Schema = {
    "type": "object",
    "additionalProperties": TEXT,
    "maxProperties": 8,
    "description": "Sent to the start URL's origin only; never returned.",
}
URL: Schema = {"type": "string", "maxLength": 2048, "examples": ["https://docs.example.org/"]}
GLOBS: Schema = {**TEXTS, "description": "Globs over path and query: `*` within a segment, `**` across."}
CRAWL = some(
    {
        "url": URL,
        "maxPages": {"type": ["integer", "null"], "minimum": 1, "description": "Default 10,000."},
        "maxDepth": {"type": ["integer", "null"], "minimum": 0, "description": "Links from the start page."},
        "include": GLOBS,
        "exclude": {**GLOBS, "description": "Wins over include."},
        "delay": {
            "type": ["number", "null"],
            "minimum": 0,
            "description": "Seconds between two starts on a host.",
        },
        "concurrency": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "Requests at once on a host.",
        },
        "headers": HEADERS,
        "includeSelectors": {**TEXTS, "description": "CSS; only what they match is converted."},
        "excludeSelectors": {**TEXTS, "description": "CSS; what they match is left out."},
        "keepRaw": {**FLAG, "description": "Keep the HTML, so that it can be converted again."},
        "respectRobots": FLAG,
        "respectNoindex": FLAG,
        "allPages": {**FLAG, "description": "Print, index and search pages, source listings and blogs, too."},
        "useSitemaps": FLAG,
        "allowHosts": {**TEXTS, "description": "Further hosts in scope."},
        "maxSeconds": {"type": ["integer", "null"], "minimum": 1},
        "maxBytes": {"type": ["integer", "null"], "minimum": 1},
    },
    ["url"],
)
SCRAPE = some(
    {
        n: CRAWL["properties"][n]
        for n in ("url", "headers", "includeSelectors", "excludeSelectors", "respectRobots")
    },
    ["url"],
)
REASON = words(reason for reason in PageReason if reason)
PROGRESS_FIELDS: Schema = {
    "state": words(shown.JOB_STATES.values()),
    **dict.fromkeys(["discovered", "queued", "processed", "failed", "skipped"], COUNT),
    "discovering": {**COUNT, "description": "Outstanding robots.txt, sitemap and llms.txt fetches."},
    **dict.fromkeys(["bytesFetched", "markdownBytes", "words"], COUNT),
    "tokens": {**COUNT, "description": "About: UTF-8 bytes / 4."},
    "limitReached": {
        **words(shown.JOB_LIMITS.values(), maybe=True),
        "description": "Which limit cut the crawl.",
    },
    "notAdmitted": {**COUNT, "description": "Links that a limit refused."},
    "currentUrl": MAYBE_TEXT,
}
SETTINGS = whole(
    {
        "url": TEXT,
        "maxPages": COUNT,
        "maxDepth": MAYBE_COUNT,
        **dict.fromkeys(["include", "exclude"], TEXTS),
        "delay": MAYBE_NUMBER,
        "concurrency": MAYBE_COUNT,
        **dict.fromkeys(["headerNames", "includeSelectors", "excludeSelectors"], TEXTS),
        **dict.fromkeys(["keepRaw", "respectRobots", "respectNoindex", "allPages", "useSitemaps"], FLAG),
        "allowHosts": TEXTS,
        **dict.fromkeys(["maxSeconds", "maxBytes"], MAYBE_COUNT),
    }
)
REASON_COUNT = whole(
    {"state": words(shown.PAGE_STATES.values()), "reason": REASON, "message": TEXT, "pages": COUNT}
)
JOB_FIELDS: Schema = {
    "jobId": TEXT,
    "url": TEXT,
    "title": MAYBE_TEXT,
    **PROGRESS_FIELDS,
    "error": {**MAYBE_TEXT, "description": "Why the job failed, in a sentence."},
    "settings": ref("Settings"),
    **dict.fromkeys(["createdAt", "startedAt", "finishedAt", "expiresAt"], MAYBE_MOMENT),
    "runningSeconds": NUMBER,
    "reasons": {"type": "array", "items": ref("ReasonCount")},
    "documentBytes": COUNT,
    "cursor": {**TEXT, "description": "`<epoch>-<version>`: pass it to the stream as `after`."},
    "links": {"type": "object", "additionalProperties": TEXT},
}
PAGE = whole(
    {
        "pageId": TEXT,
        "url": TEXT,
        "state": words(shown.PAGE_STATES.values()),
        "reason": {"anyOf": [REASON, {"type": "null"}]},
        "message": MAYBE_TEXT,
        "detail": MAYBE_TEXT,
        "httpStatus": MAYBE_COUNT,
        "depth": COUNT,
        **dict.fromkeys(["title", "description", "language"], MAYBE_TEXT),
        **dict.fromkeys(["words", "tokens", "markdownBytes"], COUNT),
        **dict.fromkeys(["contentHash", "redirectedTo", "duplicateOf"], MAYBE_TEXT),
        "position": {
            **MAYBE_COUNT,
            "description": "Place in reading order, from 1; null until the job ends.",
        },
        "anchor": MAYBE_TEXT,
        "finishedAt": MAYBE_MOMENT,
    }
)
PAGE_EVENT: Schema = {
    "position": MAYBE_COUNT,
    "duplicateOf": MAYBE_TEXT,
    "pageId": TEXT,
    "url": TEXT,
    "depth": COUNT,
    "title": MAYBE_TEXT,
    "httpStatus": MAYBE_COUNT,
}
PROCESSED_EVENT = whole(
    {**PAGE_EVENT, "state": {"const": "processed"}, "words": COUNT, "tokens": COUNT, "markdownBytes": COUNT}
)
ENDED_EVENT: Schema = {"reason": REASON, "detail": MAYBE_TEXT, "redirectedTo": MAYBE_TEXT}
SCRAPED = whole(
    {
        **dict.fromkeys(["url", "finalUrl"], TEXT),
        "httpStatus": COUNT,
        **dict.fromkeys(["title", "description", "language", "canonical"], MAYBE_TEXT),
        **dict.fromkeys(["words", "tokens"], COUNT),
        "markdown": TEXT,
        "links": TEXTS,
    }
)
KEY_FIELDS: Schema = {
    **dict.fromkeys(["keyId", "name", "prefix"], TEXT),
    "scopes": TEXTS,
    **dict.fromkeys(["createdAt", "expiresAt", "lastUsedAt", "revokedAt"], MAYBE_MOMENT),
}
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457.",
    "properties": {
        "type": {"type": "string", "description": "urn:docspasta:problem:<reason>"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong and what to do."},
        "requestId": TEXT,
        "errors": {"type": "array", "items": whole({"field": TEXT, "detail": TEXT})},
    },
    "required": ["type", "title", "status", "detail", "requestId"],
}
SCHEMAS: dict[str, Schema] = {
    "CrawlRequest": CRAWL,
    "ScrapeRequest": SCRAPE,
    "KeyRequest": some(
        {"name": {"type": "string", "minLength": 1, "maxLength": 100}, "scopes": TEXTS, "ttlSeconds": COUNT},
        ["name"],
    ),
    "Settings": SETTINGS,
    "ReasonCount": REASON_COUNT,
    "Job": whole(JOB_FIELDS),
    "JobSnapshot": some(
        {**JOB_FIELDS, "recentPages": {"type": "array", "items": ref("Page")}, "markdown": MAYBE_TEXT},
        [*JOB_FIELDS, "recentPages"],
    ),
    "Jobs": listing("jobs", "Job"),
    "Page": PAGE,
    "Pages": listing("pages", "Page"),
    "OutlineEntry": whole({"level": COUNT, "text": TEXT, "anchor": TEXT, "pageId": MAYBE_TEXT}),
    "Outline": listing("entries", "OutlineEntry"),
    "Scraped": SCRAPED,
    "ApiKey": whole(KEY_FIELDS),
    "NewApiKey": whole({**KEY_FIELDS, "secret": {**TEXT, "description": "Shown once."}}),
    "ApiKeys": whole({"keys": {"type": "array", "items": ref("ApiKey")}}),
    "Problem": PROBLEM,
    "Event_progress": whole(
        PROGRESS_FIELDS, description="Absolute counts; also when a job is paused or resumed."
    ),
    "Event_url_processed": PROCESSED_EVENT,
    "Event_url_failed": whole({**PAGE_EVENT, "state": {"const": "failed"}, **ENDED_EVENT}),
    "Event_url_skipped": whole({**PAGE_EVENT, "state": {"const": "skipped"}, **ENDED_EVENT}),
    "Event_job_completed": {**ref("Job"), "description": "The stream ends."},
    "Event_job_failed": {**ref("Job"), "description": "The stream ends."},
    "Event_job_cancelled": {**ref("Job"), "description": "The stream ends."},
    "Event_reset": whole({"detail": TEXT}, description="Drop what you hold; the whole state follows."),
}
