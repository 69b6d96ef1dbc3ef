"""What all anonymous users of one client address may have together, or /64 of IPv6.

An anonymous user costs nothing to become. So the address has a share above its users, which their names carry
(`docspasta.identity.caller.share_of`): without it one address could have as many jobs as it makes users.
"""

from __future__ import annotations

from docspasta.errors import ResourceExhausted
from docspasta.identity.caller import share_of
from docspasta.store import jobs as store
from docspasta.store import maintenance
from docspasta.store.connection import Connection
from docspasta.store.pool import Pool

from .day import refuse_over

USERS_A_DAY = 4  # whose allowance of a day the users of one address have together


class AddressShare:
    """`maintenance_pool` may count several users' jobs and what they used of a day, which no user's own
    connection can. `pages` and `bytes_fetched` are a user's allowance of a day. 0: no limit."""

    def __init__(self, maintenance_pool: Pool, open_jobs: int, pages: int, bytes_fetched: int) -> None:
        self._maintenance_pool, self._open_jobs = maintenance_pool, open_jobs
        self._pages, self._bytes_fetched = pages * USERS_A_DAY, bytes_fetched * USERS_A_DAY

    async def check(self, connection: Connection, user_id: str) -> None:
        """Raise ResourceExhausted when the address of an anonymous user may have no further job.

        One at a time counts and writes: the lock of the share goes with the transaction of `connection`.
        """
        share = share_of(user_id)
        if share == user_id:
            return
        await store.lock_places(connection, share)
        today = await maintenance.today_of_share(self._maintenance_pool, share)
        refuse_over(
            today, self._pages, self._bytes_fetched, "Those at your network address who are not signed in"
        )
        if not self._open_jobs:
            return
        if await maintenance.jobs_open_of_share(self._maintenance_pool, share) >= self._open_jobs:
            raise ResourceExhausted(
                f"{self._open_jobs} jobs of your network address have not ended. Without signing in it may "
                "have no more: sign in, use an API key, or wait until one ends.",
                reason="too-many-jobs",
                retry_after=60,
            )
