"""The events that an endpoint may be told of, and one event as it lies in the outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Event(StrEnum):
    """What happened. TEST is sent on request only; nobody subscribes to it."""

    JOB_STARTED = "job.started"
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    PAGE_PROCESSED = "page.processed"
    PAGE_FAILED = "page.failed"
    SOURCE_CHANGED = "source.changed"
    SOURCE_SUSPECT = "source.suspect"
    WEBHOOK_DISABLED = "webhook.disabled"
    TEST = "webhook.test"


SUBSCRIBED = tuple(event for event in Event if event is not Event.TEST)  # what an endpoint may ask for
OF_A_JOB = tuple(event for event in SUBSCRIBED if event.startswith(("job.", "page.")))
OF_A_SOURCE = tuple(event for event in SUBSCRIBED if event is not Event.WEBHOOK_DISABLED)
# Without a choice: pages are many, so who wants them asks for them.
BY_DEFAULT = tuple(event for event in SUBSCRIBED if not event.startswith("page."))


class Scheme(StrEnum):
    """How a body is written and signed."""

    STANDARD = "standard"  # Standard Webhooks 1.0.0
    FIRECRAWL = "firecrawl"  # X-Firecrawl-Signature, and Firecrawl's body
    UPSTASH = "upstash"  # Upstash-Signature: a JWT


class Message(NamedTuple):
    """One event. `sequence` is the job's version at which it became true (0 without a job): a receiver orders
    by it and drops what is older than what it has. `facts` are what the event's transaction knew."""

    message_id: str
    type: Event
    job_id: str  # '' for an event that is of no job
    sequence: int
    facts: dict[str, Any]
    happened_at: datetime
