"""The frontier: which URL is fetched next, at whose pace, under whose lease.

Everything is an atomic Lua script on one shard; this class chooses the shard, packs and unpacks. No job
state, no Postgres, no fetching. A crawler's loop is: `claim`, wait `start_in`, fetch, `complete` or `retry`;
with nothing claimed, `wait`. Start tokens are in hosts.py, robots.txt
verdicts in robots.py, the life of a job in lifecycle.py.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docspasta import urls as web
from docspasta.domain import JobKey
from docspasta.identity.caller import share_of
from docspasta.queues import entries
from docspasta.queues.doorbell import Bell, Doorbell
from docspasta.queues.hosts import Hosts, Pace, Start
from docspasta.queues.keys import WORK, job_name, job_of, job_prefix, tag
from docspasta.queues.lifecycle import JobCounts, JobLifecycle
from docspasta.queues.messages import Fetched, LeasedUrl, QueuedUrl
from docspasta.queues.robots import RobotsCache
from docspasta.queues.scripts import Call, Client
from docspasta.queues.shards import Shards
from docspasta.queues.waiting import WaitingBytes

__all__ = ["Added", "Frontier", "JobCounts", "Pace", "Start"]

ATTEMPTS = 3  # the site answered badly so often: the page is failed
RETRYING_KEPT = 5.0  # seconds after a try that a job still says what it waited for
ALONE_AFTER = 2  # losses after which a URL travels alone
LOSSES = ALONE_AFTER + 3  # three more alone: worker_lost
ADD_BATCH = 1000  # entries a script: it stays near a millisecond
BACKOFF = 2.0  # seconds before the second attempt; four times as long before each further one
AHEAD = 0.05  # seconds that a start may be given out before its time, so that no pace is lost
CLAIM_MOST = 500  # URLs a script: Lua's unpack bounds it


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` did: `added` are new, `known` were there already, `refused` belong to a job not open."""

    added: int = 0
    known: int = 0
    refused: int = 0


def milliseconds(seconds: float) -> int:
    """Whole milliseconds, rounded up."""
    return math.ceil(seconds * 1000)


class Frontier:
    """The queued URLs of an installation. One for each process; safe for concurrent tasks.

    `hosts` grants start tokens, `robots` keeps verdicts, `jobs` opens and ends jobs. `clock` gives
    milliseconds and replaces the server's time: for tests. `waiting_bytes` bounds the results that wait for
    processors: a share that is crowded is passed over by `claim`, and beyond the bound everybody.
    """

    def __init__(
        self,
        client: Client,
        doorbell: Doorbell,
        *,
        shards: int,
        pace: Pace | None = None,
        waiting_bytes: int = 64 * 1024 * 1024,
        clock: Callable[[], int] | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.shards = Shards(client, shards, clock, rng)
        self.doorbell = doorbell
        self.pace = pace or Pace()
        self.hosts = Hosts(self.shards, doorbell, self.pace)
        self.robots = RobotsCache(self.shards, doorbell)
        self.jobs = JobLifecycle(self.shards, self.pace)
        self.waiting = WaitingBytes(shards, waiting_bytes)
        self.bell: Bell | None = None
        self.due: list[float] = [0.0] * shards  # local ms when a shard is worth asking
        self.identities = [""] * shards
        self.turn = 0
        self.stopped = False
        self.passed_over: frozenset[str] = frozenset()  # shares, at the last claim
        self.crowded: frozenset[str] = frozenset()  # those of them of which too much waits

    # ---- adding -----------------------------------------------------------------------------------

    async def add(self, urls: Sequence[QueuedUrl]) -> Added:
        """Queue URLs (of any jobs). Idempotent by (job, page_id); a job's URLs are taken in this order.

        Refused: those of a job that is not open or paused here. `traceparent` is kept a job, not a URL. What
        `asking` says is forgotten when the URL is completed by a processor.
        ValueError for a URL that is not canonical.
        """
        added = refused = 0
        calls: list[Call] = []
        for job, host, packed in self.grouped(urls, asking=True):
            prefix = self.prefix(job, host)
            keys = [prefix + name for name in (f"queue:{host}", "taken", "hosts", "asking")]
            for at in range(0, len(packed), ADD_BATCH):
                part = packed[at : at + ADD_BATCH]
                calls.append(("add", keys, [self.shards.now(), job_name(job), host, *part]))
        for at in range(0, len(calls), 32):
            part_of = calls[at : at + 32]
            for (_, _, args), count in zip(part_of, await self.shards.run_all(part_of), strict=True):
                added += max(0, count)
                refused += len(args) - 3 if count < 0 else 0
        return Added(added, len(urls) - added - refused, refused)

    async def known(self, urls: Sequence[QueuedUrl]) -> set[int]:
        """The page ids, of one job's `urls`, that Redis holds: queued, leased, to be retried, or waiting."""
        found: set[int] = set()
        for job, host, packed in self.grouped(urls):
            prefix = self.prefix(job, host)
            keys = [prefix + name for name in ("state", f"queue:{host}", "taken", "hosts")]
            for at in range(0, len(packed), ADD_BATCH):
                part = packed[at : at + ADD_BATCH]
                for position in await self.shards.run("known", keys, [job_name(job), host, *part]):
                    found.add(int(part[position].partition(" ")[0]))
        return found

    def grouped(
        self, urls: Iterable[QueuedUrl], *, asking: bool = False
    ) -> list[tuple[JobKey, str, list[str]]]:
        """URLs by job and host, in their order, each packed; with a second line that says how it is asked
        for, if that is wanted."""
        groups: dict[tuple[JobKey, str], list[str]] = {}
        for queued in urls:
            host, entry = entries.pack_entry(queued)
            if asking and (how := entries.pack_asking(queued.asking)):
                entry = f"{entry}\n{how}"
            groups.setdefault((queued.job, host), []).append(entry)
        return [(job, host, packed) for (job, host), packed in groups.items()]

    def prefix(self, job: JobKey, host: str) -> str:
        """The beginning of the job's keys in a host's shard."""
        return job_prefix(job, self.shards.of(host))

    # ---- the crawler ------------------------------------------------------------------------------

    async def claim(self, n: int, lease: float, full: frozenset[str] = frozenset()) -> list[LeasedUrl]:
        """Up to `n` due URLs, each leased for `lease` seconds (counted from now; `renew` in good time).

        Each comes with one start token for its host: wait `start_in` seconds, then send one request. Every
        further request under it (robots first, a same-host redirect) asks `start(host, under=taken)` first.
        Empty while bodies wait beyond the bound, or when nothing is due: then `wait`.
        `alone`: two holders of it vanished; fetch it while no other request is open. Shares in `full` have
        what they may have of the caller's slots: they are passed over, as those are that are crowded.
        """
        self.heard()
        if n <= 0 or await self.beyond_bytes(lease):
            return []
        self.pass_over(full)
        self.turn += 1
        order = [(self.turn + i) % self.shards.count for i in self.shards.each()]
        asked = [shard for shard in order if self.due[shard] <= self.shards.local()]
        taken: list[LeasedUrl] = []
        while asked and len(taken) < n and not self.stopped:
            now = asked[: n - len(taken)]
            share = min(CLAIM_MOST, (n - len(taken)) // len(now))
            again: list[int] = []
            for shard, urls in zip(now, await self.claim_from(now, share, lease), strict=True):
                taken += urls
                if len(urls) == share and self.due[shard] <= self.shards.local():
                    again.append(shard)
            asked = asked[len(now) :] + again
            self.stopped = self.waiting.beyond
        self.pass_over(full)
        return taken

    async def beyond_bytes(self, lease: float) -> bool:
        """Whether results wait beyond the bound. Every shard is asked how much waits, and to ring when some
        is recorded, as long as that is so, and when a share became crowded."""
        before, self.crowded = self.crowded, self.waiting.crowded()
        if self.stopped or self.crowded - before:
            await self.claim_from(self.shards.each(), 0, lease)
            self.stopped, self.crowded = self.waiting.beyond, self.waiting.crowded()
        return self.stopped

    def pass_over(self, full: frozenset[str]) -> None:
        """Pass over these shares and crowded ones from now on. URLs of one that no longer is are due in any
        shard."""
        passed_over = full | self.waiting.crowded()
        if not self.passed_over <= passed_over:
            self.look_everywhere()
        self.passed_over = passed_over

    async def claim_from(self, shards: Sequence[int], n: int, lease: float) -> list[list[LeasedUrl]]:
        """Up to `n` URLs from each of these shards: one round trip."""
        pace: list[Any] = [milliseconds(self.pace.min_delay), milliseconds(self.pace.delay)]
        at_once = [self.pace.max_concurrency, self.pace.concurrency]
        names = ("due", "held", "installed", "pages:bytes", "stopped")
        nonce = self.shards.token()
        calls: list[Call] = []
        for shard in shards:
            limits = [self.shards.now(), n, milliseconds(lease), milliseconds(AHEAD), nonce]
            ring = "1" if self.stopped or self.crowded else ""
            known: list[Any] = [self.identities[shard], LOSSES, WORKER_LOST, ring]
            args: list[Any] = [*limits, *pace, *at_once, *known, *self.passed_over]
            calls.append(("claim", [tag(shard) + name for name in names], args))
        began = self.shards.local()
        for shard in shards:
            self.due[shard] = math.inf  # what lowers it while the script runs counts
        try:
            replies = await self.shards.run_all(calls)
        except BaseException:
            self.look_everywhere()
            raise
        return [
            await self.claimed_from(shard, nonce, reply, began)
            for shard, reply in zip(shards, replies, strict=True)
        ]

    async def claimed_from(self, shard: int, nonce: str, reply: list[Any], began: float) -> list[LeasedUrl]:
        """What a shard's reply says: when to ask again, and the URLs."""
        identity, wait, waiting, jobs, urls, tried, asked = reply
        if wait >= 0:
            self.due[shard] = min(self.due[shard], began + max(0, wait - AHEAD * 1000))
        self.waiting.learn(shard, waiting)
        if identity and identity.decode() != self.identities[shard]:
            if self.identities[shard]:
                await self.hosts.repeat_holds(shard)
            self.identities[shard] = identity.decode()
        crawls = [
            (job_of(name.decode()), entries.unpack_crawl(crawl.decode()), trace.decode())
            for name, crawl, trace in jobs
        ]
        tries = dict(zip(tried[::2], tried[1::2], strict=True))
        told = dict(zip(asked[::2], asked[1::2], strict=True))
        taken = []
        each = zip(urls[::4], urls[1::4], urls[2::4], urls[3::4], strict=True)
        for at, (index, start_in, host, entry) in enumerate(each):
            job, crawl, trace = crawls[index - 1]
            queued = entries.unpack_entry(job, host.decode(), entry.decode(), trace)
            if at in told:
                queued = queued._replace(asking=entries.unpack_asking(told[at].decode()))
            lease = f"{nonce}{index}.{queued.page_id}"
            attempts, losses = map(int, tries.get(at, b"0 0").split())
            alone = losses >= ALONE_AFTER
            taken.append(LeasedUrl(queued, lease, crawl, attempts, losses, start_in / 1000, alone))
        return taken

    async def wait(self, at_most: float = 10.0) -> None:
        """Sleep until the next host is due, a lease runs out, or new work is announced. No commands."""
        if self.bell is None:
            self.bell = await self.doorbell.join(WORK)
            self.look_everywhere()  # one more claim finds what was added before
            return
        until = math.inf if self.stopped else min(self.due) - self.shards.local()
        if until <= 0 and not self.stopped:
            return
        rang = await self.bell.ringing(min(at_most, until / 1000))
        if not rang and until / 1000 >= at_most:
            self.look_everywhere()  # behind the doorbell: look everywhere

    async def announced(self, at_most: float) -> None:
        """Sleep until new work is announced, or for so many seconds. No commands."""
        if self.bell is None:
            await asyncio.sleep(at_most)
        else:
            await self.bell.ringing(at_most)

    def look_everywhere(self) -> None:
        """Ask every shard at the next take, whatever is known of them."""
        self.due = [0.0] * self.shards.count

    def heard(self) -> None:
        """Take note of the shards that rang."""
        if self.bell is None:
            return
        shards, missed = self.bell.said()
        if missed:
            self.look_everywhere()
        for message in shards:
            shard = int(message[2:4])
            if shard < self.shards.count:
                self.due[shard] = 0.0

    async def renew(self, taken: Sequence[LeasedUrl], lease: float) -> list[LeasedUrl]:
        """Renew leases; returns those that are lost (expired or job ended): drop them, then `release`."""
        lost: list[LeasedUrl] = []
        groups = self.by_job(taken)
        calls: list[Call] = []
        for (job, shard), urls in groups:
            args = [self.shards.now(), milliseconds(lease), job_name(job)]
            for one in urls:
                args += [one.lease, host_of(one)]
            calls.append(("renew", [tag(shard) + "held"], args))
        for (_, urls), positions in zip(
            groups, await self.shards.run_all(calls) if calls else [], strict=True
        ):
            lost += [urls[position] for position in positions]
        return lost

    async def release(self, taken: Sequence[LeasedUrl], *, after: float = 0.0) -> None:
        """Return URLs uncharged (stopping, or the host must wait `after` seconds). A lost lease frees only
        its slot at the host, so call it for lost ones too."""
        calls: list[Call] = []
        for (job, shard), urls in self.by_job(taken):
            args: list[Any] = [self.shards.now(), milliseconds(after), job_name(job)]
            for one in urls:
                args += [one.lease, host_of(one), entries.pack_entry(one.queued)[1] if after else ""]
            calls.append(("release", [tag(shard) + "held"], args))
        if calls:
            await self.shards.run_all(calls)

    def by_job(self, taken: Sequence[LeasedUrl]) -> list[tuple[tuple[JobKey, int], list[LeasedUrl]]]:
        """Leased URLs by job and shard, at most a script's worth each."""
        groups: dict[tuple[JobKey, int], list[LeasedUrl]] = {}
        for one in taken:
            groups.setdefault((one.queued.job, self.shards.of(host_of(one))), []).append(one)
        return [
            (key, urls[at : at + CLAIM_MOST])
            for key, urls in groups.items()
            for at in range(0, len(urls), CLAIM_MOST)
        ]

    async def retry(
        self, taken: LeasedUrl, failure: Fetched, *, after: float | None = None, slow: bool = True
    ) -> bool:
        """The site answered badly but may do better: charge an attempt and queue it again later.

        `after` seconds (a Retry-After), else exponential backoff with jitter. The third attempt's `failure`
        goes to the pages queue instead. `slow`: the host is overloaded, and is asked less often for a while.
        True when it will be tried again.
        """
        pause = BACKOFF * 4**taken.attempts * self.shards.rng.uniform(0.75, 1.25) if after is None else after
        job, (host, entry) = taken.queued.job, entries.pack_entry(taken.queued)
        prefix = self.prefix(job, host)
        args: list[Any] = [self.shards.now(), job_name(job), taken.lease, host, entry]
        args += [milliseconds(pause), ATTEMPTS, entries.pack_result(failure), "1" if slow else ""]
        args += [f"{failure.http_status} {failure.reason} {host}", milliseconds(RETRYING_KEPT)]
        return int(await self.shards.run("retry", [f"{prefix}queue:{host}", prefix + "tries"], args)) == 1

    async def complete(self, results: Sequence[tuple[LeasedUrl, Fetched]]) -> list[bool]:
        """End leases and put the results (body, failure or skip) into the pages queue: one script for each
        job and shard, all in one round trip.

        A result that succeeded speeds a slowed host up again. For each whether it was kept: False when the
        lease was lost and the result is dropped (somebody else has the URL, or the job ended).
        """
        groups: dict[tuple[JobKey, int], list[int]] = {}
        for at, (taken, _) in enumerate(results):
            groups.setdefault((taken.queued.job, self.shards.of(host_of(taken))), []).append(at)
        calls: list[Call] = []
        for (job, shard), positions in groups.items():
            args: list[Any] = [self.shards.now(), job_name(job)]
            for at in positions:
                taken, fetched = results[at]
                data, quick = entries.pack_result(fetched), "1" if fetched.answered else ""
                args += [taken.lease, *entries.pack_entry(taken.queued), data, quick]
                self.waiting.add(shard, share_of(job.user_id), len(data))  # until the shard says how much
            calls.append(("complete", [job_prefix(job, shard) + "taken"], args))
        kept = [True] * len(results)
        replies = await self.shards.run_all(calls) if calls else []
        for ((_, shard), positions), (wait, *lost) in zip(groups.items(), replies, strict=True):
            if wait >= 0:  # a host was full: this process has a free hand for it
                self.due[shard] = min(self.due[shard], self.shards.local() + wait - AHEAD * 1000)
            for at in lost:
                kept[positions[at]] = False
        return kept


WORKER_LOST = entries.pack_result(Fetched(url="", reason="worker_lost"))


def host_of(taken: LeasedUrl) -> str:
    """The host of a taken URL."""
    return web.host(taken.queued.url)
