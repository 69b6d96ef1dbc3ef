"""The pages queue: what crawlers fetched and a processor has yet to record. Bodies wait without a timer.

A processor's loop is: `take`, convert, commit, `release`; with nothing taken, `wait`. Commit, then release.
"""

from __future__ import annotations

from collections.abc import Sequence

from docspasta.queues.messages import WaitingPage


class PagesQueue:
    """The fetched pages of an installation. One for each process; safe for concurrent tasks."""

    async def take(self, max_pages: int, max_bytes: int, lease: float) -> list[WaitingPage]:
        """Fetched pages of one shard, leased for `lease` seconds; users and their jobs take turns.

        At least one page when any waits, however large; `max_bytes` counts compressed bodies. Pages of one
        job stand together. A page that was lost twice comes alone (`alone`); three losses more make it
        `failed: worker_lost` by itself: then it comes as a result with that reason and no body.
        """
        raise NotImplementedError

    async def wait(self, at_most: float = 10.0) -> None:
        """Sleep until something may wait. No commands."""
        raise NotImplementedError

    async def renew(self, pages: Sequence[WaitingPage], lease: float) -> list[WaitingPage]:
        """Renew leases; returns those that are lost: what comes of them is written by somebody else."""
        raise NotImplementedError

    async def release(self, pages: Sequence[WaitingPage]) -> None:
        """Recorded (or discarded, their job being over): forget them. Call it after the commit. A lost
        lease is no error: the page was recorded, so whoever holds it now loses it."""
        raise NotImplementedError

    async def give_back(self, pages: Sequence[WaitingPage]) -> None:
        """Return pages uncharged: stopping."""
        raise NotImplementedError

    async def expire(self) -> int:
        """Let pages of vanished holders be taken again (processors and tending call it); how many."""
        raise NotImplementedError
