"""A user's requests a second, counted in Redis, so that all replicas of jobs count together."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Any

import redis.exceptions

from docspasta.errors import ResourceExhausted
from docspasta.queues.keys import rate_key
from docspasta.queues.outage import Outage

PATIENCE = 0.5  # seconds
SCRIPT = files(__package__).joinpath("request_rate.lua").read_text(encoding="utf-8")


class RequestRate:
    """`client` is a redis.asyncio client, single or Cluster; `a_second` 0 turns the limit off. `outage` is
    told when Redis does not answer."""

    def __init__(self, client: Any, a_second: float, outage: Outage) -> None:
        self._a_second, self._outage = a_second, outage
        self._script = client.register_script(SCRIPT)

    async def spend(self, user_id: str, now_ms: str = "") -> None:
        """Count one request. Raises ResourceExhausted with the time to wait when there are too many.

        Without Redis nobody is refused: a limit must not take the record's readers down with it.
        """
        if not self._a_second:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                wait = await self._script(keys=[rate_key(user_id)], args=[self._a_second, now_ms])
        except (redis.exceptions.RedisError, OSError, TimeoutError) as error:
            self._outage.met("counting a request", error)
            return
        if wait:
            raise ResourceExhausted(
                f"You sent more than {self._a_second:g} requests a second; wait a moment and go on.",
                reason="too-many-requests",
                retry_after=int(wait) / 1000,
            )
