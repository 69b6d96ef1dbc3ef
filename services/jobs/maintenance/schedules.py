"""Runs that a source's schedule begins.

Every replica looks; one tick begins one run, for the transaction that begins it moves the source on to its
next tick. Ticks that were missed begin one run together.
"""

from __future__ import annotations

from docspasta.domain import Job, Source
from docspasta.errors import FailedPrecondition, InvalidArgument, ResourceExhausted
from docspasta.schedule import next_tick, pause_after
from docspasta.store import sources as store
from docspasta.store.connection import Connection
from docspasta.store.pool import Pool
from docspasta.store.results import QueuedPage
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from ..attempts import attempt
from ..create import tell_of_new
from ..resources import Resources
from ..sources.running import begin_run, forget_old_runs, new_run

AT_ONCE = 100  # sources a round
log = logger("schedules")


async def begin_due_runs(resources: Resources, maintenance_pool: Pool) -> None:
    """Begin the runs of some sources that are due."""
    for due in await store.due_sources(maintenance_pool, resources.now(), AT_ONCE):
        await attempt("beginning a scheduled run", _begin(resources, due.user_id, due.source_id))


async def _begin(resources: Resources, user_id: str, source_id: str) -> None:
    """Begin a run of a source, unless somebody else just did."""
    now = resources.now()
    async with resources.pool.transaction(user_id) as connection:
        source = await store.lock_source(connection, user_id, source_id)
        if source is None or source.next_at is None or source.next_at > now:
            return
        begun, because = await _begun(resources, connection, source)
        after = now + pause_after(await store.failed_in_a_row(connection, source))
        await store.tick(connection, source, now, next_tick(source.schedule, source_id, after), because)
    metrics.scheduled_runs.labels(because or "begun").inc()
    if begun is None:
        log.info("a scheduled run was skipped", source_id=source_id, because=because)
        return
    await tell_of_new(resources, *begun)
    await forget_old_runs(resources, source)


async def _begun(
    resources: Resources, connection: Connection, source: Source
) -> tuple[tuple[Job, list[QueuedPage]] | None, str]:
    """The run that was begun, or why there is none."""
    try:
        return await begin_run(resources, connection, source, new_run(resources, source)), ""
    except FailedPrecondition:
        return None, "overlap"
    except ResourceExhausted:
        return None, "limit"
    except InvalidArgument:
        return None, "refused"
