"""The crawler's loop: claim, visit, complete. Nothing else.

A URL is held under a lease that is renewed while its visit goes on. A visit that loses its lease (the job
ended, or this process was thought dead) is cut. Told to stop, the worker cuts every visit and releases its
URLs uncharged. Results of several visits are completed in one round trip, as long as others of the same jobs
go on. No user has more than a share of the slots, so that slow sites of one user leave some to others.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from redis.exceptions import RedisError

from docspasta.identity.caller import share_of
from docspasta.queues import entries
from docspasta.queues.frontier import Frontier
from docspasta.queues.messages import Fetched, LeasedUrl
from docspasta.queues.outage import Outage
from docspasta.queues.renewal import renew_leases
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger
from docspasta.urls import host

from .cookies import Jars
from .exchange import UnderLease
from .postponed import Postponed
from .reading import LARGE
from .requester import OwnHeaders, Requester
from .visit import Outcome, Visit, Visitor

log = logger("worker")
BATCH = 32  # URLs of one claim, at most
USER_SHARE = 0.75  # of the slots, for one user
GATHERING = 0.012  # seconds that results wait for others, at most: a round trip costs as much as three
RENEW_SECONDS = 1.0  # a cancelled job's open fetches are cut at the next renewal
OVERLOAD = frozenset((429, 503))  # statuses that ask for fewer requests
TROUBLE_SECONDS = 1.0  # pause after Redis failed
Headers = Callable[[LeasedUrl], OwnHeaders]


class Worker:
    """Claims URLs while it has free slots. `run` until `stop`."""

    def __init__(
        self, frontier: Frontier, visitor: Visitor, headers: Headers, *, slots: int, lease: float
    ) -> None:
        self._frontier, self._visitor, self._headers = frontier, visitor, headers
        self._slots, self._lease = slots, lease
        self._share = max(1, int(slots * USER_SHARE))
        self._active: dict[asyncio.Task[None], LeasedUrl] = {}
        self._shares: Counter[str] = Counter()  # slots that each user has, or the users of one share
        self._jars = Jars()
        self._outage = Outage(log)
        self._done: list[tuple[LeasedUrl, Fetched]] = []  # to be completed
        self._last = 0.0  # when results were completed last, a monotonic time
        self._freed, self._alone, self._stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """Claim and visit until `stop`; returns when every lease was completed or released."""
        every = min(self._lease / 3, RENEW_SECONDS)
        renewing = asyncio.create_task(
            renew_leases(self._held, self._renew, self._cut, every=every, outage=self._outage)
        )
        try:
            while not self._stopping.is_set():
                await self._turn()
        finally:
            await _cancelled(renewing)
            await self._stop_visits()

    def stop(self) -> None:
        """Claim nothing more, cut the visits and release their URLs."""
        self._stopping.set()
        self._freed.set()

    async def _turn(self) -> None:
        """One round of the loop."""
        if self._done and self._active and (early := self._last + GATHERING - time.monotonic()) > 0:
            # Not for a job whose last visit is over, nor when there is something new to be taken.
            await self._first_of(self._frontier.announced(early), self._alone.wait())
        self._freed.clear()
        await self._complete()
        free = self._slots - len(self._active)
        if free <= 0:
            await self._freed.wait()
            return
        try:
            taken = await self._claim(min(free, BATCH))
        except Exception as error:
            self._outage.met("claiming", error)
            await self._first_of(asyncio.sleep(TROUBLE_SECONDS), self._stopping.wait())
            return
        self._outage.over()
        for one in taken:
            await self._begin(one)
        if not taken and not self._done:
            await self._first_of(self._frontier.wait(), self._freed.wait())

    async def _claim(self, most: int) -> list[LeasedUrl]:
        """Up to `most` URLs, so many that nobody gets more slots than a share. Anonymous users of one address
        have one share."""
        full = frozenset(share for share, slots in self._shares.items() if slots >= self._share)
        room = self._share - max(
            (slots for share, slots in self._shares.items() if share not in full), default=0
        )
        return await self._frontier.claim(min(most, room), self._lease, full)

    async def _first_of(self, *waiting: Coroutine[Any, Any, Any]) -> None:
        """Wait for the first of `waiting`."""
        tasks = [asyncio.create_task(one) for one in waiting]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancelled(*tasks)

    async def _begin(self, taken: LeasedUrl) -> None:
        """Start a visit; one that two holders did not survive goes alone."""
        if taken.alone:
            while self._active:
                await asyncio.wait(list(self._active))
            await self._complete()
        task = asyncio.create_task(self._do(taken))
        self._active[task] = taken
        self._shares[share_of(taken.queued.job.user_id)] += 1
        task.add_done_callback(self._ended)
        if taken.alone:
            await asyncio.wait((task,))

    def _ended(self, task: asyncio.Task[None]) -> None:
        ended = self._active.pop(task)
        job = ended.queued.job
        share = share_of(job.user_id)
        self._shares[share] -= 1
        if not self._shares[share]:
            del self._shares[share]
        if not any(other.queued.job == job for other in self._active.values()):
            self._alone.set()
        self._freed.set()

    async def _do(self, taken: LeasedUrl) -> None:
        """Visit one URL; its result waits to be completed, or it is tried again. Cut, it is released."""
        try:
            outcome = await self._visit(taken)
            fetched = await _packed(outcome.fetched)
        except asyncio.CancelledError:
            await self._release(taken)
            return
        except Postponed as postponed:
            await self._release(taken, postponed.after)
            return
        if outcome.hold or outcome.retry:
            await _whole(self._put_off(taken, outcome))
        if not outcome.retry:
            self._done.append((taken, fetched))

    async def _visit(self, taken: LeasedUrl) -> Outcome:
        crawl, queued = taken.crawl, taken.queued
        try:
            own = self._headers(taken)
        except ValueError as error:
            log.error("headers cannot be opened", job_id=queued.job.job_id, why=str(error))
            return Outcome(
                Fetched(queued.url, reason="internal", detail="the request headers cannot be opened")
            )
        try:
            cookies = self._jars.of(queued.job)
            share = share_of(queued.job.user_id)
            requester = Requester(share, crawl.private_origin, own, cookies, lambda: self._has_room(share))
            visit = Visit(
                queued.url,
                queued.kind,
                crawl.respect_robots,
                requester,
                not crawl.keep_raw,
                queued.asking,
                f"{queued.job.user_id} {queued.job.job_id}",
            )
            with metrics.stages.labels("fetch").time():
                return await self._visitor.visit(visit, UnderLease(self._frontier, taken))
        except Postponed:
            raise
        except RedisError as error:
            self._outage.met("visiting", error)
            return Outcome(Fetched(queued.url, reason="internal"), retry=True)
        except Exception:
            log.exception("a visit failed", job_id=queued.job.job_id, page_id=queued.page_id)
            return Outcome(Fetched(queued.url, reason="internal"), retry=True)

    def _has_room(self, share: str) -> bool:
        """Whether a large result more may wait for the processors."""
        return share not in self._frontier.waiting.crowded()

    async def _put_off(self, taken: LeasedUrl, outcome: Outcome) -> None:
        """The host asked to stay away, or the URL is to be tried later: without Redis when its lease ends."""
        try:
            if outcome.hold:
                metrics.hosts_slowed.labels("retry_after").inc()
                await self._frontier.hosts.hold(host(taken.queued.url), outcome.hold)
            if outcome.retry:
                slow = _is_overload(outcome.fetched)
                if slow:
                    metrics.hosts_slowed.labels("failure").inc()
                metrics.bytes_fetched.inc(outcome.fetched.bytes_fetched)
                await self._frontier.retry(taken, outcome.fetched, after=outcome.after, slow=slow)
        except Exception as error:
            self._outage.met("putting a URL off", error, job_id=taken.queued.job.job_id)

    async def _complete(self) -> None:
        """Complete what is done. With Redis away the leases end, and the URLs come again."""
        done, self._done = self._done, []
        self._alone.clear()
        if not done:
            return
        self._last = time.monotonic()
        try:
            kept = await self._frontier.complete(done)
            metrics.bytes_fetched.inc(sum(fetched.bytes_fetched for _, fetched in done))
            metrics.leases_lost.labels("frontier").inc(kept.count(False))
        except Exception as error:
            self._outage.met("completing", error, pages=[taken.queued.page_id for taken, _ in done])

    async def _release(self, taken: LeasedUrl, after: float = 0.0) -> None:
        try:
            await _whole(self._frontier.release([taken], after=after))
        except Exception as error:
            self._outage.met("releasing", error, job_id=taken.queued.job.job_id)

    def _held(self) -> list[LeasedUrl]:
        return list(self._active.values())

    async def _renew(self, held: Sequence[LeasedUrl]) -> list[LeasedUrl]:
        return await self._frontier.renew(held, self._lease)

    def _cut(self, lost: Sequence[LeasedUrl]) -> None:
        """Cut the visits whose lease is lost: their job may have ended."""
        gone = {one.lease for one in lost}
        for task, one in list(self._active.items()):
            if one.lease in gone:
                task.cancel()

    async def _stop_visits(self) -> None:
        """Cut what is open and wait until each URL was completed or released."""
        open_visits = list(self._active)
        for task in open_visits:
            task.cancel()
        await asyncio.gather(*open_visits, return_exceptions=True)
        await _whole(self._complete())


def _is_overload(failure: Fetched) -> bool:
    """Whether a failure says that the host has too much to do, and not that a page or a name is broken."""
    return failure.http_status in OVERLOAD or (
        not failure.http_status and failure.reason in ("timeout", "connection")
    )


async def _packed(fetched: Fetched) -> Fetched:
    """The result as Redis gets it, when it is so long that packing it would hold the loop up."""
    small = fetched.coding or len(fetched.body) <= LARGE
    if small and (fetched.alternate_coding or len(fetched.alternate_body) <= LARGE):
        return fetched
    return await asyncio.to_thread(entries.packed, fetched)


async def _whole(work: Coroutine[Any, Any, Any]) -> None:
    """Run to its end even when the caller is cancelled: releasing is never cut."""
    task = asyncio.ensure_future(work)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    task.result()


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they are over."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
