"""The protos' enums as the domain's words. Pure.

A number that this version does not know comes from a newer service during an upgrade. It is shown as the
closest word that is known.
"""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any

from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import WithJsonSchema

from docspasta.domain import JobLimit, JobState, PageReason, PageState
from docspasta.proto_enums import (
    job_limit_value,
    job_state_value,
    page_reason_value,
    page_state_value,
)

JOB_STATES: dict[int, JobState] = {job_state_value(state): state for state in JobState}
PAGE_STATES: dict[int, PageState] = {page_state_value(state): state for state in PageState}
JOB_LIMITS: dict[int, JobLimit] = {job_limit_value(limit): limit for limit in JobLimit if limit}
_REASONS: dict[int, PageReason] = {page_reason_value(reason): reason for reason in PageReason if reason}

Reason = Annotated[PageReason, WithJsonSchema({"enum": [reason.value for reason in PageReason if reason]})]
Limit = Annotated[JobLimit, WithJsonSchema({"enum": [limit.value for limit in JobLimit if limit]})]
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


def reason_of(number: int) -> PageReason | None:
    """A page's reason, None for unspecified."""
    return _REASONS.get(number, PageReason.INTERNAL) if number else None


def moment(message: Any, field: str) -> str | None:
    """A timestamp field as RFC 3339 in UTC with milliseconds, None when it is unset."""
    if not message.HasField(field):
        return None
    value: Timestamp = getattr(message, field)
    return value.ToDatetime(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
