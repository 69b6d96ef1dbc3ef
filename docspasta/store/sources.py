"""A user's sources: the statements of sources.sql, on a connection of `Pool.transaction`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from docspasta.domain import JobKey, JobSettings, Schedule, Source

from .connection import Connection
from .jobs import ListedJob, Part, delete_job
from .pool import Pool
from .statements import load


class ListedSource(NamedTuple):
    """A source of a part of the list, and whether the list goes on after it."""

    source: Source
    more_follow: bool


SQL = load("sources.sql", ListedJob, ListedSource, Source)


@dataclass(frozen=True, slots=True)
class KeptSource:
    """What a person says of a source, admitted, and when its schedule begins the next run."""

    name: str
    settings: JobSettings
    keep: int
    schedule: Schedule = field(default_factory=Schedule)
    next_at: datetime | None = None
    max_removed_percent: int = 30

    def parameters(self) -> dict[str, Any]:
        """As the statements that write it name them."""
        named = {"name": self.name, "settings": self.settings.to_json(), "keep": self.keep}
        named |= {"max_removed_percent": self.max_removed_percent, "next_at": self.next_at}
        return named | asdict(self.schedule)


class DueSource(NamedTuple):
    """A source whose next run is to begin."""

    user_id: str
    source_id: str


async def lock_sources(connection: Connection, user_id: str) -> None:
    """Be the only one to add or rename sources of the user's, until the transaction's end."""
    await SQL.lock_sources.execute(connection, user_id=user_id)


async def count_sources(connection: Connection, user_id: str) -> int:
    """How many sources the user has."""
    return await SQL.count_sources.value(connection, int, user_id=user_id) or 0


async def insert_source(
    connection: Connection,
    user_id: str,
    source_id: str,
    kept: KeptSource,
) -> bool:
    """Write a source; False when its name is taken."""
    named = kept.parameters()
    return bool(await SQL.insert_source.execute(connection, user_id=user_id, source_id=source_id, **named))


async def source(connection: Connection, user_id: str, source_id: str) -> Source | None:
    """One source of the user's."""
    return await SQL.source.one(connection, Source, user_id=user_id, source_id=source_id)


async def sources(connection: Connection, user_id: str, part: Part, after: str) -> list[ListedSource]:
    """A part of the user's sources by name, after a name."""
    return await SQL.sources.all(connection, ListedSource, user_id=user_id, after=after, **part._asdict())


async def lock_source(connection: Connection, user_id: str, source_id: str) -> Source | None:
    """Take a source's row for writing; the source as it is then."""
    locked = await SQL.lock_source.value(connection, str, user_id=user_id, source_id=source_id)
    return await source(connection, user_id, source_id) if locked else None


async def change_source(connection: Connection, was: Source, kept: KeptSource) -> None:
    """Give a source another name, other settings, another number of runs or another schedule."""
    await SQL.change_source.execute(
        connection, user_id=was.user_id, source_id=was.source_id, **kept.parameters()
    )


async def is_taken(connection: Connection, was: Source, name: str) -> bool:
    """Whether another source of the user's has this name."""
    return bool(
        await SQL.is_taken.value(connection, bool, user_id=was.user_id, source_id=was.source_id, name=name)
    )


async def delete_source(connection: Connection, user_id: str, source_id: str) -> bool:
    """Delete a source, whose runs stay as jobs; False when the user has no such source."""
    gone = await SQL.delete_source.value(connection, str, user_id=user_id, source_id=source_id)
    return gone is not None


async def open_run(connection: Connection, source: Source) -> str:
    """The run of a source that has not ended, '' for none."""
    found = await SQL.open_run.value(connection, str, user_id=source.user_id, source_id=source.source_id)
    return found or ""


async def runs(
    connection: Connection, source: Source, part: Part, after: tuple[datetime, str] | None
) -> list[ListedJob]:
    """A part of a source's runs, newest first, after (created_at, job_id)."""
    time, job_id = after or (None, "")
    return await SQL.runs.all(
        connection,
        ListedJob,
        user_id=source.user_id,
        source_id=source.source_id,
        after_time=time,
        after_job=job_id,
        **part._asdict(),
    )


async def delete_old_runs(connection: Connection, source: Source) -> int:
    """Delete the ended runs beyond the newest `source.keep`, but never the current one; how many."""
    named = {"user_id": source.user_id, "source_id": source.source_id}
    old = await SQL.runs_over.column(
        connection, str, **named, keep=source.keep, current_job_id=source.current_job_id
    )
    for job_id in old:
        await delete_job(connection, JobKey(source.user_id, job_id))
    return len(old)


async def due_sources(maintenance: Pool, now: datetime, limit: int) -> list[DueSource]:
    """Some of the sources whose next run is to begin, the longest due first."""
    async with maintenance.connection() as connection:
        return await SQL.due_sources.all(connection, DueSource, now=now, limit=limit)


async def tick(
    connection: Connection, source: Source, now: datetime, next_at: datetime | None, because: str
) -> None:
    """Note a tick: when the next one comes, and why this one began no run ('' when it did)."""
    await SQL.tick.execute(
        connection,
        user_id=source.user_id,
        source_id=source.source_id,
        now=now,
        next_at=next_at,
        because=because,
    )


async def failed_in_a_row(connection: Connection, source: Source) -> int:
    """How many of the newest ended runs failed one after the other."""
    named = {"user_id": source.user_id, "source_id": source.source_id}
    return await SQL.failed_in_a_row.value(connection, int, **named) or 0


async def accept_run(connection: Connection, source: Source, job_id: str, now: datetime) -> None:
    """Let a run of a source be current if it is suspect."""
    await SQL.accept_run.execute(
        connection, user_id=source.user_id, source_id=source.source_id, job_id=job_id, now=now
    )


async def is_accepted(connection: Connection, source: Source, job_id: str) -> bool:
    """Whether somebody said that this run may be current."""
    named = {"user_id": source.user_id, "source_id": source.source_id, "job_id": job_id}
    return bool(await SQL.is_accepted.value(connection, bool, **named))


async def reschedule(
    connection: Connection, source: Source, suspended: bool, next_at: datetime | None
) -> None:
    """Let a source's schedule count or not, and begin the next run then."""
    await SQL.reschedule.execute(
        connection,
        user_id=source.user_id,
        source_id=source.source_id,
        suspended=suspended,
        next_at=next_at,
    )
