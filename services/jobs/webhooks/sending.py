"""Sends what is due: each endpoint in a task of its own, so that a dead or slow one holds up nobody else.

Every replica sends. Endpoints are served in order of who has waited longest, each with a few deliveries at
once; when the places become scarce, with one. Anonymous users share the places of their address.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import grpc

from docspasta.deliveries.tries import Tried
from docspasta.errors import Unavailable
from docspasta.identity.caller import share_of
from docspasta.store import deliveries as store
from docspasta.store.deliveries import EndpointKey, Leased
from docspasta.store.pool import Pool
from docspasta.store.webhooks import Endpoint
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from ..attempts import attempt
from ..resources import Resources
from .leasing import AT_AN_ENDPOINT, lease
from .page_events import tell_of_pages
from .settling import give_back, settle
from .trying import try_once

if TYPE_CHECKING:
    from docspasta.v1.crawler_pb2_grpc import CrawlerServiceAsyncStub

EVERY = 1.0  # seconds between two looks at the outbox, while nothing ends
AT_THE_RECORD = 2  # transactions at once: the other connections are the callers'
PAUSES = (0.5, 2.0, 5.0)  # seconds before the record is asked again, within a lease
LOOKED_AT = 1000  # due endpoints a round
log = logger("webhooks")


class Sender:
    """One replica's sender. `run` goes on until it is cancelled; then what was begun has `grace` seconds to
    end. `round` is one look. `places` is how many deliveries are under way at once, a quarter for one user.
    """

    def __init__(
        self,
        resources: Resources,
        maintenance_pool: Pool,
        crawler: CrawlerServiceAsyncStub,
        places: int,
        grace: float = 0.0,
    ) -> None:
        self._resources, self._maintenance_pool, self._crawler = resources, maintenance_pool, crawler
        self._places, self._share, self._grace = places, max(1, places // 4), grace
        self._record = asyncio.Semaphore(AT_THE_RECORD)
        self.serving: dict[EndpointKey, asyncio.Task[None]] = {}
        self._taken: Counter[str] = Counter()  # places by share
        self._ended = asyncio.Event()  # a task ended: there may be more to send, and there is room

    async def run(self) -> None:
        """Look at the outbox every second, and as soon as something was sent."""
        try:
            while True:
                self._ended.clear()
                await attempt("telling of pages", tell_of_pages(self._resources, self._maintenance_pool))
                await attempt("sending webhooks", self.round())
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY):
                        await self._ended.wait()
        finally:
            if self.serving:
                await asyncio.wait(self.serving.values(), timeout=self._grace)
            await self.stop()

    async def round(self) -> None:
        """Begin to serve the endpoints for which something is due, as far as there is room."""
        now = self._resources.now()
        due = await store.due_endpoints(self._maintenance_pool, now, LOOKED_AT)
        oldest = min((endpoint.since for endpoint in due), default=now)
        metrics.webhooks_backlog.set(max((now - oldest).total_seconds(), 0.0))
        metrics.webhooks_breakers.set(await store.breakers_open(self._maintenance_pool))
        for endpoint in due:
            room = self._room(endpoint.key)
            if room and endpoint.key not in self.serving:
                self._serve(endpoint.key, room)

    async def idle(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self.serving.values())

    async def stop(self) -> None:
        """Cut what is under way; its leases run out."""
        for task in self.serving.values():
            task.cancel()
        await asyncio.gather(*self.serving.values(), return_exceptions=True)

    def _room(self, key: EndpointKey) -> int:
        """How many deliveries of an endpoint may begin now."""
        free = self._places - self._taken.total()
        own = self._share - self._taken[share_of(key.user_id)]
        most = AT_AN_ENDPOINT if free > self._places // 2 else 1
        return max(0, min(free, own, most))

    def _serve(self, key: EndpointKey, room: int) -> None:
        share = share_of(key.user_id)
        self._taken[share] += room
        task = asyncio.create_task(attempt("serving a webhook", self._send(key, room)))
        self.serving[key] = task

        def over(_: asyncio.Task[None]) -> None:
            del self.serving[key]
            self._taken[share] -= room
            if not self._taken[share]:
                del self._taken[share]

        task.add_done_callback(over)

    async def _send(self, key: EndpointKey, room: int) -> None:
        """Lease some deliveries and try each."""
        async with self._record:
            batch = await lease(self._resources, key, room)
        if batch is None:
            return
        async with asyncio.TaskGroup() as group:
            for leased in batch.leased:
                trying = self._try(key, batch.endpoint, leased, batch.probe)
                group.create_task(attempt("a webhook's delivery", trying))
        self._ended.set()

    async def _try(self, key: EndpointKey, endpoint: Endpoint, leased: Leased, probe: bool) -> None:
        try:
            tried = await try_once(self._resources, self._crawler, endpoint, leased)
        except grpc.aio.AioRpcError as error:
            metrics.webhook_tries.labels("not_sent").inc()
            log.warning("no crawler could send a webhook; trying again", error=error.code().name)
            async with self._record:
                await give_back(self._resources, key, leased)
            return
        metrics.webhook_tries.labels(tried.outcome).inc()
        await self._settle(key, leased, tried, probe)

    async def _settle(self, key: EndpointKey, leased: Leased, tried: Tried, probe: bool) -> None:
        """Write what came of a try, patiently: a success that is not recorded is sent again."""
        for pause in (*PAUSES, None):
            try:
                async with self._record:
                    return await settle(self._resources, key, leased, tried, probe=probe)
            except Unavailable:
                if pause is None:
                    raise
            await asyncio.sleep(pause)
