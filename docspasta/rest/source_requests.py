"""What clients send as JSON about sources. Types are checked here; the rules are the service's."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool
from pydantic import StrictStr as Str

from docspasta.domain.source import MISSED, OVERLAPS
from docspasta.v1 import sources_pb2 as pb

from .base import Asked, Explained
from .requests import Int32, OwnWebhook, SiteRequest, unicode_text

MAX_KEEP = 100

Name = Annotated[Str, unicode_text, Explained("{value} is not a text.")]
SiteSettings = Annotated[
    SiteRequest,
    Explained(
        '{value} is not an object of a crawl\'s settings, such as {{"url": "https://docs.example.org/"}}; '
        "a source has no headers, webhook, mode or push.",
        'The settings of its runs are needed, such as {"url": "https://docs.example.org/"}.',
    ),
]
KEEP = Field(
    None,
    description="How many runs are kept, the newest; the current one always. Default 10.",
    json_schema_extra={"minimum": 1, "maximum": MAX_KEEP},
)

MAX_REMOVED = Field(
    None,
    description="Percent of the pages. A run that would take away more is suspect: it is kept, but not "
    "current until somebody accepts it. 100: no run is. Default 30.",
    json_schema_extra={"minimum": 0, "maximum": 100},
)
Suspended = Annotated[StrictBool, Explained("{value} is not true or false.")]


class ScheduleRequest(Asked):
    """When a source is crawled by itself: by cron, or every so many seconds. Empty: not by itself."""

    cron: Name | None = Field(
        None,
        description="Five fields, or @hourly, @daily, @weekly, @monthly, @yearly.",
        json_schema_extra={"maxLength": 100, "examples": ["0 6 * * 1"]},
    )
    time_zone: Name | None = Field(
        None,
        description="Of the cron line, such as Europe/Berlin. Default UTC.",
        json_schema_extra={"maxLength": 100},
    )
    every_seconds: Int32 | None = Field(
        None, description="In the place of a cron line.", json_schema_extra={"minimum": 1}
    )
    suspended: Suspended | None = Field(None, description="true: it does not count for now.")
    overlap: Name | None = Field(
        None,
        description="Of a tick while a run is under way: skip it (the default), queue it until that run ends "
        "or replace that run.",
        json_schema_extra={"enum": [*OVERLAPS]},
    )
    missed: Name | None = Field(
        None,
        description="Ticks that came while nothing ran begin one run together (once, the default) or, ten "
        "minutes late, none (skip).",
        json_schema_extra={"enum": [*MISSED]},
    )
    start_within_seconds: Int32 | None = Field(
        None, description="A tick that is later than this begins no run.", json_schema_extra={"minimum": 10}
    )

    def message(self) -> pb.Schedule:
        """The proto of what was asked for."""
        every = -1 if self.every_seconds == 0 else self.every_seconds
        return pb.Schedule(
            cron=self.cron or "",
            time_zone=self.time_zone or "",
            every_seconds=every or 0,
            suspended=self.suspended or False,
            overlap=self.overlap or ("" if self.overlap is None else " "),
            missed=self.missed or ("" if self.missed is None else " "),
            start_within_seconds=-1 if self.start_within_seconds == 0 else self.start_within_seconds or 0,
        )


SourceSchedule = Annotated[
    ScheduleRequest,
    Explained('{value} is not a schedule, such as {{"cron": "0 6 * * 1", "timeZone": "Europe/Berlin"}}.'),
]


class SourceRequest(Asked):
    """Documentation that is to be crawled again and again."""

    settings: SiteSettings = Field(description="Of each run, as in POST /crawl.")
    name: Name | None = Field(
        None,
        description="Your own word for it; the address, when it is left out.",
        json_schema_extra={"maxLength": 100},
    )
    keep: Int32 | None = KEEP
    schedule: SourceSchedule | None = Field(None, description="When it is crawled by itself.")
    max_removed_percent: Int32 | None = MAX_REMOVED
    webhook: OwnWebhook | None = Field(None, description="Told of its runs alone: an address, or more of it.")

    def request(self) -> pb.CreateSourceRequest:
        """The proto of what was asked for."""
        return pb.CreateSourceRequest(
            name=self.name or "",
            settings=self.settings.settings(),
            keep=_keep(self.keep),
            schedule=self.schedule.message() if self.schedule else None,
            max_removed_percent=self.max_removed_percent,
            webhook=self.webhook.settings() if self.webhook else None,
        )


class SourceChange(Asked):
    """What is to be changed of a source. What is left out stays."""

    settings: SiteSettings | None = Field(None, description="All of them: what is left out has its default.")
    name: Name | None = Field(
        None, description="What it is called in lists.", json_schema_extra={"maxLength": 100}
    )
    keep: Int32 | None = KEEP
    schedule: SourceSchedule | None = Field(None, description="All of it; {} takes it away.")
    max_removed_percent: Int32 | None = MAX_REMOVED
    webhook: OwnWebhook | None = Field(
        None, description="In the place of the one that it has: an address, or more of it."
    )

    def request(self, source_id: str) -> pb.UpdateSourceRequest:
        """The proto of what was asked for."""
        return pb.UpdateSourceRequest(
            source_id=source_id,
            name=self.name,
            settings=self.settings.settings() if self.settings else None,
            keep=self.keep,
            max_removed_percent=self.max_removed_percent,
            webhook=self.webhook.settings() if self.webhook else None,
            schedule=self.schedule.message() if self.schedule else None,
        )


def _keep(keep: int | None) -> int:
    """0 means the default to the service, but not when a person wrote it."""
    return -1 if keep == 0 else keep or 0
