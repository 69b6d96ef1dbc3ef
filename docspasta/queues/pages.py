"""The pages queue: what crawlers fetched and a processor has yet to record. Bodies wait without a timer.

A processor's loop is: `claim`, convert, commit, `complete`; with nothing claimed, `wait`. First commit.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from docspasta.domain import JobKey
from docspasta.queues import entries
from docspasta.queues.doorbell import Bell, Doorbell
from docspasta.queues.frontier import ALONE_AFTER, LOSSES, WORKER_LOST
from docspasta.queues.keys import PAGES, job_name, job_of, job_prefix, tag
from docspasta.queues.messages import WaitingPage
from docspasta.queues.scripts import Call, Client
from docspasta.queues.shards import Shards
from docspasta.urls import host


class PagesQueue:
    """The fetched pages of an installation. One for each process; safe for concurrent tasks."""

    def __init__(
        self, client: Client, doorbell: Doorbell, *, shards: int, clock: Callable[[], int] | None = None
    ) -> None:
        self.shards = Shards(client, shards, clock)
        self.doorbell = doorbell
        self.bell: Bell | None = None
        self.joining = asyncio.Lock()
        self.ready: list[int] = list(range(shards))  # shards that may have pages waiting, in turn

    async def claim(self, max_pages: int, max_bytes: int, lease: float) -> list[WaitingPage]:
        """Fetched pages of one shard, leased for `lease` seconds; users and their jobs take turns.

        At least one page when any waits, however large; `max_bytes` counts compressed bodies. Pages of one
        job come together. A page that was lost twice comes alone (`alone`); three losses more make it
        `failed: worker_lost` by itself: then it comes as a result with that reason and no body.
        """
        self.heard()
        while self.ready:
            shard = self.ready.pop(0)
            limits = [max_pages, max_bytes, int(lease * 1000), secrets.token_hex(8), ALONE_AFTER]
            keys = [tag(shard) + "pages", tag(shard) + "pages:leases"]
            try:
                found = await self.shards.run("pages_claim", keys, [self.shards.now(), *limits])
            except BaseException:
                self.ready.insert(0, shard)
                raise
            if found:
                if shard not in self.ready:
                    self.ready.append(shard)
                    self.nudge()
                return [waiting_page(one) for one in found]
        return []

    async def wait(self, at_most: float = 10.0) -> None:
        """Sleep until something may wait. No commands."""
        async with self.joining:
            if self.bell is None:
                self.bell = await self.doorbell.join(PAGES)
                self.look_everywhere()
        if self.ready:
            return
        if not await self.bell.ringing(at_most):
            await self.expire()
            self.look_everywhere()  # behind the doorbell: look everywhere

    def look_everywhere(self) -> None:
        """Ask every shard at the next take."""
        self.ready += [shard for shard in self.shards.each() if shard not in self.ready]

    def nudge(self) -> None:
        """Another task of this process that waits may take too."""
        if self.bell is not None:
            self.bell.rung.set()

    def heard(self) -> None:
        """Take note of the shards that rang."""
        if self.bell is None:
            return
        messages, missed = self.bell.said()
        shards = self.shards.each() if missed else sorted(int(message[2:4]) for message in messages)
        self.ready += [shard for shard in shards if shard not in self.ready and shard < self.shards.count]

    async def renew(self, pages: Sequence[WaitingPage], lease: float) -> list[WaitingPage]:
        """Renew leases; returns those that are lost: what comes of them is written by somebody else."""
        groups = self.by_job(pages)
        calls: list[Call] = []
        for (job, shard), of_job in groups:
            args: list[Any] = [self.shards.now(), int(lease * 1000), job_name(job)]
            for page in of_job:
                args += [page.queued.page_id, page.lease]
            calls.append(
                ("pages_renew", [job_prefix(job, shard) + "taken", tag(shard) + "pages:leases"], args)
            )
        lost: list[WaitingPage] = []
        for (_, of_job), positions in zip(
            groups, await self.shards.run_all(calls) if calls else [], strict=True
        ):
            lost += [of_job[position] for position in positions]
        return lost

    async def complete(self, pages: Sequence[WaitingPage]) -> None:
        """Recorded (or discarded, their job being over): forget them. Call it after the commit. A lost
        lease is no error: the page was recorded, so its present holder loses it."""
        calls: list[Call] = []
        for (job, shard), of_job in self.by_job(pages):
            keys = [job_prefix(job, shard) + name for name in ("taken", "bodies", "waiting", "tries")]
            keys += [tag(shard) + name for name in ("pages:leases", "pages:bytes", "stopped")]
            keys.append(job_prefix(job, shard) + "asking")
            args: list[Any] = [self.shards.now(), job_name(job)]
            for page in of_job:
                args += entries.pack_entry(page.queued)
            calls.append(("pages_complete", keys, args))
        if calls:
            await self.shards.run_all(calls)

    async def release(self, pages: Sequence[WaitingPage]) -> None:
        """Return pages uncharged: stopping."""
        calls: list[Call] = []
        for (job, shard), of_job in self.by_job(pages):
            args: list[Any] = [self.shards.now(), job_name(job)]
            for page in of_job:
                args += [page.queued.page_id, page.lease]
            keys = [job_prefix(job, shard) + "taken", tag(shard) + "pages:leases"]
            calls.append(("pages_release", keys, args))
        if calls:
            await self.shards.run_all(calls)

    async def expire(self) -> int:
        """Let pages of vanished holders be taken again (processors and maintenance call it); how many."""
        calls: list[Call] = [
            ("pages_expire", [tag(shard) + "pages:leases"], [self.shards.now(), LOSSES, WORKER_LOST])
            for shard in self.shards.each()
        ]
        return sum(await self.shards.run_all(calls))

    def by_job(self, pages: Sequence[WaitingPage]) -> list[tuple[tuple[JobKey, int], list[WaitingPage]]]:
        """Pages by job and shard."""
        groups: dict[tuple[JobKey, int], list[WaitingPage]] = {}
        for page in pages:
            shard = self.shards.of(host(page.queued.url))
            groups.setdefault((page.queued.job, shard), []).append(page)
        return list(groups.items())


def waiting_page(reply: list[Any]) -> WaitingPage:
    """The page of one row of pages_claim.lua."""
    name, host, entry, lease, losses, result, trace = reply
    queued = entries.unpack_entry(job_of(name.decode()), host.decode(), entry.decode(), trace.decode())
    fetched = entries.unpack_result(result, queued.url)
    return WaitingPage(queued, lease.decode(), fetched, losses, alone=losses >= ALONE_AFTER)
