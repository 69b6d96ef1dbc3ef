"""Two replicas: what one holds the other leaves alone, and a lease that ran out counts for success alone."""

from __future__ import annotations

from docspasta.deliveries.tries import Tried
from docspasta.store.deliveries import EndpointKey
from docspasta.v1 import webhooks_pb2 as pb
from services.jobs.webhooks.leasing import AT_AN_ENDPOINT, Batch, lease
from services.jobs.webhooks.settling import give_back, settle
from tests.integration.webhooks.conftest import Sending

GOOD, BAD = Tried(status=204), Tried(status=500, head="no\ufffd")


async def endpoint(sending: Sending, events: int) -> tuple[EndpointKey, pb.Webhook]:
    """An endpoint to which some events are due."""
    webhook, _ = await sending.create("https://hooks.example.org/")
    for _ in range(events):
        await sending.user.call("TestWebhook", pb.TestWebhookRequest(webhook_id=webhook.webhook_id))
    return EndpointKey("ann", webhook.webhook_id), webhook


async def leased(sending: Sending, key: EndpointKey, room: int = 9) -> Batch:
    batch = await lease(sending.service.resources, key, room)
    assert batch is not None
    return batch


async def test_no_more_than_four_are_under_way_over_all_replicas(sending: Sending) -> None:
    key, _ = await endpoint(sending, 9)
    first = await leased(sending, key, 3)
    second = await leased(sending, key)
    assert (len(first.leased), len(second.leased)) == (3, AT_AN_ENDPOINT - 3)
    assert await lease(sending.service.resources, key, 9) is None
    ids = [row.message.message_id for batch in (first, second) for row in batch.leased]
    assert len(set(ids)) == AT_AN_ENDPOINT
    await give_back(sending.service.resources, key, first.leased[0])
    assert await lease(sending.service.resources, key, 9) is not None, "another takes its place"
    sending.clock.forward(6)
    await settle(sending.service.resources, key, second.leased[0], GOOD, probe=False)
    again = await leased(sending, key, 1)
    assert again.leased[0].message.message_id not in ids[1:]


async def test_a_failure_whose_lease_was_lost_changes_nothing(sending: Sending) -> None:
    key, webhook = await endpoint(sending, 1)
    resources = sending.service.resources
    slow = (await leased(sending, key)).leased[0]
    sending.clock.forward(61)
    quick = (await leased(sending, key)).leased[0]
    await settle(resources, key, slow, BAD, probe=False)
    [delivery] = await sending.deliveries(webhook)
    assert (delivery.state, delivery.tries) == (pb.DELIVERY_STATE_PENDING, 0)
    await settle(resources, key, quick, GOOD, probe=False)
    await settle(resources, key, slow, GOOD, probe=False)
    [delivery] = await sending.deliveries(webhook)
    assert (delivery.state, delivery.tries) == (pb.DELIVERY_STATE_DELIVERED, 1)
    assert len(await sending.tries(webhook, delivery)) == 1


async def test_a_success_counts_though_its_lease_was_lost(sending: Sending) -> None:
    """The receiver has it: nobody sends it again."""
    key, webhook = await endpoint(sending, 1)
    resources = sending.service.resources
    slow = (await leased(sending, key)).leased[0]
    sending.clock.forward(61)
    quick = (await leased(sending, key)).leased[0]
    await settle(resources, key, slow, GOOD, probe=False)
    await settle(resources, key, quick, BAD, probe=False)
    [delivery] = await sending.deliveries(webhook)
    assert (delivery.state, delivery.tries) == (pb.DELIVERY_STATE_DELIVERED, 1)
    sending.clock.forward(10**6)
    assert await lease(resources, key, 9) is None
