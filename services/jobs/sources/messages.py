"""A source as the proto's message. Pure."""

from __future__ import annotations

from dataclasses import asdict

from docspasta.domain import JobState, Source
from docspasta.proto_enums import job_state_value
from docspasta.schedule import explain
from docspasta.v1 import sources_pb2 as pb

from ..messages import settings_message, timestamp


def source_message(source: Source) -> pb.Source:
    """A source with its current run and its newest."""
    shown = pb.Source(
        source_id=source.source_id,
        name=source.name,
        settings=settings_message(source.settings),
        created_at=timestamp(source.created_at),
        current_job_id=source.current_job_id,
        newest_job_id=source.newest_job_id,
        newest_created_at=timestamp(source.newest_created_at),
        keep=source.keep,
        next_at=timestamp(source.next_at),
        skipped_at=timestamp(source.skipped_at),
        skipped_because=source.skipped_because,
        max_removed_percent=source.max_removed_percent,
        suspect_job_id=source.suspect_job_id,
        webhook_id=source.webhook_id,
        failures=source.failures,
    )
    if source.schedule:
        shown.schedule.CopyFrom(pb.Schedule(**asdict(source.schedule)))
        shown.schedule_text = explain(source.schedule)
    if source.newest_state:
        shown.newest_state = job_state_value(JobState(source.newest_state))
    return shown
