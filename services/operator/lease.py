"""One replica at a time works: it holds a Lease (coordination.k8s.io) and renews it. Another takes
over when it was not renewed in time.

Two that work at once make no second job (asking.py): the lease keeps them from doing everything twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from kubernetes.aio import client
from kubernetes.aio.client.exceptions import ApiException

from docspasta.telemetry.logs import logger

from .api_server import ApiServer
from .cluster import TROUBLE
from .resource import Object

DURATION, RENEW, TRY = 15.0, 5.0, 2.0  # seconds: how long it counts, how often it is renewed, or tried for
log = logger("operator")


class Lease:
    """`clock` is monotonic seconds: what others wrote by their clocks is not compared with ours."""

    def __init__(
        self,
        api: Any,
        namespace: str,
        name: str,
        holder: str,
        clock: Callable[[], float],
        server: ApiServer,
    ) -> None:
        self._api, self._server = client.CoordinationV1Api(api), server
        self._namespace, self._name, self._holder, self._clock = namespace, name, holder, clock
        self._seen, self._since = "", 0.0  # a lease's version, and when we first saw it
        self._renewed = 0.0

    async def hold(self) -> None:
        """Return as soon as it is ours."""
        while not await self._try():  # noqa: ASYNC110 - it is the API server that is asked
            await asyncio.sleep(TRY)
        log.info("this replica works now", lease=f"{self._namespace}/{self._name}")

    async def keep(self) -> None:
        """Renew it; return when it is lost, in time before another may take it."""
        while self._clock() - self._renewed < DURATION - RENEW:  # noqa: ASYNC110
            await asyncio.sleep(RENEW if await self._try() else 1.0)
        log.warning("the lease is lost; this replica stops working")

    async def release(self) -> None:
        """Give it back, so that another need not wait for its end."""
        with contextlib.suppress(*TROUBLE):
            lease = await self._read()
            if lease is not None and lease.spec.holder_identity == self._holder:
                lease.spec.holder_identity, lease.spec.lease_duration_seconds = "", 1
                await self._replace(lease)

    async def _try(self) -> bool:
        try:
            asked = self._clock()
            lease = await self._read()
            done = await (self._create() if lease is None else self._take(lease))
        except TROUBLE as error:
            self._server.fails(error)
            return False
        self._server.answers()
        if done:
            self._renewed = asked
        return done

    async def _take(self, lease: Any) -> bool:
        version, holder = lease.metadata.resource_version, lease.spec.holder_identity or ""
        if version != self._seen:
            self._seen, self._since = version, self._clock()
        if holder not in ("", self._holder) and self._clock() - self._since < DURATION:
            return False
        now = datetime.now(UTC)
        if holder != self._holder:
            lease.spec.acquire_time = now
            lease.spec.lease_transitions = (lease.spec.lease_transitions or 0) + 1
        lease.spec.holder_identity, lease.spec.renew_time = self._holder, now
        lease.spec.lease_duration_seconds = int(DURATION)
        return await self._replace(lease)

    async def _read(self) -> Any | None:
        try:
            return await self._api.read_namespaced_lease(self._name, self._namespace, _request_timeout=TRY)
        except ApiException as error:
            if error.status == 404:
                return None
            raise

    async def _create(self) -> bool:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        spec: Object = {
            "holderIdentity": self._holder,
            "leaseDurationSeconds": int(DURATION),
            "acquireTime": now,
            "renewTime": now,
            "leaseTransitions": 0,
        }
        body: Any = {"metadata": {"name": self._name, "namespace": self._namespace}, "spec": spec}
        return await self._done(
            self._api.create_namespaced_lease(self._namespace, body, _request_timeout=TRY)
        )

    async def _replace(self, lease: Any) -> bool:
        """Write it, unless somebody else did since it was read."""
        return await self._done(
            self._api.replace_namespaced_lease(self._name, self._namespace, lease, _request_timeout=TRY)
        )

    async def _done(self, asked: Any) -> bool:
        try:
            await asked
        except ApiException as error:
            if error.status == 409:
                return False
            raise
        return True


@contextlib.asynccontextmanager
async def held(lease: Lease | None) -> AsyncIterator[asyncio.Task[None] | None]:
    """What is done while the lease is ours: the task ends when it is lost. None without a lease."""
    if lease is None:
        yield None
        return
    await lease.hold()
    keeping = asyncio.create_task(lease.keep(), name="lease")
    try:
        yield keeping
    finally:
        keeping.cancel()
        await lease.release()
