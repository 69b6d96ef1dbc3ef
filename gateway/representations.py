"""What REST and events say about jobs and pages: protos to JSON objects. Pure; no I/O.

camelCase names, counts as numbers, zeros present, `null` for what is not known, states and reasons as
lower snake words without prefix. The schemas of the same objects are in openapi.py.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from docspasta.proto_enums import job_state, page_reason
from docspasta.v1.identity_pb2 import ApiKey
from docspasta.v1.jobs_pb2 import Job, JobLimit, JobSettings, JobState, OutlineEntry, Progress
from docspasta.v1.page_pb2 import Page, PageState

JOB_STATES = {v: n.removeprefix("JOB_STATE_").lower() for n, v in JobState.items() if v}
PAGE_STATES = {v: n.removeprefix("PAGE_STATE_").lower() for n, v in PageState.items() if v}
JOB_LIMITS = {v: n.removeprefix("JOB_LIMIT_").lower() for n, v in JobLimit.items() if v}
ENDED = tuple(value for value in JobState.values() if value and job_state(value).ended)

API = "/api/v5"


def moment(message: Any, field: str) -> str | None:
    """A timestamp field as RFC 3339 in UTC with milliseconds, or None when it is unset."""
    if not message.HasField(field):
        return None
    value: Timestamp = getattr(message, field)
    return value.ToDatetime(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def progress(row: Progress) -> dict[str, Any]:
    """The counts of a job: the data of a `progress` event, and part of a job."""
    return {
        "state": JOB_STATES.get(row.state, "queued"),
        "discovered": row.discovered,
        "queued": row.queued,
        "processed": row.processed,
        "failed": row.failed,
        "skipped": row.skipped,
        "discovering": row.discovering,
        "bytesFetched": row.bytes_fetched,
        "markdownBytes": row.markdown_bytes,
        "words": row.words,
        "tokens": row.tokens,
        "limitReached": JOB_LIMITS.get(row.limit_reached),
        "notAdmitted": row.not_admitted,
        "currentUrl": row.current_url or None,
    }


def settings(row: JobSettings, header_names: list[str]) -> dict[str, Any]:
    """What a person asked for, defaults filled in; of headers the names only."""
    return {
        "url": row.url,
        "maxPages": row.max_pages,
        "maxDepth": row.max_depth if row.HasField("max_depth") else None,
        "include": list(row.include),
        "exclude": list(row.exclude),
        "delay": row.delay if row.HasField("delay") else None,
        "concurrency": row.concurrency if row.HasField("concurrency") else None,
        "headerNames": header_names,
        "includeSelectors": list(row.include_selectors),
        "excludeSelectors": list(row.exclude_selectors),
        "keepRaw": row.keep_raw,
        "respectRobots": row.respect_robots,
        "respectNoindex": row.respect_noindex,
        "allPages": row.all_pages,
        "useSitemaps": row.use_sitemaps,
        "allowHosts": list(row.allow_hosts),
        "maxSeconds": row.max_seconds if row.HasField("max_seconds") else None,
        "maxBytes": row.max_bytes if row.HasField("max_bytes") else None,
    }


def job(row: Job) -> dict[str, Any]:
    """A job as lists and terminal events show it."""
    return {
        "jobId": row.job_id,
        "url": row.settings.url,
        "title": row.title or None,
        **progress(row.progress),
        "error": row.error or None,
        "settings": settings(row.settings, list(row.header_names)),
        "createdAt": moment(row, "created_at"),
        "startedAt": moment(row, "started_at"),
        "finishedAt": moment(row, "finished_at"),
        "expiresAt": moment(row, "expires_at"),
        "runningSeconds": round(row.running_seconds, 3),
        "reasons": [
            {
                "state": PAGE_STATES.get(entry.state, "failed"),
                "reason": page_reason(entry.reason),
                "message": page_reason(entry.reason).sentence,
                "pages": entry.pages,
            }
            for entry in row.reasons
        ],
        "documentBytes": row.document_bytes,
        "cursor": row.cursor,
        "links": job_links(row.job_id),
    }


def job_links(job_id: str) -> dict[str, str]:
    """Where the parts of a job are."""
    here = f"{API}/jobs/{job_id}"
    parts = ("stream", "pages", "outline", "markdown")
    return {"self": here, **{part: f"{here}/{part}" for part in parts}, "jsonLines": f"{here}/pages.jsonl"}


def page(row: Page) -> dict[str, Any]:
    """A page as lists and events show it."""
    reason = page_reason(row.reason)
    return {
        "pageId": row.page_id,
        "url": row.url,
        "state": PAGE_STATES.get(row.state, "queued"),
        "reason": reason or None,
        "message": reason.sentence or None,
        "detail": row.detail or None,
        "httpStatus": row.http_status or None,
        "depth": row.depth,
        "title": row.title or None,
        "description": row.description or None,
        "language": row.language or None,
        "words": row.words,
        "tokens": row.tokens,
        "markdownBytes": row.markdown_bytes,
        "contentHash": row.content_hash or None,
        "redirectedTo": row.redirected_to or None,
        "duplicateOf": row.duplicate_of or None,
        "position": row.position or None,
        "anchor": row.anchor or None,
        "finishedAt": moment(row, "finished_at"),
    }


def page_event(row: Page) -> dict[str, Any]:
    """The data of a page's event: what a list of pages shows, absolute, without the rarely wanted.

    A page's event comes again when the job's end has given it its place."""
    reason = page_reason(row.reason)
    told: dict[str, Any] = {
        "pageId": row.page_id,
        "url": row.url,
        "state": PAGE_STATES.get(row.state, "queued"),
        "depth": row.depth,
        "title": row.title or None,
        "httpStatus": row.http_status or None,
        "position": row.position or None,
        "duplicateOf": row.duplicate_of or None,
    }
    if reason:
        told |= {"reason": reason, "detail": row.detail or None, "redirectedTo": row.redirected_to or None}
    else:
        told |= {"words": row.words, "tokens": row.tokens, "markdownBytes": row.markdown_bytes}
    return told


def outline_entry(row: OutlineEntry) -> dict[str, Any]:
    """A heading of the document."""
    return {"level": row.level, "text": row.text, "anchor": row.anchor, "pageId": row.page_id or None}


def api_key(row: ApiKey) -> dict[str, Any]:
    """An API key without its secret."""
    return {
        "keyId": row.key_id,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": list(row.scopes),
        "createdAt": moment(row, "created_at"),
        "expiresAt": moment(row, "expires_at"),
        "lastUsedAt": moment(row, "last_used_at"),
        "revokedAt": moment(row, "revoked_at"),
    }
