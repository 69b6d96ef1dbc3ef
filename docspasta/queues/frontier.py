"""The frontier: which URL is fetched next, at whose pace, under whose lease.

Everything is an atomic Lua step on one shard; this class chooses the shard, packs and unpacks. No job
state, no Postgres, no fetching. A crawler's loop is: `take`, wait `start_in`, fetch, `hand_on` or `retry`;
with nothing taken, `wait`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docspasta.queues.messages import Fetched, JobCrawl, JobKey, QueuedUrl, TakenUrl


@dataclass(frozen=True, slots=True)
class Pace:
    """The operator's pace of a host. Seconds, and requests at once.

    `delay` and `concurrency` are the defaults; a job may ask for less delay or more at once only as far as
    `min_delay` and `max_concurrency` allow. `per_address` bounds requests at once to one resolved address.
    """

    min_delay: float = 0.2
    max_concurrency: int = 2
    delay: float = 0.2
    concurrency: int = 2
    per_address: int = 8


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` did: `added` are new, `known` were there already, `refused` belong to a job not open."""

    added: int = 0
    known: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class JobCounts:
    """What Redis knows of a job: waiting for their turn, leased by crawlers or to be retried, and fetched."""

    queued: int = 0
    taken: int = 0
    waiting: int = 0
    state: str = ""  # open, paused, ended; '' when any shard's fence is missing: open it with recovered=True

    @property
    def total(self) -> int:
        return self.queued + self.taken + self.waiting


@dataclass(frozen=True, slots=True)
class Start:
    """A granted start token: wait `wait` seconds, send the request, then `finish` it."""

    host: str
    token: str
    wait: float


class Frontier:
    """The frontier of an installation. One for each process; safe for concurrent tasks."""

    # ---- the life of a job: jobs and tending only -------------------------------------------------

    async def open_job(
        self, job: JobKey, crawl: JobCrawl, *, traceparent: str = "", recovered: bool = False
    ) -> bool:
        """Open a job in every shard: at its creation, at resume and by tending. Idempotent; updates `crawl`.

        `recovered`: the job had been open before and Redis forgot it. Then nothing is taken for 30 s and a
        delay, for the hosts' pace was forgotten too. False: the job is `ended` and stays so.
        """
        raise NotImplementedError

    async def pause(self, job: JobKey) -> None:
        """Nothing more of the job is taken; what is queued, fetched or waiting stays. False fence: no effect."""
        raise NotImplementedError

    async def resume(self, job: JobKey) -> None:
        """A paused job's URLs are taken again."""
        raise NotImplementedError

    async def end(self, job: JobKey) -> None:
        """End and clear a job: nothing of it is taken, added, renewed or handed on afterwards. Idempotent.

        Returns when all of its keys are gone but for the `ended` marker, which stays for an hour.
        """
        raise NotImplementedError

    # ---- adding -----------------------------------------------------------------------------------

    async def add(self, urls: Sequence[QueuedUrl]) -> Added:
        """Queue URLs (of any jobs). Idempotent by (job, page_id); a job's URLs are taken in this order.

        Refused: those of a job that is not open or paused here. `traceparent` is kept a job, not a URL.
        """
        raise NotImplementedError

    async def known(self, urls: Sequence[QueuedUrl]) -> set[int]:
        """The page ids, of one job's `urls`, that Redis holds: queued, leased, to be retried, or waiting."""
        raise NotImplementedError

    async def counts(self, job: JobKey, *, mend: bool = True) -> JobCounts:
        """What Redis knows of the job. `mend` also repairs what a deleted key broke: hosts' turns are set
        again, and a URL that stands in no queue and under no lease is forgotten (so that it can be added)."""
        raise NotImplementedError

    # ---- the crawler ------------------------------------------------------------------------------

    async def take(self, n: int, lease: float) -> list[TakenUrl]:
        """Up to `n` due URLs, each leased for `lease` seconds (counted from now; `renew` in good time).

        Each comes with one start token for its host: wait `start_in` seconds, then send one request. Every
        further request under it (robots first, a same-host redirect) asks `start(host, under=taken)` first.
        Empty while bodies wait beyond the bound, or nothing is due: then `wait`.
        `alone`: two holders of it vanished; fetch it when nothing else is in flight.
        """
        raise NotImplementedError

    async def wait(self, at_most: float = 10.0) -> None:
        """Sleep until the next host is due, a lease runs out, or new work is announced. No commands."""
        raise NotImplementedError

    async def renew(self, taken: Sequence[TakenUrl], lease: float) -> list[TakenUrl]:
        """Renew leases; returns those that are lost (expired or job ended): drop them, then `give_back`."""
        raise NotImplementedError

    async def give_back(self, taken: Sequence[TakenUrl], *, after: float = 0.0) -> None:
        """Return URLs uncharged (stopping, or the host must wait `after` seconds). A lost lease frees only
        its place at the host, so call it for lost ones too."""
        raise NotImplementedError

    async def retry(self, taken: TakenUrl, failure: Fetched, *, after: float | None = None) -> bool:
        """The site answered badly but may do better: charge an attempt and queue it again later.

        `after` seconds (a Retry-After), else exponential backoff with jitter. The third attempt's `failure`
        goes to the pages queue instead. Slows the host. True when it will be tried again.
        """
        raise NotImplementedError

    async def hand_on(self, taken: TakenUrl, fetched: Fetched, *, slow: bool = False) -> bool:
        """End the lease and put the result (body, failure or skip) into the pages queue: one step.

        A result that succeeded speeds a slowed host up again; `slow` slows it. False: the lease was lost and
        the result is dropped (somebody else has the URL, or the job ended).
        """
        raise NotImplementedError

    async def start(self, host: str, *, under: TakenUrl | None = None, lease: float = 60.0) -> Start:
        """A start token for one more request to `host` (`host[:port]`).

        `under` a taken URL of the same host it only reserves the next start, for the URL holds the place
        already. Else it also waits for and takes a place among the requests at once: `finish` it.
        """
        raise NotImplementedError

    async def finish(self, start: Start) -> None:
        """The request of a start token ended."""
        raise NotImplementedError

    async def start_address(self, address: str, lease: float = 60.0) -> Start:
        """A place among the requests at once to a resolved address (its own shard, so a step of its own:
        ask it after resolving, before connecting; it waits until there is one). `finish` it."""
        raise NotImplementedError

    # ---- what is known of a host ------------------------------------------------------------------

    async def hold_host(self, host: str, seconds: float) -> None:
        """No request to the host for so long, for everybody: 429 or 503 with Retry-After (capped at 1 h)."""
        raise NotImplementedError

    async def slow_host(self, host: str, factor: float = 2.0) -> None:
        """Multiply the host's delay (to 64 times at most); successes lower it again."""
        raise NotImplementedError

    async def set_host_delay(self, host: str, seconds: float) -> None:
        """The robots.txt's Crawl-delay, 0 for none. Capped at 60 s."""
        raise NotImplementedError

    async def robots(self, origin: str) -> bytes | None:
        """The cached robots verdict of an origin, as `put_robots` stored it."""
        raise NotImplementedError

    async def put_robots(self, origin: str, data: bytes, lifetime: float) -> None:
        """Cache it for everybody, and wake who waits in `lock_robots`."""
        raise NotImplementedError

    async def lock_robots(self, origin: str, lease: float = 35.0) -> bytes | None:
        """None: you are the one to fetch it; `put_robots` what came of it, or `unlock_robots`. Else somebody
        fetched it meanwhile: the data. Waits on a doorbell, not by polling."""
        raise NotImplementedError

    async def unlock_robots(self, origin: str) -> None:
        """Give the lock up without a verdict (stopping); the next in line fetches."""
        raise NotImplementedError

    # ---- everybody --------------------------------------------------------------------------------

    async def expire(self) -> int:
        """Queue again what vanished holders held (crawlers and tending call it); how many."""
        raise NotImplementedError

    async def report(self) -> dict[str, int]:
        """Figures for metrics: due, queued, taken, waiting, waiting_bytes, hosts, users. Cheap."""
        raise NotImplementedError


__all__ = ["Added", "Frontier", "Iterable", "JobCounts", "Pace", "Start"]
