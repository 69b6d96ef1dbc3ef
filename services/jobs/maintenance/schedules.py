"""Runs that a source's schedule begins.

Every replica looks; one tick begins one run, for the transaction that begins it moves the source on to its
next tick. Ticks that were missed begin one run together, or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from docspasta.domain import Job, JobKey, Source
from docspasta.errors import FailedPrecondition, InvalidArgument, ResourceExhausted
from docspasta.schedule import in_time, next_tick, pause_after
from docspasta.store import jobs as job_store
from docspasta.store import sources as store
from docspasta.store.connection import Connection
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.pool import Pool
from docspasta.store.results import QueuedPage
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from ..attempts import attempt
from ..create import tell_of_new
from ..ending import tell_of_end
from ..resources import Resources
from ..sources.running import begin_run, forget_old_runs, new_run

AT_ONCE = 100  # sources a round
PUT_OFF = timedelta(minutes=10)  # for a source whose run could not be begun: others have their turn
log = logger("schedules")


class _Skipped(Exception):
    """The tick begins no run; the word says why. What its transaction wrote goes away with it."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A run that was begun, and the one that was cancelled for it."""

    source: Source
    job: Job
    pages: list[QueuedPage]
    replaced: Job | None


async def begin_due_runs(resources: Resources, maintenance_pool: Pool) -> None:
    """Begin the runs of some sources that are due."""
    for due in await store.due_sources(maintenance_pool, resources.now(), AT_ONCE):
        try:
            await _begin(resources, due.user_id, due.source_id)
        except Exception as error:
            log.warning("a scheduled run was put off", source_id=due.source_id, error=repr(error))
            await attempt("putting a run off", _put_off(resources, due.user_id, due.source_id))


async def _put_off(resources: Resources, user_id: str, source_id: str) -> None:
    """Let a source wait that could not be begun, else it would be the first of each round."""
    now = resources.now()
    async with resources.pool.transaction(user_id) as connection:
        if source := await _due(connection, user_id, source_id, now):
            await store.tick(connection, source, now, now + PUT_OFF, "")


async def _begin(resources: Resources, user_id: str, source_id: str) -> None:
    """Begin a run of a source, unless somebody else just did."""
    now = resources.now()
    try:
        begun = await _begun(resources, user_id, source_id, now)
    except _Skipped as skipped:
        because = str(skipped)
        async with resources.pool.transaction(user_id) as connection:
            if source := await _due(connection, user_id, source_id, now):
                await _move_on(connection, source, now, because)
                metrics.scheduled_runs.labels(because).inc()
                log.info("a scheduled run was skipped", source_id=source_id, because=because)
        return
    if begun is None:
        return
    metrics.scheduled_runs.labels("begun").inc()
    if begun.replaced is not None:
        await tell_of_end(resources, begun.replaced)
    await tell_of_new(resources, begun.job, begun.pages)
    await forget_old_runs(resources, begun.source)


async def _begun(resources: Resources, user_id: str, source_id: str, now: datetime) -> _Begun | None:
    """The run that was begun; None when the source is not due any more. Raises _Skipped."""
    async with resources.pool.transaction(user_id) as connection:
        source = await _due(connection, user_id, source_id, now)
        if source is None:
            return None
        if not in_time(source.schedule, source_id, now):
            raise _Skipped("missed")
        try:
            new = new_run(resources, source)
            replaced = await _replaced(resources, connection, source)
            job, pages = await begin_run(resources, connection, source, new)
        except FailedPrecondition as error:
            if source.schedule.overlap == "queue":
                return None  # it stays due until the run under way has ended
            raise _Skipped("overlap") from error
        except ResourceExhausted as error:
            raise _Skipped("limit") from error
        except InvalidArgument as error:
            raise _Skipped("refused") from error
        await _move_on(connection, source, now, "")
        return _Begun(source, job, pages, replaced)


async def _due(connection: Connection, user_id: str, source_id: str, now: datetime) -> Source | None:
    """The source, locked, if it is due."""
    source = await store.lock_source(connection, user_id, source_id)
    return source if source and source.next_at and source.next_at <= now else None


async def _replaced(resources: Resources, connection: Connection, source: Source) -> Job | None:
    """The run under way, cancelled, when the schedule wants it replaced."""
    if source.schedule.overlap != "replace" or not (running := await store.open_run(connection, source)):
        return None
    key = JobKey(source.user_id, running)
    if await end_job(connection, key, resources.now(), CANCELLED) is None:
        return None
    return await job_store.job(connection, key)


async def _move_on(connection: Connection, source: Source, now: datetime, because: str) -> None:
    """Note the tick, and when the next one comes: later for a source that keeps failing."""
    after = now + pause_after(await store.failed_in_a_row(connection, source))
    await store.tick(connection, source, now, next_tick(source.schedule, source.source_id, after), because)
