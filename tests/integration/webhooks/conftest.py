"""A jobs service with a clock of its own, a sender, the crawler's half of it, and a receiver."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest

from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from docspasta.serving.places import Places
from docspasta.store import webhooks as store
from docspasta.v1 import webhooks_pb2 as pb
from docspasta.v1.crawler_pb2 import SendDeliveryRequest, SendDeliveryResponse
from services.crawler.deliveries import Deliveries
from services.jobs.maintenance import Maintenance
from services.jobs.webhooks.page_events import tell_of_pages
from services.jobs.webhooks.sending import Sender
from tests.integration.jobs.conftest import JobsService, User, running_service
from tests.integration.webhooks.receiver import Receiver, receiving
from tests.stack import Database

ALLOWED = "127.0.0.1"
AHEAD = timedelta(seconds=120)


@dataclass
class Clock:
    """A clock that goes on when it is told to. It starts ahead of what Postgres stamps in a test."""

    now: datetime
    live: bool = False  # it goes on by itself, as real ones do

    def __call__(self) -> datetime:
        return datetime.now(UTC) + AHEAD if self.live else self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Crawler:
    """The crawler's half, called without gRPC between. `kill` ends what is under way, as a SIGKILL does."""

    def __init__(self, deliveries: Deliveries) -> None:
        self.deliveries = deliveries
        self.under_way: set[asyncio.Task[SendDeliveryResponse]] = set()
        self.alive = True

    async def SendDelivery(self, request: SendDeliveryRequest, timeout: float) -> SendDeliveryResponse:
        if not self.alive:
            raise unavailable()
        task = asyncio.create_task(self.deliveries.answer(request))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        await asyncio.wait([task])
        if task.cancelled():
            raise unavailable()
        return task.result()

    def kill(self) -> None:
        """What was sent is not reported, and nothing is sent until it is alive again."""
        self.alive = False
        for task in self.under_way:
            task.cancel()


def unavailable() -> grpc.aio.AioRpcError:
    """What a client sees of a server that died."""
    return grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata())


@dataclass
class Sending:
    """The service, its clock, and a sender that sends when it is told to."""

    service: JobsService
    clock: Clock
    sender: Sender
    crawler: Crawler
    user: User

    async def create(self, url: str, *events: str, **more: Any) -> tuple[pb.Webhook, str]:
        """An endpoint of the user's, and its secret."""
        settings = pb.WebhookSettings(url=url, events=events, **more)
        made = await self.user.call("CreateWebhook", pb.CreateWebhookRequest(settings=settings))
        return made.webhook, made.secret

    async def send(self) -> None:
        """Send all that is due now, and what becomes due by it."""
        await tell_of_pages(self.service.resources, self.service.maintenance_pool)
        for _ in range(200):
            await self.sender.round()
            if not self.sender.serving:
                return
            await self.sender.idle()
        raise AssertionError("there is always something due")

    async def health(self, webhook: pb.Webhook) -> store.Endpoint:
        """The endpoint as it lies in the record."""
        async with self.service.pool.transaction(self.user.name) as connection:
            found = await store.endpoint(connection, self.user.name, webhook.webhook_id)
        assert found is not None
        return found

    async def deliveries(self, webhook: pb.Webhook, *states: pb.DeliveryState.ValueType) -> list[pb.Delivery]:
        """An endpoint's deliveries, oldest first."""
        request, found = pb.ListDeliveriesRequest(webhook_id=webhook.webhook_id, states=states), []
        while True:
            answer = await self.user.call("ListDeliveries", request)
            found += answer.deliveries
            if not answer.next_page_token:
                return found[::-1]
            request.page_token = answer.next_page_token

    async def tries(self, webhook: pb.Webhook, delivery: pb.Delivery) -> list[pb.DeliveryTry]:
        request = pb.GetDeliveryRequest(webhook_id=webhook.webhook_id, delivery_id=delivery.delivery_id)
        return list((await self.user.call("GetDelivery", request)).tries)


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    """Loopback is open, as an operator may open it."""
    made = Egress(EgressSettings.of(ports="*", allow_private=ALLOWED, proxy="", ca_bundle=""))
    yield made
    await made.close()


@pytest.fixture
async def sending(database: Database, redis_url: str, egress: Egress) -> AsyncIterator[Sending]:
    """A sender with a clock of its own. A try may take 0.5 s."""
    open_to_all = {
        "allow_private": ALLOWED,
        "crawler_ports": "*",
        "jobs_running_per_user": 100_000,
        "webhooks_per_user": 100,
    }
    async with running_service(database, redis_url, **open_to_all) as service:
        clock = Clock(datetime.now(UTC) + AHEAD)
        service.resources = dataclasses.replace(service.resources, now=clock)
        service.maintenance = Maintenance(
            service.resources, service.maintenance_pool, service.queues.pages, 5.0
        )
        places = Places(256, 256, "webhooks are sent")
        deliveries = Deliveries(egress, service.resources.sealing, places, seconds=0.5)
        crawler = Crawler(deliveries)
        made = Sending(service, clock, sender_of(service, crawler), crawler, service.user("ann"))
        try:
            yield made
        finally:
            await made.sender.stop()


def sender_of(service: JobsService, crawler: Crawler) -> Sender:
    """A sender, as each replica has one."""
    return Sender(service.resources, service.maintenance_pool, crawler, 64)  # type: ignore[arg-type]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    async with receiving() as made:
        yield made


@pytest.fixture
async def service(database: Database, redis_url: str) -> AsyncIterator[JobsService]:
    """A running jobs service that sends nothing."""
    async with running_service(database, redis_url) as made:
        yield made
