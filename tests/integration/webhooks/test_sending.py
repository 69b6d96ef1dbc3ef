"""What is told arrives, signed, at its time; receivers that fail in every way are tried again, and no other
endpoint waits for them."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from docspasta.deliveries.schedule import WAITS
from docspasta.v1 import webhooks_pb2 as pb
from docspasta.v1.jobs_pb2 import CancelJobRequest
from tests.integration.jobs.conftest import crawl_some, record
from tests.integration.store.crawls import failed
from tests.integration.webhooks.conftest import Sending
from tests.integration.webhooks.receiver import Receiver, receiving
from tests.sizes import FULL, size

SITE = "https://docs.example.org"
LINKS = tuple(f"{SITE}/{n}" for n in range(3))


async def test_a_crawl_is_told_from_start_to_end(sending: Sending, receiver: Receiver) -> None:
    """Events in order of their sequence, absolute counts, believed by the receiver's own library."""
    _, secret = await sending.create(
        receiver.url + "/in", "job.started", "job.completed", "page.processed", "page.failed"
    )
    job = await sending.user.create()
    await crawl_some(sending.service, sending.user, job, *LINKS)
    rows = await sending.service.sql(
        "SELECT page_id FROM crawled_pages WHERE state = 'queued' AND kind = 'page'"
    )
    await record(sending.service, sending.user, job, [failed(row["page_id"]) for row in rows])
    await crawl_some(sending.service, sending.user, job)
    sending.clock.forward(6)
    await sending.send()
    for got in receiver.got:
        assert got.path == "/in" and len(got.body) < 20_000
        got.verified(secret)
    told = sorted(receiver.got, key=lambda got: got.data["sequence"])
    assert [got.type for got in told] == ["job.started", "page.processed", "page.failed", "job.completed"]
    assert told[-1].data["counts"] == {
        **told[-1].data["counts"],
        "discovered": 4,
        "processed": 1,
        "failed": 3,
    }
    assert {page["url"] for page in told[2].data["pages"]} == set(LINKS)
    assert {page["reason"] for page in told[2].data["pages"]} == {"http_status"}
    await sending.send()
    assert len(receiver.got) == 4 and set(receiver.accepted.values()) == {1}


async def test_only_what_was_asked_for_is_told(sending: Sending, receiver: Receiver) -> None:
    """By default no pages; another user's jobs never."""
    await sending.create(receiver.url)
    bob = sending.service.user("bob")
    theirs = await bob.create()
    job = await sending.user.create()
    await crawl_some(sending.service, sending.user, job)
    await bob.call("CancelJob", CancelJobRequest(job_id=theirs.job_id))
    await sending.send()
    assert sorted(got.type for got in receiver.got) == ["job.completed", "job.started"]
    assert {got.data["jobId"] for got in receiver.got} == {job.job_id}
    assert await sending.service.sql("SELECT 1 FROM webhook_messages WHERE user_id = 'bob'") == []
    assert await sending.service.sql("SELECT 1 FROM webhook_page_events") == []


@pytest.mark.parametrize("bad", [500, 404, "reset", "silent", "redirect", "drip"])
async def test_each_failure_is_tried_by_the_schedule(
    sending: Sending, receiver: Receiver, bad: int | str
) -> None:
    """Own clock: no try comes before its time, each after it, the same id and body every time."""
    webhook, _ = await sending.create(receiver.url, "job.started")
    receiver.behave = lambda got: bad if len(receiver.got) < 4 else 200
    await sending.user.create()
    waited = 0.0
    for wait in WAITS[:4]:
        if wait:
            sending.clock.forward(wait * 0.99)
            await sending.send()
        assert len(receiver.got) == waited, "too early"
        sending.clock.forward(wait * 0.12)
        await sending.send()
        waited += 1
        assert len(receiver.got) == waited, "too late"
    sending.clock.forward(10**6)
    await sending.send()
    assert len(receiver.got) == 4, "again after a success"
    assert len({(got.message_id, got.body) for got in receiver.got}) == 1
    assert not [got for got in receiver.got if got.path == "/elsewhere"]
    [delivery] = await sending.deliveries(webhook)
    assert (delivery.state, delivery.tries) == (pb.DELIVERY_STATE_DELIVERED, 4)
    tries = await sending.tries(webhook, delivery)
    assert [row.number for row in tries] == [1, 2, 3, 4] and not any(row.probe for row in tries)
    assert all(row.error or row.http_status for row in tries) and tries[-1].http_status == 200


async def test_an_answer_is_kept_in_part(sending: Sending, receiver: Receiver) -> None:
    webhook, _ = await sending.create(receiver.url, "job.started")
    receiver.behave = lambda got: "large"
    await sending.user.create()
    await sending.send()
    [delivery] = await sending.deliveries(webhook)
    [row] = await sending.tries(webhook, delivery)
    assert row.http_status == 200 and row.head == "y" * 1024


async def test_retry_after_holds_back_the_endpoint(sending: Sending, receiver: Receiver) -> None:
    await sending.create(receiver.url, "job.started")
    receiver.behave = lambda got: 429 if len(receiver.got) == 1 else 200
    await sending.user.create()
    await sending.send()
    await sending.user.create()
    sending.clock.forward(119)
    await sending.send()
    assert len(receiver.got) == 1
    sending.clock.forward(2)
    await sending.send()
    assert len(receiver.got) == 3


async def test_the_breaker_keeps_deliveries_unspent(sending: Sending, receiver: Receiver) -> None:
    """An outage of hours: few requests while it lasts, and all arrive when it ends."""
    webhook, _ = await sending.create(receiver.url, "job.started")
    receiver.behave = lambda got: 503
    for _ in range(12):
        await sending.user.create()
    await sending.send()
    asked = len(receiver.got)
    assert 5 <= asked <= 8 and not (await sending.health(webhook)).health.closed
    for _ in range(24):
        sending.clock.forward(300)
        await sending.send()
    assert len(receiver.got) - asked == 5, "a probe at a time, ever more seldom"
    spent = await sending.service.sql("SELECT max(spent) AS most FROM webhook_deliveries")
    assert spent[0]["most"] <= 1, "probes spend nothing"
    receiver.behave = lambda got: 200
    sending.clock.forward(1801)
    await sending.send()
    sending.clock.forward(6)
    await sending.send()
    assert len(receiver.accepted) == 12 and set(receiver.accepted.values()) == {1}
    assert (await sending.health(webhook)).health.closed


async def test_a_message_that_is_refused_alone_is_given_up(sending: Sending, receiver: Receiver) -> None:
    """Ten tries, spread over the schedule, then it is failed; it can be sent again by hand."""
    webhook, _ = await sending.create(receiver.url, "job.started")
    await sending.user.create()
    receiver.behave = lambda got: 500 if got.message_id == receiver.got[0].message_id else 200
    for wait in WAITS:
        sending.clock.forward(wait * 1.1)
        await sending.send()
        await sending.user.create()  # another message that arrives: the receiver is there
        await sending.send()
    [lost] = await sending.deliveries(webhook, pb.DELIVERY_STATE_FAILED)
    assert lost.tries == len(WAITS) and lost.http_status == 500
    receiver.behave = lambda got: 200
    since = pb.RecoverDeliveriesRequest(webhook_id=webhook.webhook_id)
    since.since.FromDatetime(sending.clock.now - timedelta(days=30))
    assert (await sending.user.call("RecoverDeliveries", since)).deliveries == 1
    await sending.send()
    assert await sending.deliveries(webhook, pb.DELIVERY_STATE_FAILED) == []
    again = pb.RetryDeliveryRequest(webhook_id=webhook.webhook_id, delivery_id=lost.delivery_id)
    await sending.user.call("RetryDelivery", again)
    await sending.send()
    assert receiver.accepted[lost.delivery_id] == 2, "whoever asks for it gets it again"


async def test_410_ends_an_endpoint_and_tells_the_others(sending: Sending, receiver: Receiver) -> None:
    async with receiving() as other:
        gone, _ = await sending.create(receiver.url, "job.started")
        await sending.create(other.url, "webhook.disabled")
        receiver.behave = lambda got: 410
        await sending.user.create()
        await sending.send()
        assert (await sending.health(gone)).disabled_because == "gone"
        [told] = other.got
        assert told.type == "webhook.disabled"
        assert told.data["disabled"] == {"webhookId": gone.webhook_id, "url": gone.url, "because": "gone"}
    await sending.user.create()
    sending.clock.forward(10**6)
    await sending.send()
    assert len(receiver.got) == 1, "nothing more goes to it"
    enabled = pb.UpdateWebhookRequest(webhook_id=gone.webhook_id, enabled=True)
    assert not (await sending.user.call("UpdateWebhook", enabled)).webhook.HasField("disabled_at")


async def test_five_days_of_failure_end_an_endpoint(sending: Sending, receiver: Receiver) -> None:
    webhook, _ = await sending.create(receiver.url, "job.started")
    receiver.behave = lambda got: "reset"
    await sending.user.create()
    for _ in range(5 * 24 + 24):
        sending.clock.forward(3600)
        await sending.send()
    assert (await sending.health(webhook)).disabled_because == "failing"
    [delivery] = await sending.deliveries(webhook)
    assert delivery.state == pb.DELIVERY_STATE_PENDING
    receiver.behave = lambda got: 200
    await sending.user.call(
        "UpdateWebhook", pb.UpdateWebhookRequest(webhook_id=webhook.webhook_id, enabled=True)
    )
    sending.clock.forward(86_400)
    await sending.send()
    assert receiver.accepted == {delivery.delivery_id: 1}


async def test_a_rotation_is_signed_with_both_secrets_for_a_day(sending: Sending, receiver: Receiver) -> None:
    webhook, old = await sending.create(receiver.url, "job.started")
    request = pb.RotateWebhookSecretRequest(webhook_id=webhook.webhook_id)
    new = (await sending.user.call("RotateWebhookSecret", request)).secret
    await sending.user.create()
    await sending.send()
    receiver.got[0].verified(old)
    receiver.got[0].verified(new)
    rows = await sending.service.sql("SELECT * FROM webhook_endpoints")
    assert old not in str(rows) and new not in str(rows), "a secret lies in the record in the clear"
    await sending.service.sql("UPDATE webhook_endpoints SET previous_until = now() - interval '1 s'")
    await sending.user.create()
    await sending.send()
    receiver.got[1].verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.got[1].verified(old)


@pytest.mark.alone
async def test_one_dead_and_one_slow_endpoint_slow_nobody(sending: Sending, receiver: Receiver) -> None:
    """The good ones have all they are owed while the slow one still thinks about its own."""
    good = size("endpoints beside a dead and a slow one")
    events = size("deliveries beside a dead and a slow one") // good
    async with receiving() as slow:
        slow.slow = 14.0 if FULL else 0.45
        dead, _ = await sending.create("http://127.0.0.1:9/dead", "job.started")
        await sending.create(slow.url, "job.started")
        for number in range(good):
            await sending.create(f"{receiver.url}/{number}", "job.started")
        for _ in range(events):
            await sending.user.create()
        sending.clock.live = True
        running = asyncio.create_task(sending.sender.run())
        begun = time.monotonic()
        while len(receiver.got) < events * good:
            assert time.monotonic() - begun < 30 + events * good / 8, (len(receiver.got), len(slow.got))
            await asyncio.sleep(0.02)
        late = len(slow.got)
        print(f"{events * good / (time.monotonic() - begun):.0f} deliveries a second")
        running.cancel()
        await asyncio.wait([running])
    assert set(receiver.accepted.values()) == {good}, "each message, to each endpoint once"
    assert late < events, "the slow one was waited for"
    # A try is cut after 15 s; on a busy machine that is before the receiver has slept for its 14.
    assert 4 <= slow.most_at_once <= (8 if FULL else 4)
    assert not (await sending.health(dead)).health.closed
