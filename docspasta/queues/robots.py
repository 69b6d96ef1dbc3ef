"""robots.txt verdicts of the installation: kept once for everybody, fetched by one crawler at a time.

What a verdict says is the crawler's business; here it is bytes with a lifetime.
"""

from __future__ import annotations

import asyncio

from docspasta.queues.doorbell import Doorbell
from docspasta.queues.keys import ROBOTS, tag
from docspasta.queues.scripts import heeding_cancellation
from docspasta.queues.shards import Shards


class RobotsCache:
    """Verdicts by origin (`scheme://host[:port]`), each in its host's shard."""

    def __init__(self, shards: Shards, doorbell: Doorbell) -> None:
        self.shards = shards
        self.doorbell = doorbell
        self.locks: dict[str, str] = {}  # robots.txt that this process fetches: origin -> token

    async def read(self, origin: str) -> bytes | None:
        """The cached robots verdict of an origin, as `put` stored it."""
        with heeding_cancellation():
            found: bytes | None = await self.shards.client.get(self._key(origin))
        return found

    async def put(self, origin: str, data: bytes, lifetime: float) -> None:
        """Cache it for everybody, and wake those who wait in `lock`."""
        with heeding_cancellation():
            await self.shards.client.set(self._key(origin), data, px=max(1, int(lifetime * 1000)))
        key = self._key(origin, "robots-lock")
        await self.shards.run("unlock", [key], [self.locks.pop(origin, "")])
        await self.doorbell.say(ROBOTS, origin)

    async def lock(self, origin: str, lease: float = 35.0) -> bytes | None:
        """None: you are the one to fetch it; `put` what came of it, or `unlock`. Else somebody
        fetched it meanwhile: the data. Waits on a doorbell, not by polling."""
        if await self._try_lock(origin, lease):
            return await self._put_before(origin)
        bell = await self.doorbell.join(ROBOTS)
        try:
            while True:
                if (data := await self.read(origin)) is not None:
                    return data
                if await self._try_lock(origin, lease):
                    return await self._put_before(origin)
                left = await self.shards.client.pttl(self._key(origin, "robots-lock"))
                await bell.ringing(max(0, left) / 1000 + 0.01)  # no longer than its holder has it
        finally:
            await self.doorbell.leave(ROBOTS, bell)

    async def _put_before(self, origin: str) -> bytes | None:
        """Who has the lock looks again: its last holder may have put a verdict since the caller looked."""
        try:
            data = await self.read(origin)
        except BaseException:
            await asyncio.shield(self.unlock(origin))
            raise
        if data is not None:
            await self.unlock(origin)
        return data

    async def _try_lock(self, origin: str, lease: float) -> bool:
        """Whether this process is the one to fetch robots.txt now."""
        key, token = self._key(origin, "robots-lock"), self.shards.token()
        with heeding_cancellation():
            mine = bool(await self.shards.client.set(key, token, nx=True, px=int(lease * 1000)))
        if mine:
            self.locks[origin] = token
        return mine

    async def unlock(self, origin: str) -> None:
        """Give the lock up without a verdict (stopping); the next in line fetches."""
        key = self._key(origin, "robots-lock")
        await self.shards.run("unlock", [key], [self.locks.pop(origin, "")])
        await self.doorbell.say(ROBOTS, origin)

    def _key(self, origin: str, kind: str = "robots") -> str:
        """The key of an origin's verdict or lock, in its host's shard."""
        host = origin.partition("://")[2]
        return f"{tag(self.shards.of(host))}{kind}:{origin}"
