"""What a user may have of jobs, pages and bytes: asked before a job is made or opened again."""

from __future__ import annotations

from docspasta.errors import ResourceExhausted
from docspasta.store import jobs as store
from docspasta.store import usage
from docspasta.store.connection import Connection

from .day import refuse_over
from .resources import Limits


async def check_limits(connection: Connection, user_id: str, limits: Limits) -> tuple[int, int]:
    """How many jobs of the user run, and how many bytes are left of the day's (0: no limit).

    Raises ResourceExhausted when one more job is too many.
    """
    open_jobs, running = await store.open_jobs(connection, user_id)
    if open_jobs >= limits.open:
        raise ResourceExhausted(
            f"You have {open_jobs} jobs that have not ended, and may have {limits.open}; "
            "wait until some end, or cancel them.",
            reason="too-many-jobs",
            retry_after=60,
        )
    today = await usage.today(connection, user_id)
    refuse_over(today, limits.pages_a_day, limits.bytes_a_day)
    return running, limits.bytes_a_day and limits.bytes_a_day - today.bytes_fetched
