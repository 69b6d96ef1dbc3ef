"""An event as the bytes that are sent: thin, below 20 kB, the same bytes at every try.

Counts are absolute and links lead to the rest, so that a receiver who missed one event has lost nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from .events import Event, Message, Scheme

MAX_BODY = 20_000  # bytes
PAGES_AT_MOST = 50  # in one message
PAGES_BYTES = 16_000  # of a message's pages together
MAX_TEXT = 300  # characters of a title or a sentence
COUNTS = {
    "discovered": "discovered",
    "queued": "queued",
    "processed": "processed",
    "failed": "failed",
    "skipped": "skipped",
    "bytes_fetched": "bytesFetched",
    "markdown_bytes": "markdownBytes",
    "words": "words",
    "tokens": "tokens",
    "not_admitted": "notAdmitted",
}
CHANGES = {name: name for name in ("added", "changed", "moved", "removed", "failed", "stale")} | {
    "same": "unchanged"
}
# Firecrawl's words: one for pages, processed or not, and one for jobs that fail or are cancelled.
FIRECRAWL = {
    Event.JOB_STARTED: "started",
    Event.JOB_COMPLETED: "completed",
    Event.JOB_FAILED: "failed",
    Event.JOB_CANCELLED: "failed",
    Event.PAGE_PROCESSED: "page",
    Event.PAGE_FAILED: "page",
}
UNSUCCESSFUL = (Event.JOB_FAILED, Event.JOB_CANCELLED, Event.PAGE_FAILED, Event.WEBHOOK_DISABLED)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is told. `metadata` is its user's and comes back; `of_batch`: told of one job, of single pages."""

    webhook_id: str
    scheme: Scheme
    metadata: Mapping[str, Any] = field(default_factory=dict)
    of_batch: bool = False


def body_of(message: Message, receiver: Receiver, origin: str = "") -> bytes:
    """The body in UTF-8. `origin` is this installation's public address, '' when it is not known: then links
    are paths."""
    write = _firecrawl if receiver.scheme is Scheme.FIRECRAWL else _standard
    return _json(write(message, receiver, origin))


def in_messages(pages: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Pages of one kind, in order, cut into as few messages as fit."""
    group: list[dict[str, Any]] = []
    room = PAGES_BYTES
    for page in map(_bounded, pages):
        size = len(_json(page)) + 1
        if group and (len(group) == PAGES_AT_MOST or size > room):
            yield group
            group, room = [], PAGES_BYTES
        group.append(page)
        room -= size
    if group:
        yield group


def _standard(message: Message, receiver: Receiver, origin: str) -> dict[str, Any]:
    data: dict[str, Any] = {"webhookId": receiver.webhook_id}
    if receiver.metadata:
        data["metadata"] = dict(receiver.metadata)
    if message.job_id:
        data |= {"jobId": message.job_id, "sequence": message.sequence}
    return {
        "type": message.type.value,
        "timestamp": moment(message.happened_at),
        "data": data | _told(message.facts) | _links(message, origin),
    }


def _firecrawl(message: Message, receiver: Receiver, origin: str) -> dict[str, Any]:
    """Metadata of the user's comes back as it was, and its names win."""
    facts = _told(message.facts)
    pages = facts.pop("pages", [])
    found = {
        "success": message.type not in UNSUCCESSFUL,
        "type": _firecrawls_word(message.type, receiver),
        "id": message.job_id,
        "webhookId": receiver.webhook_id,
        "data": [{"metadata": _page_metadata(page)} for page in pages],
        "metadata": {"sequence": message.sequence, **facts, **_links(message, origin), **receiver.metadata},
    }
    return found | ({"error": facts["error"]} if facts.get("error") else {})


def _firecrawls_word(event: Event, receiver: Receiver) -> str:
    if event not in FIRECRAWL:
        return event.value
    return f"{'batch_scrape' if receiver.of_batch else 'crawl'}.{FIRECRAWL[event]}"


def _page_metadata(page: dict[str, Any]) -> dict[str, Any]:
    renamed = {"url": "sourceURL", "httpStatus": "statusCode"}
    return {renamed.get(name, name): value for name, value in page.items()}


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts in REST's words, none longer than it may be."""
    told = _bounded({name: value for name, value in facts.items() if name not in ("counts", "pages")})
    if "counts" in facts:
        counts = facts["counts"]
        told["counts"] = {name: counts.get(stored, 0) for stored, name in COUNTS.items()}
        told["limitReached"] = counts.get("limit_reached") or None
    if "pages" in facts:
        told["pages"] = facts["pages"]
    if "changes" in facts:
        told["changes"] = {name: facts["changes"].get(stored, 0) for stored, name in CHANGES.items()}
    return told


def _bounded(values: dict[str, Any]) -> dict[str, Any]:
    """The same with long texts cut; a URL has 2,048 bytes at most and stays whole."""
    return {
        name: value[:MAX_TEXT] if isinstance(value, str) and name != "url" else value
        for name, value in values.items()
    }


def _links(message: Message, origin: str) -> dict[str, Any]:
    if not message.job_id:
        return {}
    here = f"{origin}/api/v5/jobs/{message.job_id}"
    links = {"self": here, "pages": f"{here}/pages", "markdown": f"{here}/markdown"}
    if source_id := message.facts.get("sourceId"):
        links["source"] = f"{origin}/api/v5/sources/{source_id}"
        between = [("from", message.facts.get("previousJobId")), ("to", message.job_id)]
        links["diff"] = f"{links['source']}/diff?{urlencode([pair for pair in between if pair[1]])}"
        if message.type is Event.SOURCE_SUSPECT:
            links["accept"] = f"{links['source']}/runs/{message.job_id}/accept"
    return {"links": links}


def moment(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
