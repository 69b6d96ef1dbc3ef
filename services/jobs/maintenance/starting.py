"""Queued jobs start when their user has a free slot, even if the process that freed it died at once."""

from __future__ import annotations

from docspasta.reconciler import Reconciler
from docspasta.store import maintenance as store
from docspasta.store.pool import Pool

from ..attempts import attempt


async def start_queued_jobs(reconciler: Reconciler, maintenance_pool: Pool) -> None:
    """Start what may start, for the user first who has waited longest."""
    for user_id in await store.users_waiting(maintenance_pool):
        await attempt("starting jobs", reconciler.start_waiting(user_id))
