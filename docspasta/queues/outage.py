"""Says once that Redis is away, and once that it is back, however often it is asked meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import redis.exceptions

from docspasta.queues.scripts import ScriptsMissing

TROUBLE = (redis.exceptions.RedisError, OSError)  # a TimeoutError is an OSError


class Outage:
    """The state of one process's Redis, as its loops meet it. `log` is a structlog logger."""

    def __init__(self, log: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock = log, clock
        self._since: float | None = None
        self._kind = ""

    def met(self, doing: str, error: Exception, **facts: Any) -> None:
        """Note an error: one line when Redis goes away, or fails in another way; else a traceback."""
        if not isinstance(error, TROUBLE):
            self._log.exception(f"{doing} failed", exc_info=error, **facts)
            return
        kind = type(error).__name__
        if self._since is None:
            self._since = self._clock()
        elif kind == self._kind:
            return
        self._kind = kind
        event = "redis is not ready" if isinstance(error, ScriptsMissing) else "redis is away"
        self._log.error(event, doing=doing, error=f"{kind}: {error}"[:300])

    def over(self) -> None:
        """Note an answer."""
        if self._since is None:
            return
        away, self._since = self._clock() - self._since, None
        self._log.info("redis is back", seconds=round(away, 1))
