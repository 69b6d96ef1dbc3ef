"""Jobs that were kept long enough are deleted, and the rows of deleted jobs go, in short transactions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from docspasta.domain import JobKey
from docspasta.store import deliveries, jobs
from docspasta.store import maintenance as store
from docspasta.store.pool import Pool

from ..attempts import attempt
from ..resources import Resources
from ..webhooks.page_events import tell_of_job

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
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

    async def forget_deliveries(self) -> None:
        """Take away settled deliveries as old as jobs that are not kept any more."""
        keep = self._resources.limits.keep_seconds
        before = self._resources.now() - timedelta(seconds=keep) if keep else BEGINNING
        for user_id in await deliveries.users_with_old_messages(self._pool, before, EXPIRED_AT_ONCE):
            async with self._resources.pool.transaction(user_id) as connection:
                await deliveries.forget(connection, user_id, before)

    async def purge_deleted(self) -> None:
        """Take the rows of some deleted jobs away."""
        for job in await store.jobs_deleted(self._pool, DELETED_AT_ONCE):
            await attempt("purging a job", self._purge(job), job)

    async def _purge(self, job: JobKey) -> None:
        async with store.only_here(self._pool, job) as alone:
            if not alone:
                return
            await self._resources.reconciler.frontier.jobs.end(job)
            await tell_of_job(self._resources, job)
            while await store.purge(self._resources.pool, job, PURGE_ROWS):
                pass
