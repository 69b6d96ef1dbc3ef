"""What is known of a host: its pace, and start tokens for requests that are no queued URL."""

from __future__ import annotations

from dataclasses import dataclass

from docspasta.queues.doorbell import Doorbell
from docspasta.queues.keys import WORK, job_name, tag
from docspasta.queues.messages import LeasedUrl
from docspasta.queues.shards import Shards

HOLD_MOST = 3600.0  # seconds of a Retry-After that are honoured
DELAY_MOST = 60.0  # seconds of a Crawl-delay that are honoured
REMEMBERED = 10_000  # hosts whose wishes a process can repeat to an emptied Redis


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
    forgotten: float = 30.0  # nothing starts so long after Redis was emptied: fetches of before may go on


@dataclass(frozen=True, slots=True)
class Start:
    """A granted start token: wait `wait` seconds, send the request, then `finish` it."""

    host: str
    token: str  # '' under a URL or a start that holds a slot already
    wait: float
    address: bool = False


class Hosts:
    """The hosts of an installation: start tokens, and what each host asked for."""

    def __init__(self, shards: Shards, doorbell: Doorbell, pace: Pace) -> None:
        self.shards = shards
        self.doorbell = doorbell
        self.pace = pace
        self.remembered: dict[str, tuple[float, float]] = {}  # host -> (held until, local ms; Crawl-delay, s)

    # ---- start tokens -----------------------------------------------------------------------------

    async def start(self, host: str, *, under: LeasedUrl | Start | None = None, lease: float = 60.0) -> Start:
        """A start token for one more request to `host` (`host[:port]`).

        `under` a taken URL or an earlier start of the same host it only reserves the next start, for that
        holds a slot already. Else it also waits for a slot, one of the requests at once, and takes it for
        `lease` seconds at most: `finish` it.
        """
        token = "" if under else self.shards.token()
        granted, wait = await self.try_start(host, token, under, lease)
        if granted:
            return Start(host, token, wait)
        bell = await self.doorbell.join(WORK)
        try:
            while True:
                granted, wait = await self.try_start(host, token, under, lease)
                if granted:
                    return Start(host, token, wait)
                await bell.ringing(wait)
        finally:
            await self.doorbell.leave(WORK, bell)

    async def try_start(
        self, host: str, token: str, under: LeasedUrl | Start | None, lease: float
    ) -> tuple[bool, float]:
        """Whether a start is granted, and the seconds to wait for it or for the next try."""
        shared = tag(self.shards.of(host))
        pace = self.pace
        name, delay = (
            (job_name(under.queued.job), under.crawl.delay) if isinstance(under, LeasedUrl) else ("", 0.0)
        )
        limits = [int(pace.min_delay * 1000), int(pace.delay * 1000), pace.max_concurrency]
        args = [self.shards.now(), token, int(lease * 1000), *limits, name, int(delay * 1000)]
        granted, wait = await self.shards.run("start", [f"{shared}pace:{host}", f"{shared}installed"], args)
        return bool(granted), wait / 1000

    async def finish(self, start: Start) -> None:
        """The request of a start token ended."""
        shared = tag(self.shards.of(start.host))
        if start.address:
            await self.shards.run("finish_address", [f"{shared}address:{start.host}"], [start.token])
        elif start.token:
            args = [self.shards.now(), start.token, start.host]
            await self.shards.run("finish", [f"{shared}pace:{start.host}"], args)

    async def start_address(self, address: str, lease: float = 60.0) -> Start:
        """A slot among the requests at once to a resolved address (its own shard, so a script of its own:
        ask it after resolving, before connecting; it waits until there is one). `finish` it."""
        token = self.shards.token()
        key = f"{tag(self.shards.of(address))}address:{address}"
        args = [self.shards.now(), token, int(lease * 1000), self.pace.per_address]
        granted = Start(address, token, 0.0, address=True)
        if await self.shards.run("start_address", [key], args) == 0:
            return granted
        bell = await self.doorbell.join(WORK)
        try:
            while wait := await self.shards.run("start_address", [key], [self.shards.now(), *args[1:]]):
                await bell.ringing(wait / 1000)
            return granted
        finally:
            await self.doorbell.leave(WORK, bell)

    async def next_start(self, host: str) -> tuple[float, int]:
        """Seconds until the host may be asked next, and its delay's factor: 1 unless it answers badly."""
        shared = tag(self.shards.of(host))
        wait, factor = await self.shards.run("pace", [f"{shared}pace:{host}"], [self.shards.now()])
        return wait / 1000, int(factor)

    # ---- what a host asked for --------------------------------------------------------------------

    async def hold(self, host: str, seconds: float) -> None:
        """No request to the host for so long, for everybody: 429 or 503 with Retry-After (capped at 1 h)."""
        seconds = max(0.0, min(HOLD_MOST, seconds))
        _, delay = self.remembered.pop(host, (0.0, 0.0))
        self._remember(host, self.shards.local() + seconds * 1000, delay)
        await self._tell(host, hold=seconds)

    async def set_delay(self, host: str, seconds: float) -> None:
        """The robots.txt's Crawl-delay, 0 for none. Capped at 60 s."""
        seconds = max(0.0, min(DELAY_MOST, seconds))
        until, _ = self.remembered.pop(host, (0.0, 0.0))
        if seconds or until:
            self._remember(host, until, seconds)
        await self._tell(host, delay=seconds)

    async def _tell(self, host: str, *, hold: float | None = None, delay: float | None = None) -> None:
        """One script that changes what a host asked for."""
        wishes = ["" if value is None else int(value * 1000) for value in (hold, delay)]
        args = [self.shards.now(), *wishes]
        await self.shards.run("hold", [f"{tag(self.shards.of(host))}pace:{host}"], args)

    def _remember(self, host: str, until: float, delay: float) -> None:
        """Keep what a host asked for, to repeat it when Redis was emptied; the oldest go first."""
        self.remembered[host] = (until, delay)
        if len(self.remembered) > REMEMBERED:
            del self.remembered[next(iter(self.remembered))]

    async def repeat_holds(self, shard: int) -> None:
        """Redis was emptied: tell it again what the hosts of a shard asked for."""
        for host, (until, delay) in list(self.remembered.items()):
            left = (until - self.shards.local()) / 1000
            if self.shards.of(host) == shard and (left > 0 or delay):
                await self._tell(host, hold=max(0.0, left), delay=delay)
