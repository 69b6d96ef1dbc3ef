"""Lists and watches resources, and says which are to be looked at. Forever: trouble is waited out.

Each watch ends after some minutes and the list is read anew, so that nothing that was missed stays missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from docspasta.telemetry.logs import logger

from .cluster import TROUBLE, TooOld
from .resource import Key, Kind, Object, Resource
from .work_queue import WorkQueue

PAUSE = 1.0, 30.0  # seconds after trouble, at first and at most
log = logger("operator")


class Lists(Protocol):
    """Where resources are (cluster.Cluster)."""

    async def listed(self, kind: Kind, namespace: str) -> tuple[str, list[Object]]: ...
    def changes(
        self, kind: Kind, namespace: str, version: str, seconds: float
    ) -> AsyncIterator[tuple[str, Object]]: ...


class Following:
    """The resources of a kind in a namespace ('': in all). `known` and `queue` are shared by all of them."""

    def __init__(
        self,
        cluster: Lists,
        kind: Kind,
        namespace: str,
        known: dict[Key, Resource],
        queue: WorkQueue[Key],
        resync: float,
    ) -> None:
        self._cluster, self._kind, self._namespace = cluster, kind, namespace
        self._known, self._queue, self._resync = known, queue, resync
        self.listed = asyncio.Event()  # once it was

    async def run(self) -> None:
        """Follow until cancelled."""
        said, pause = "", PAUSE[0]
        while True:
            try:
                version = await self._list()
                said, pause = "", PAUSE[0]
                await self._watch(version)
            except TooOld:
                continue
            except TROUBLE as error:
                reason = f"{type(error).__name__}: {error}"[:300]
                if reason != said:
                    log.warning("the API server does not answer", kind=self._kind, error=reason)
                said = reason
                await asyncio.sleep(pause)
                pause = min(pause * 2, PAUSE[1])

    async def _list(self) -> str:
        version, found = await self._cluster.listed(self._kind, self._namespace)
        resources = {one.key: one for one in (Resource.read(self._kind, given) for given in found)}
        for key in [key for key in self._known if self._is_ours(key) and key not in resources]:
            self._forget(key)
        for key, resource in resources.items():
            self._known[key] = resource
            self._queue.add(key)
        self.listed.set()
        return version

    async def _watch(self, version: str) -> None:
        async for change, given in self._cluster.changes(self._kind, self._namespace, version, self._resync):
            resource = Resource.read(self._kind, given)
            if change == "DELETED":
                self._forget(resource.key)
                continue
            before = self._known.get(resource.key)
            self._known[resource.key] = resource
            if before is None or wants_a_look(before, resource):
                self._queue.add(resource.key)

    def _is_ours(self, key: Key) -> bool:
        return key.kind == self._kind and self._namespace in ("", key.namespace)

    def _forget(self, key: Key) -> None:
        self._known.pop(key, None)
        self._queue.drop(key)


def wants_a_look(before: Resource, now: Resource) -> bool:
    """Whether somebody else changed something: what the operator writes itself asks for no look."""
    return (
        before.uid != now.uid
        or before.generation != now.generation
        or before.deleted_at != now.deleted_at
        or before.run_request != now.run_request
        or (before.held and not now.held and now.deleted_at is None)
        or lost(before, now)
    )


def lost(before: Resource, now: Resource) -> bool:
    """Whether the id that a status held is not there any more: somebody wrote over it."""
    return any(
        before.status.get(name) != now.status.get(name, "") and before.status.get(name)
        for name in ("jobID", "sourceID")
    )
