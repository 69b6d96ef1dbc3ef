"""`--json`: lines of JSON in REST's words, from the same models."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docspasta.v1.identity_pb2 import ApiKey
    from docspasta.v1.jobs_pb2 import Job, WatchJobResponse


def job_object(job: Job) -> dict[str, Any]:
    """A job as REST shows it."""
    from docspasta.rest import jobs

    return jobs.Job.of(job).to_dict()


def key_object(key: ApiKey) -> dict[str, Any]:
    """An API key as REST shows it."""
    from docspasta.rest import keys

    return keys.ApiKey.of(key).to_dict()


def update_object(update: WatchJobResponse) -> dict[str, Any]:
    """An update by its event's name, with what the event of a stream carries."""
    from docspasta.rest.events import event_of

    found = event_of(update)
    name, data = (found[0], found[1].to_dict()) if found else ("unknown", {})
    return {"event": name, "cursor": update.cursor or None, **data}


def print_line(record: dict[str, Any]) -> None:
    """One line of JSON on stdout, at once."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()
