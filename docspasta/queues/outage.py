"""Says once that a store is away, and once that it is back, however often it is asked meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import redis.exceptions

from docspasta.queues.scripts import ScriptsMissing

REFUSED = (redis.exceptions.NoPermissionError, redis.exceptions.AuthenticationError)
TROUBLE = (redis.exceptions.RedisError, OSError)  # a TimeoutError is an OSError


class Outage:
    """The state of one store, as a process's loops meet it. `log` is a structlog logger; errors of the types
    `trouble` are the store's."""

    def __init__(
        self,
        log: Any,
        clock: Callable[[], float] = time.monotonic,
        *,
        store: str = "redis",
        trouble: tuple[type[Exception], ...] = TROUBLE,
    ) -> None:
        self._log, self._clock = log, clock
        self._store, self._trouble = store, trouble
        self._since: float | None = None
        self._said: set[str] = set()  # kinds of error, of this outage

    def met(self, doing: str, error: Exception, **facts: Any) -> None:
        """Note an error: one line when the store goes away, and for each other way in which it fails; what is
        not the store's trouble keeps its traceback."""
        if not isinstance(error, self._trouble):
            self._log.exception(f"{doing} failed", exc_info=error, **facts)
            return
        kind = type(error).__name__
        if self._since is None:
            self._since = self._clock()
        if kind in self._said:
            return
        self._said.add(kind)
        self._log.error(f"{self._store} {state_of(error)}", doing=doing, error=f"{kind}: {error}"[:300])

    def over(self) -> None:
        """Note an answer."""
        if self._since is None:
            return
        away, self._since = self._clock() - self._since, None
        self._said.clear()
        self._log.info(f"{self._store} is back", seconds=round(away, 1))


def state_of(error: Exception) -> str:
    """What an error says of a store, as a sentence's end."""
    if isinstance(error, REFUSED):
        return "refuses its user"
    return "is not ready" if isinstance(error, ScriptsMissing) else "is away"
