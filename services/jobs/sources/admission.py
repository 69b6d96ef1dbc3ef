"""What a person asks of a source, checked: every mistake is named with its field. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from docspasta.domain import JobSettings, Schedule
from docspasta.errors import InvalidArgument
from docspasta.schedule import BadSchedule, check
from docspasta.v1 import jobs_pb2
from docspasta.v1 import sources_pb2 as pb

from ..admission import Bounds, Violation, filled, mistakes

MAX_NAME = 100  # characters
MAX_KEEP = 100  # runs
DEFAULT_KEEP = 10
DEFAULT_REMOVED = 30  # percent of the pages


@dataclass(frozen=True, slots=True)
class Admitted:
    """A source as it may be written."""

    name: str
    settings: JobSettings
    keep: int
    schedule: Schedule
    max_removed_percent: int = DEFAULT_REMOVED


def admit(request: pb.CreateSourceRequest, bounds: Bounds, now: datetime) -> Admitted:
    """The source that is asked for. Raises InvalidArgument with every mistake at once."""
    wrong = [*name_mistakes(request.name), *settings_mistakes(request.settings, bounds)]
    wrong += keep_mistakes(request.keep) if request.keep else ()
    schedule = schedule_of(request.schedule)
    wrong += schedule_mistakes(schedule, bounds, now)
    removed = removed_of(request, DEFAULT_REMOVED)
    wrong += removed_mistakes(removed)
    if wrong:
        raise InvalidArgument(wrong)
    settings = filled(request.settings, bounds)
    name, keep = request.name or name_of(settings.url), request.keep or DEFAULT_KEEP
    return Admitted(name, settings, keep, schedule, removed)


def check_change(request: pb.UpdateSourceRequest, bounds: Bounds, now: datetime) -> None:
    """Raise InvalidArgument with every mistake of a change."""
    wrong: list[Violation] = []
    if request.HasField("name"):
        wrong += name_mistakes(request.name) if request.name else [("name", "A source needs a name.")]
    if request.HasField("settings"):
        wrong += settings_mistakes(request.settings, bounds)
    if request.HasField("keep"):
        wrong += keep_mistakes(request.keep)
    wrong += removed_mistakes(removed_of(request, DEFAULT_REMOVED))
    wrong += schedule_mistakes(schedule_of(request.schedule), bounds, now)
    if wrong:
        raise InvalidArgument(wrong)


def name_mistakes(name: str) -> Iterator[Violation]:
    """What is wrong with a name; '' is none."""
    if len(name) > MAX_NAME or not name.isprintable() or name != name.strip():
        yield ("name", f"Give 1 to {MAX_NAME} printable characters, without spaces around them.")


def keep_mistakes(keep: int) -> Iterator[Violation]:
    """A number of runs out of its range."""
    if not 1 <= keep <= MAX_KEEP:
        yield ("keep", f"{keep} is out of range; give 1 to {MAX_KEEP} runs.")


def removed_of(request: pb.CreateSourceRequest | pb.UpdateSourceRequest, otherwise: int) -> int:
    """The percentage of pages that a request names."""
    return request.max_removed_percent if request.HasField("max_removed_percent") else otherwise


def removed_mistakes(percent: int) -> Iterator[Violation]:
    """A percentage of pages out of its range."""
    if not 0 <= percent <= 100:
        yield (
            "max_removed_percent",
            f"{percent} is out of range; give 0 to 100 percent, 100 to make every completed run current.",
        )


def settings_mistakes(settings: jobs_pb2.JobSettings, bounds: Bounds) -> Iterator[Violation]:
    """The mistakes of a job with these settings, and what a source can't do."""
    for field, sentence in mistakes(settings, bounds):
        yield (f"settings.{field}", sentence)
    if settings.headers:
        yield ("settings.headers", "A source keeps no secrets; crawl with headers by POST /crawl.")
    if settings.push:
        yield ("settings.push", "A source crawls; a job whose pages are pushed is made by POST /crawl.")


def schedule_of(asked: pb.Schedule) -> Schedule:
    """The schedule of a message; one of an unset message is none."""
    if not (asked.cron or asked.every_seconds or asked.time_zone):
        return Schedule()
    return Schedule(
        cron=asked.cron,
        time_zone=asked.time_zone,
        every_seconds=asked.every_seconds,
        suspended=asked.suspended,
        overlap=asked.overlap or "skip",
        missed=asked.missed or "once",
        start_within_seconds=asked.start_within_seconds,
    )


def schedule_mistakes(schedule: Schedule, bounds: Bounds, now: datetime) -> Iterator[Violation]:
    """What is wrong with a schedule."""
    try:
        check(schedule, bounds.min_schedule, now)
    except BadSchedule as error:
        yield (f"schedule.{error.field}", str(error))


def name_of(url: str) -> str:
    """The name of a source that was given none: its address without scheme and slash, as much as fits."""
    return url.partition("://")[2].rstrip("/")[:MAX_NAME].strip()
