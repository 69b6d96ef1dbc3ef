"""What is remembered of pages that are no more is taken away when the next crawl of them begins."""

from __future__ import annotations

from docspasta.store.conversions import forget_conversions

from .resources import Resources

FORGOTTEN, FORGOTTEN_ROWS = 20, 2_000  # transactions, and conversions in each


async def forget_gone(resources: Resources, user_id: str, name: str, current_job_id: str) -> None:
    """Of what a source, or an address, remembers take away what the current job does not show."""
    for _ in range(FORGOTTEN) if current_job_id else ():
        async with resources.pool.transaction(user_id) as connection:
            if not await forget_conversions(connection, user_id, name, current_job_id, FORGOTTEN_ROWS):
                return
