"""The life of a job in the frontier: opened, paused, ended and cleared in each shard; what Redis knows of it.

Only jobs and maintenance call these.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docspasta.domain import JobKey
from docspasta.queues import entries
from docspasta.queues.hosts import Pace
from docspasta.queues.keys import ENDED_KEPT, job_name, job_prefix, tag
from docspasta.queues.messages import JobCrawl
from docspasta.queues.scripts import Call
from docspasta.queues.shards import Shards

CLEAR_PART = 500  # hosts and pages cleared a step


@dataclass(frozen=True, slots=True)
class JobCounts:
    """What Redis knows of a job's URLs: queued (or to be retried), leased by crawlers, fetched."""

    queued: int = 0
    taken: int = 0
    waiting: int = 0
    state: str = ""  # open, paused, ended; '' when a shard's fence is missing: open it with recovered=True

    @property
    def total(self) -> int:
        return self.queued + self.taken + self.waiting


@dataclass(frozen=True, slots=True)
class Retrying:
    """The URL of a job that was put off last: it is tried again at `until` (epoch seconds of the server)."""

    until: float
    attempts: int  # so far
    http_status: int  # 0: there was no answer
    reason: str
    host: str


class JobLifecycle:
    """The jobs of an installation: opened, paused, resumed, ended, counted and repaired in every shard."""

    def __init__(self, shards: Shards, pace: Pace) -> None:
        self.shards = shards
        self.pace = pace

    async def open(
        self,
        job: JobKey,
        crawl: JobCrawl,
        *,
        traceparent: str = "",
        recovered: bool = False,
        paused: bool = False,
        again: bool = False,
    ) -> bool:
        """Open a job in every shard: at its creation, at resume, by maintenance. Idempotent; updates `crawl`.

        `recovered`: the job had been open before and Redis forgot it. Then nothing is taken for a while, for
        the hosts' pace was forgotten too. `paused`: a fence that is missing is made paused; one
        that stands keeps its state. `again`: the record says that the job ended and was opened again.
        False: the job is `ended` and stays so.
        """
        pause = int((self.pace.forgotten + self.pace.delay) * 1000)
        wish = [int(crawl.delay * 1000), crawl.concurrency, entries.pack_crawl(crawl), traceparent]
        head = [self.shards.now(), self.shards.token(), "1" if recovered else "", pause]
        args = [*head, *wish, "paused" if paused else "open", "1" if again else ""]
        keys = [[job_prefix(job, shard) + "state", tag(shard) + "installed"] for shard in self.shards.each()]
        job_name(job)  # refuses ids that no key may hold
        return all(await self.shards.run_all([("open", names, args) for names in keys]))

    async def pause(self, job: JobKey) -> None:
        """Nothing more of the job is claimed; what is queued, fetched or waiting stays. No effect on a job
        that is not open."""
        await self._everywhere("pause", job, ["state"], [])

    async def resume(self, job: JobKey) -> None:
        """A paused job's URLs are claimed again."""
        await self._everywhere("resume", job, ["state"], [])
        await self.repair(job)

    async def end(self, job: JobKey) -> None:
        """End and clear a job: nothing of it is claimed, added, renewed or completed afterwards. Idempotent.

        Returns when all of its keys are gone but for the `ended` marker, which stays for an hour.
        """
        names = ["state", "taken", "hosts", "tries", "bodies", "waiting", "retrying", "asking"]
        args = [job_name(job), int(ENDED_KEPT * 1000), CLEAR_PART]
        while any(await self._everywhere("clear", job, names, args)):
            pass

    async def counts(self, job: JobKey, *, repair: bool = True) -> JobCounts:
        """What Redis knows of the job. `repair` also repairs what a deleted key broke: hosts' turns are set
        again, and a fetched URL without its result is forgotten (so that it can be added)."""
        if repair:
            await self.repair(job)
        names = ["state", "hosts", "taken", "bodies"]
        calls: list[Call] = []
        for shard in self.shards.each():
            prefix = job_prefix(job, shard)
            calls.append(("count", [prefix + name for name in names], [job_name(job)]))
        replies = await self.shards.run_all(calls)
        states = {reply[0].decode() for reply in replies}
        queued, taken, waiting = (sum(reply[at] for reply in replies) for at in (1, 2, 3))
        return JobCounts(queued, taken, waiting, one_state(states))

    async def retrying(self, job: JobKey, hosts: Iterable[str]) -> Retrying | None:
        """What the job waits for at these hosts, the next try first; None when nothing was put off lately."""
        keys = {job_prefix(job, self.shards.of(host)) + "retrying" for host in hosts}
        found = await asyncio.gather(*(self.shards.client.get(key) for key in sorted(keys)))
        waits = [retrying_of(text.decode()) for text in found if text]
        return min(waits, key=lambda wait: wait.until, default=None)

    async def repair(self, job: JobKey) -> None:
        """Repair what a deleted key broke; see repair.lua."""
        name = job_name(job)
        cursors: dict[int, list[str]] = {shard: ["0", "0"] for shard in self.shards.each()}
        while cursors:
            calls: list[Call] = []
            for shard, cursor in cursors.items():
                prefix = job_prefix(job, shard)
                keys = [prefix + kind for kind in ("state", "hosts", "taken")]
                calls.append(("repair", keys, [self.shards.now(), name, *cursor]))
            replies = await self.shards.run_all(calls)
            moved = {s: [c.decode() for c in reply] for s, reply in zip(cursors, replies, strict=True)}
            cursors = {shard: cursor for shard, cursor in moved.items() if any(cursor)}

    async def _everywhere(
        self, script: str, job: JobKey, names: Sequence[str], args: Sequence[Any]
    ) -> list[Any]:
        """One script in every shard."""
        return await self.shards.run_all(
            [(script, [job_prefix(job, s) + name for name in names], args) for s in self.shards.each()]
        )


def retrying_of(text: str) -> Retrying:
    """`<until ms> <attempts> <HTTP status> <reason> <host>`, as retry.lua writes it."""
    until, attempts, status, reason, host = text.split(" ", 4)
    return Retrying(float(until) / 1000, int(attempts), int(status), reason, host)


def one_state(states: set[str]) -> str:
    """The state of a job whose shards say `states`: ended once any says so, '' when any has no fence."""
    if "ended" in states:
        return "ended"
    return next(iter(states)) if len(states) == 1 else "" if "" in states else "paused"
