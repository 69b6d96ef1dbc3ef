"""Pages told of in few messages: a job's pages wait a few seconds for each other, or until there are many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from docspasta.deliveries.bodies import PAGES_AT_MOST, in_messages
from docspasta.deliveries.events import Event
from docspasta.domain import JobKey
from docspasta.store import deliveries as store
from docspasta.store.connection import Connection
from docspasta.store.deliveries import PageEvent
from docspasta.store.pool import Pool

from ..attempts import for_each
from ..resources import Resources

WAIT = timedelta(seconds=5)
JOBS_AT_ONCE = 100  # a round
PAGES_AT_ONCE = 1000  # a transaction
EVENTS = {"processed": Event.PAGE_PROCESSED, "failed": Event.PAGE_FAILED}


async def tell_of_pages(resources: Resources, maintenance_pool: Pool) -> None:
    """Write messages about the pages that have waited long enough."""
    now = resources.now()
    waiting = await store.jobs_with_page_events(maintenance_pool, JOBS_AT_ONCE)
    due = [job.key for job in waiting if job.pages >= PAGES_AT_MOST or now - job.since >= WAIT]
    await for_each(due, "telling of pages", lambda job: tell_of_job(resources, job))


async def tell_of_job(resources: Resources, job: JobKey) -> None:
    """Write messages about all of a job's pages of which nobody was told yet."""
    while True:
        async with resources.pool.transaction(job.user_id) as connection:
            pages = await store.take_page_events(connection, job, PAGES_AT_ONCE)
            for state, event in EVENTS.items():
                await _tell(connection, job, event, [page for page in pages if page.state == state])
        if len(pages) < PAGES_AT_ONCE:
            return


async def _tell(connection: Connection, job: JobKey, event: Event, pages: Sequence[PageEvent]) -> None:
    by_id = {str(page.page_id): page for page in pages}
    for group in in_messages(map(page_facts, pages)):
        newest = by_id[group[-1]["pageId"]]
        await store.send_pages(connection, job, event, newest.sequence, {"pages": group}, newest.happened_at)


def page_facts(page: PageEvent) -> dict[str, Any]:
    """What a message says of a page."""
    return {
        "pageId": str(page.page_id),
        "url": page.url,
        "title": page.title,
        "state": page.state,
        "reason": page.reason or None,
        "httpStatus": page.http_status,
        "sequence": page.sequence,
    }
