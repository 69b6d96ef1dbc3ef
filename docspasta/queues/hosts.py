"""What is known of a host: its pace, start tokens for requests that are no queued URL, its robots verdict."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docspasta.queues.doorbell import Doorbell
from docspasta.queues.keys import ROBOTS, WORK, job_name, shard_of, tag
from docspasta.queues.messages import TakenUrl
from docspasta.queues.steps import Steps, heeding_cancellation

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


@dataclass(frozen=True, slots=True)
class Start:
    """A granted start token: wait `wait` seconds, send the request, then `finish` it."""

    host: str
    token: str  # '' under what holds the place already
    wait: float
    address: bool = False


class Hosts:
    """The part of the frontier that speaks of hosts, not of URLs."""

    client: Any
    steps: Steps
    doorbell: Doorbell
    shards: int
    pace: Pace
    rng: random.Random
    remembered: dict[str, tuple[float, float]]
    clock: Callable[[], int] | None
    locks: dict[str, str]

    def now(self) -> str:
        raise NotImplementedError

    def local(self) -> float:
        raise NotImplementedError

    def nonce(self) -> str:
        raise NotImplementedError

    # ---- start tokens -----------------------------------------------------------------------------

    async def start(self, host: str, *, under: TakenUrl | Start | None = None, lease: float = 60.0) -> Start:
        """A start token for one more request to `host` (`host[:port]`).

        `under` a taken URL or an earlier start of the same host it only reserves the next start, for that
        holds the place already. Else it also waits for and takes a place among the requests at once, for
        `lease` seconds at most: `finish` it.
        """
        token = "" if under else self.nonce()
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
        self, host: str, token: str, under: TakenUrl | Start | None, lease: float
    ) -> tuple[bool, float]:
        """Whether a start is granted, and the seconds to wait for it or for the next try."""
        shared = tag(shard_of(host, self.shards))
        pace = self.pace
        name, delay = (
            (job_name(under.queued.job), under.crawl.delay) if isinstance(under, TakenUrl) else ("", 0.0)
        )
        limits = [int(pace.min_delay * 1000), int(pace.delay * 1000), pace.max_concurrency]
        args = [self.now(), token, int(lease * 1000), *limits, name, int(delay * 1000)]
        granted, wait = await self.steps.run("start", [f"{shared}pace:{host}", f"{shared}installed"], args)
        return bool(granted), wait / 1000

    async def finish(self, start: Start) -> None:
        """The request of a start token ended."""
        shared = tag(shard_of(start.host, self.shards))
        if start.address:
            await self.steps.run("finish_address", [f"{shared}address:{start.host}"], [start.token])
        elif start.token:
            args = [self.now(), start.token, start.host]
            await self.steps.run("finish", [f"{shared}pace:{start.host}"], args)

    async def start_address(self, address: str, lease: float = 60.0) -> Start:
        """A place among the requests at once to a resolved address (its own shard, so a step of its own:
        ask it after resolving, before connecting; it waits until there is one). `finish` it."""
        token = self.nonce()
        key = f"{tag(shard_of(address, self.shards))}address:{address}"
        args = [self.now(), token, int(lease * 1000), self.pace.per_address]
        granted = Start(address, token, 0.0, address=True)
        if await self.steps.run("start_address", [key], args) == 0:
            return granted
        bell = await self.doorbell.join(WORK)
        try:
            while wait := await self.steps.run("start_address", [key], [self.now(), *args[1:]]):
                await bell.ringing(wait / 1000)
            return granted
        finally:
            await self.doorbell.leave(WORK, bell)

    # ---- what a host asked for --------------------------------------------------------------------

    async def hold_host(self, host: str, seconds: float) -> None:
        """No request to the host for so long, for everybody: 429 or 503 with Retry-After (capped at 1 h)."""
        seconds = max(0.0, min(HOLD_MOST, seconds))
        _, delay = self.remembered.pop(host, (0.0, 0.0))
        self.remember(host, self.local() + seconds * 1000, delay)
        await self.tell_host(host, hold=seconds)

    async def slow_host(self, host: str, factor: float = 2.0) -> None:
        """Multiply the host's delay (to 64 times at most); successes lower it again."""
        await self.tell_host(host, factor=factor)

    async def set_host_delay(self, host: str, seconds: float) -> None:
        """The robots.txt's Crawl-delay, 0 for none. Capped at 60 s."""
        seconds = max(0.0, min(DELAY_MOST, seconds))
        until, _ = self.remembered.pop(host, (0.0, 0.0))
        if seconds or until:
            self.remember(host, until, seconds)
        await self.tell_host(host, delay=seconds)

    async def tell_host(
        self, host: str, *, hold: float | None = None, delay: float | None = None, factor: float | None = None
    ) -> None:
        """One step that changes what a host asked for."""
        wishes = ["" if value is None else int(value * 1000) for value in (hold, delay)]
        args = [self.now(), *wishes, "" if factor is None else factor]
        await self.steps.run("hold", [f"{tag(shard_of(host, self.shards))}pace:{host}"], args)

    def remember(self, host: str, until: float, delay: float) -> None:
        """Keep what a host asked for, to repeat it when Redis was emptied; the oldest go first."""
        self.remembered[host] = (until, delay)
        if len(self.remembered) > REMEMBERED:
            del self.remembered[next(iter(self.remembered))]

    async def repeat_holds(self, shard: int) -> None:
        """Redis was emptied: tell it again what the hosts of a shard asked for."""
        for host, (until, delay) in list(self.remembered.items()):
            left = (until - self.local()) / 1000
            if shard_of(host, self.shards) == shard and (left > 0 or delay):
                await self.tell_host(host, hold=max(0.0, left), delay=delay)

    # ---- robots -----------------------------------------------------------------------------------

    async def robots(self, origin: str) -> bytes | None:
        """The cached robots verdict of an origin, as `put_robots` stored it."""
        with heeding_cancellation():
            found: bytes | None = await self.client.get(self.robots_key(origin))
        return found

    async def put_robots(self, origin: str, data: bytes, lifetime: float) -> None:
        """Cache it for everybody, and wake who waits in `lock_robots`."""
        with heeding_cancellation():
            await self.client.set(self.robots_key(origin), data, px=max(1, int(lifetime * 1000)))
        key = self.robots_key(origin, "robots-lock")
        await self.steps.run("unlock", [key], [self.locks.pop(origin, "")])
        await self.doorbell.say(ROBOTS, origin)

    async def lock_robots(self, origin: str, lease: float = 35.0) -> bytes | None:
        """None: you are the one to fetch it; `put_robots` what came of it, or `unlock_robots`. Else somebody
        fetched it meanwhile: the data. Waits on a doorbell, not by polling."""
        if await self.try_lock(origin, lease):
            return None
        bell = await self.doorbell.join(ROBOTS)
        try:
            while True:
                if (data := await self.robots(origin)) is not None:
                    return data
                if await self.try_lock(origin, lease):
                    return None
                left = await self.client.pttl(self.robots_key(origin, "robots-lock"))
                await bell.ringing(max(0, left) / 1000 + 0.01)  # no longer than its holder has it
        finally:
            await self.doorbell.leave(ROBOTS, bell)

    async def try_lock(self, origin: str, lease: float) -> bool:
        """Whether this process is the one to fetch robots.txt now."""
        key, token = self.robots_key(origin, "robots-lock"), self.nonce()
        with heeding_cancellation():
            mine = bool(await self.client.set(key, token, nx=True, px=int(lease * 1000)))
        if mine:
            self.locks[origin] = token
        return mine

    async def unlock_robots(self, origin: str) -> None:
        """Give the lock up without a verdict (stopping); the next in line fetches."""
        key = self.robots_key(origin, "robots-lock")
        await self.steps.run("unlock", [key], [self.locks.pop(origin, "")])
        await self.doorbell.say(ROBOTS, origin)

    def robots_key(self, origin: str, kind: str = "robots") -> str:
        """The key of an origin's verdict or lock, in its host's shard."""
        host = origin.partition("://")[2]
        return f"{tag(shard_of(host, self.shards))}{kind}:{origin}"
