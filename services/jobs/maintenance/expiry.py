"""Jobs that were kept long enough are deleted, and the rows of deleted jobs go, in short transactions."""

from __future__ import annotations

from docspasta.domain import JobKey
from docspasta.store import jobs
from docspasta.store import maintenance as store
from docspasta.store.pool import Pool

from ..resources import Resources
from .attempts import attempt

EXPIRED_AT_ONCE = 100  # jobs a round
DELETED_AT_ONCE = 20  # jobs a round
PURGE_ROWS = 1000  # a transaction


class Expiry:
    """Deletes what is too old and purges what is deleted."""

    def __init__(self, resources: Resources, maintenance_pool: Pool) -> None:
        self._resources, self._pool = resources, maintenance_pool

    async def expire(self) -> None:
        """Delete some of the jobs that were kept long enough."""
        keep = self._resources.limits.keep_seconds
        for job in await store.jobs_expired(self._pool, keep, EXPIRED_AT_ONCE) if keep else ():
            async with self._resources.pool.transaction(job.user_id) as connection:
                await jobs.delete_job(connection, job)

    async def purge_deleted(self) -> None:
        """Take the rows of some deleted jobs away."""
        for job in await store.jobs_deleted(self._pool, DELETED_AT_ONCE):
            await attempt("purging a job", self._purge(job), job)

    async def _purge(self, job: JobKey) -> None:
        async with store.only_here(self._pool, job) as alone:
            if not alone:
                return
            await self._resources.reconciler.frontier.jobs.end(job)
            while await store.purge(self._resources.pool, job, PURGE_ROWS):
                pass
