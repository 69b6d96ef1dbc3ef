"""Endpoints are kept within bounds, their mistakes are told by field, and nobody sees another's."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from docspasta.store import maintenance as maintenance_store
from docspasta.v1 import webhooks_pb2 as pb
from docspasta.v1.jobs_pb2 import CancelJobRequest, CreateJobRequest, DeleteJobRequest, JobSettings
from tests.integration.jobs.conftest import DOCS, JobsService, User, crawl_some, refused
from tests.integration.webhooks.conftest import Sending
from tests.integration.webhooks.receiver import Receiver

URL = "https://hooks.example.org/in"
SERVICE = pb.DESCRIPTOR.services_by_name["WebhooksService"]
BAD = [
    ({"url": ""}, "url"),
    ({"url": "hooks.example.org"}, "url"),
    ({"url": "ftp://hooks.example.org/"}, "url"),
    ({"url": "http://hooks.example.org/"}, "url"),
    ({"url": "https://u:p@hooks.example.org/"}, "url"),
    ({"url": "https://hooks.example.org:22/"}, "url"),
    ({"url": "https://hooks.example.org/?utm_source=x"}, "url"),
    ({"url": "https://" + "a" * 3000 + ".org/"}, "url"),
    ({"url": "https://10.0.0.1/"}, "url"),
    ({"url": "https://127.1/"}, "url"),
    ({"url": "https://0x7f000001/"}, "url"),
    ({"url": "https://2130706433/"}, "url"),
    ({"url": "https://[::1]/"}, "url"),
    ({"url": "https://[::ffff:169.254.169.254]/"}, "url"),
    ({"url": "https://[fd00::1]/"}, "url"),
    ({"url": "https://169.254.169.254/latest/meta-data"}, "url"),
    ({"url": "https://localhost/"}, "url"),
    ({"url": "https://printer.local/"}, "url"),
    ({"url": "https://vault.internal./"}, "url"),
    ({"url": URL, "events": ["job.exploded"]}, "events[0]"),
    ({"url": URL, "events": ["job.failed", "*"]}, "events[1]"),
    ({"url": URL, "events": ["webhook.test"]}, "events[0]"),
    ({"url": URL, "events": ["job.failed"] * 51}, "events"),
    ({"url": URL, "secret": "hunter2"}, "secret"),
    ({"url": URL, "secret": "whsec_c2hvcnQ="}, "secret"),
    ({"url": URL, "secret": "short", "scheme": pb.WEBHOOK_SCHEME_UPSTASH}, "secret"),
    ({"url": URL, "scheme": 99}, "scheme"),
    ({"url": URL, "description": "x" * 201}, "description"),
    ({"url": URL, "description": "two\nlines"}, "description"),
]


async def create(user: User, url: str = URL, **more: Any) -> pb.CreateWebhookResponse:
    request = pb.CreateWebhookRequest(settings=pb.WebhookSettings(url=url, **more))
    made: pb.CreateWebhookResponse = await user.call("CreateWebhook", request)
    return made


@pytest.fixture
def user(service: JobsService) -> User:
    return service.user("ann")


async def test_every_mistake_is_told_by_its_field(user: User) -> None:
    for settings, field in BAD:
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await create(user, **settings)
        assert [name for name, _ in error.violations] == [field], settings  # type: ignore[attr-defined]
        assert all(said.endswith(".") for _, said in error.violations), settings  # type: ignore[attr-defined]
        assert "hunter2" not in str(error.violations)  # type: ignore[attr-defined]
    assert (await user.call("ListWebhooks", pb.ListWebhooksRequest())).webhooks == []


async def test_a_secret_is_shown_once_and_nowhere_else(service: JobsService, user: User) -> None:
    made = await create(user)
    assert made.secret.startswith("whsec_")
    key = pb.GetWebhookRequest(webhook_id=made.webhook.webhook_id)
    shown = (await user.call("GetWebhook", key)).webhook
    assert shown == made.webhook and shown.url == URL
    assert list(shown.events) == [
        "job.started",
        "job.completed",
        "job.failed",
        "job.cancelled",
        "source.changed",
        "source.suspect",
        "webhook.disabled",
    ]
    assert made.secret not in str(await service.sql("SELECT * FROM webhook_endpoints"))
    assert made.secret not in str(await user.call("ListWebhooks", pb.ListWebhooksRequest()))
    own = await create(user, secret=made.secret)
    assert own.secret == made.secret and own.webhook.webhook_id != made.webhook.webhook_id


async def test_twenty_are_enough(user: User) -> None:
    for _ in range(20):
        await create(user)
    async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-webhooks"):
        await create(user)
    listed = (await user.call("ListWebhooks", pb.ListWebhooksRequest())).webhooks
    await user.call("DeleteWebhook", pb.DeleteWebhookRequest(webhook_id=listed[3].webhook_id))
    await create(user)


async def test_a_change_changes_what_it_names(user: User) -> None:
    webhook = (await create(user, description="before")).webhook
    change = pb.UpdateWebhookRequest(webhook_id=webhook.webhook_id, events=["job.failed"])
    changed = (await user.call("UpdateWebhook", change)).webhook
    assert (list(changed.events), changed.url, changed.description) == (["job.failed"], URL, "before")
    off = pb.UpdateWebhookRequest(webhook_id=webhook.webhook_id, enabled=False, description="")
    changed = (await user.call("UpdateWebhook", off)).webhook
    assert (changed.disabled_because, changed.description) == ("user", "")
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "webhook-disabled"):
        await user.call("TestWebhook", pb.TestWebhookRequest(webhook_id=webhook.webhook_id))
    async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
        await user.call(
            "UpdateWebhook", pb.UpdateWebhookRequest(webhook_id=webhook.webhook_id, url="http://10.0.0.1")
        )
    assert [field for field, _ in error.violations] == ["url"]  # type: ignore[attr-defined]


async def test_nobody_sees_or_touches_anothers(service: JobsService, user: User) -> None:
    """Each RPC that names an endpoint, by its descriptor: somebody else's is one that never was."""
    webhook = (await create(user)).webhook
    sent = (await user.call("TestWebhook", pb.TestWebhookRequest(webhook_id=webhook.webhook_id))).delivery
    before = await service.sql("SELECT * FROM webhook_endpoints")
    bob = service.user("bob")
    named = [method for method in SERVICE.methods if "webhook_id" in method.input_type.fields_by_name]
    assert len(named) == len(SERVICE.methods) - 2
    for method in named:
        told = []
        for webhook_id in (
            webhook.webhook_id,
            "0123456789abcdef01234567",
            "' OR 1=1 --",
            "",
            "a\0b",
            "x" * 65,
        ):
            more = (
                {"delivery_id": sent.delivery_id} if "delivery_id" in method.input_type.fields_by_name else {}
            )
            request = getattr(pb, method.input_type.name)(webhook_id=webhook_id, **more)
            async with refused(grpc.StatusCode.NOT_FOUND, "no-such-webhook") as error:
                await bob.call(method.name, request)
            told.append(error.message)
        assert len(set(told)) == 1, method.name
    assert await service.sql("SELECT * FROM webhook_endpoints") == before
    reader = service.user("ann", "read")
    for method in named:
        if method.name.startswith(("List", "Get")):
            continue
        async with refused(grpc.StatusCode.PERMISSION_DENIED):
            await reader.call(method.name, getattr(pb, method.input_type.name)(webhook_id=webhook.webhook_id))


async def test_lists_come_in_parts(user: User) -> None:
    webhook = (await create(user)).webhook
    for _ in range(5):
        await user.call("TestWebhook", pb.TestWebhookRequest(webhook_id=webhook.webhook_id))
    seen: list[str] = []
    request = pb.ListDeliveriesRequest(webhook_id=webhook.webhook_id, page_size=2)
    while True:
        part = await user.call("ListDeliveries", request)
        seen += [delivery.delivery_id for delivery in part.deliveries]
        if not part.next_page_token:
            break
        request.page_token = part.next_page_token
    assert len(seen) == len(set(seen)) == 5
    failed = pb.ListDeliveriesRequest(webhook_id=webhook.webhook_id, states=[pb.DELIVERY_STATE_FAILED])
    assert (await user.call("ListDeliveries", failed)).deliveries == []
    for bad in ({"states": [99]}, {"page_token": "nonsense"}, {"page_size": 501}):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT):
            await user.call("ListDeliveries", pb.ListDeliveriesRequest(webhook_id=webhook.webhook_id, **bad))


async def test_a_job_has_an_endpoint_of_its_own(sending: Sending, receiver: Receiver) -> None:
    """It is told of that job alone, from its start, and goes with it once all is sent."""
    user, service = sending.user, sending.service
    asked = CreateJobRequest(
        settings=JobSettings(url=DOCS), webhook=pb.WebhookSettings(url=receiver.url), idempotency_key="k"
    )
    made = await user.call("CreateJob", asked)
    assert made.webhook_secret.startswith("whsec_")
    again = await user.call("CreateJob", asked)
    assert again.replayed and not again.webhook_secret
    await crawl_some(service, user, await user.create())
    await crawl_some(service, user, made.job)
    assert (await user.call("ListWebhooks", pb.ListWebhooksRequest())).webhooks == []
    await user.call("DeleteJob", DeleteJobRequest(job_id=made.job.job_id))
    await service.maintenance.round()
    assert not await maintenance_store.jobs_deleted(service.maintenance_pool, 9)
    await sending.send()
    assert sorted(got.type for got in receiver.got) == ["job.completed", "job.started"]
    for got in receiver.got:
        got.verified(made.webhook_secret)
        assert got.data["jobId"] == made.job.job_id
    sending.clock.forward(31 * 86_400)
    await service.maintenance.round()
    assert await service.sql("SELECT 1 FROM webhook_endpoints") == []
    assert await service.sql("SELECT 1 FROM webhook_messages") == []
    async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
        await user.call(
            "CreateJob", CreateJobRequest(settings=JobSettings(url=DOCS), webhook=pb.WebhookSettings(url="x"))
        )
    assert [field for field, _ in error.violations] == ["webhook.url"]  # type: ignore[attr-defined]


async def test_a_deleted_jobs_deliveries_still_arrive(sending: Sending, receiver: Receiver) -> None:
    await sending.create(receiver.url, "job.cancelled", "job.completed")
    job = await sending.user.create()
    await sending.user.call("CancelJob", CancelJobRequest(job_id=job.job_id))
    await sending.user.call("DeleteJob", DeleteJobRequest(job_id=job.job_id))
    await sending.service.maintenance.round()
    assert await sending.service.sql("SELECT 1 FROM crawling_jobs") == []
    await sending.send()
    assert [got.type for got in receiver.got] == ["job.cancelled"]
