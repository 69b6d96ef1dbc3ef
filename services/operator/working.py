"""Takes what is to be looked at, looks, and says when again. What goes wrong with one stops no other."""

from __future__ import annotations

from collections import Counter

from docspasta.telemetry.logs import logger

from .cluster import TROUBLE
from .reconcile import Reconciler
from .resource import Key, Resource
from .work_queue import WorkQueue

LONGEST = 300.0  # seconds between two tries
log = logger("operator")


class Working:
    """`at_once` of `run` may go on together."""

    def __init__(
        self, known: dict[Key, Resource], queue: WorkQueue[Key], reconciler: Reconciler, at_once: int
    ) -> None:
        self._known, self._queue, self._reconciler = known, queue, reconciler
        self.at_once = at_once
        self._failures: Counter[Key] = Counter()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            key = await self._queue.take()
            try:
                await self._look(key)
            finally:
                self._queue.done(key)

    async def _look(self, key: Key) -> None:
        resource = self._known.get(key)
        if resource is None:
            self._failures.pop(key, None)
            return
        named = {"kind": key.kind, "namespace": key.namespace, "name": key.name}
        try:
            again = await self._reconciler.look(resource)
        except TROUBLE as error:
            log.warning("not written", **named, error=f"{type(error).__name__}: {error}"[:300])
            again = self._later(key)
        except Exception:
            log.exception("a look failed", **named)
            again = self._later(key)
        else:
            self._failures.pop(key, None)
        if again is not None:
            self._queue.add(key, again)

    def _later(self, key: Key) -> float:
        self._failures[key] += 1
        return float(min(LONGEST, 2 ** min(self._failures[key], 9)))
