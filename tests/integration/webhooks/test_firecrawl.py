"""What receivers that were written for Firecrawl get of a crawl and of a batch: its words, its signature,
their own metadata and headers."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import grpc

from docspasta.rest.webhook_requests import named_texts
from docspasta.v1 import webhooks_pb2 as pb
from docspasta.v1.jobs_pb2 import CancelJobRequest, CreateJobRequest
from gateway.firecrawl.options import Asked, batch_of, crawl_of
from tests.integration.jobs.conftest import DOCS, crawl_some, record, refused
from tests.integration.store.crawls import failed
from tests.integration.webhooks.conftest import Sending
from tests.integration.webhooks.receiver import Got, Receiver


def verified(got: Got, secret: str) -> Any:
    """The body, checked as Firecrawl's documentation says."""
    algorithm, _, signature = got.headers["x-firecrawl-signature"].partition("=")
    assert algorithm == "sha256"
    expected = hmac.new(secret.encode(), got.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, expected)
    return json.loads(got.body)


async def created(sending: Sending, asked: Asked) -> Any:
    request = CreateJobRequest(settings=asked.settings, webhook=asked.webhook)
    return await sending.user.call("CreateJob", request)


async def sent(sending: Sending) -> None:
    sending.clock.forward(6)  # pages wait for each other
    await sending.send()


async def test_a_crawl_with_metadata_and_headers(sending: Sending, receiver: Receiver) -> None:
    hook = {"url": receiver.url, "metadata": {"order": "17"}, "headers": {"X-Own": "välue"}}
    made = await created(sending, crawl_of({"url": DOCS, "webhook": hook}))
    await crawl_some(sending.service, sending.user, made.job, DOCS + "a")
    rows = await sending.service.sql(
        "SELECT page_id FROM crawled_pages WHERE state = 'queued' AND kind = 'page'"
    )
    await record(sending.service, sending.user, made.job, [failed(row["page_id"]) for row in rows])
    await crawl_some(sending.service, sending.user, made.job)
    await sent(sending)
    told = [verified(got, made.webhook_secret) for got in receiver.got]
    assert {body["id"] for body in told} == {made.job.job_id}
    assert {body["metadata"]["order"] for body in told} == {"17"}
    assert {got.headers["x-own"] for got in receiver.got} == {"välue"}
    told.sort(key=lambda body: body["metadata"]["sequence"])
    assert [(body["type"], body["success"]) for body in told] == [
        ("crawl.started", True),
        ("crawl.page", True),
        ("crawl.page", False),
        ("crawl.completed", True),
    ]
    assert told[1]["data"][0]["metadata"]["sourceURL"] == DOCS
    stored = await sending.service.sql("SELECT header_names, sealed_headers FROM webhook_endpoints")
    assert stored[0]["header_names"] == ["X-Own"] and "välue".encode() not in stored[0]["sealed_headers"]


async def test_a_batch_and_a_cancelled_crawl(sending: Sending, receiver: Receiver) -> None:
    batch = await created(sending, batch_of({"urls": [DOCS], "webhook": receiver.url}))
    await crawl_some(sending.service, sending.user, batch.job)
    crawl = await created(
        sending, crawl_of({"url": DOCS, "webhook": {"url": receiver.url, "events": ["failed"]}})
    )
    await sending.user.call("CancelJob", CancelJobRequest(job_id=crawl.job.job_id))
    await sent(sending)
    secrets = {made.job.job_id: made.webhook_secret for made in (batch, crawl)}
    told = [verified(got, secrets[json.loads(got.body)["id"]]) for got in receiver.got]
    assert sorted(body["type"] for body in told) == [
        *("batch_scrape.completed", "batch_scrape.page", "batch_scrape.started", "crawl.failed")
    ]


async def test_a_receiver_verifies_every_job_with_the_secret_that_it_knows(
    sending: Sending, receiver: Receiver
) -> None:
    """Firecrawl's clients cannot see the secret of a single job."""
    more = {"scheme": pb.WEBHOOK_SCHEME_FIRECRAWL, "secret": "a secret of the receiver's"}
    await sending.create(receiver.url, "webhook.disabled", **more)
    await sending.create(receiver.url, "webhook.disabled")  # another scheme lends nothing
    made = await created(sending, crawl_of({"url": DOCS, "webhook": receiver.url}))
    assert made.webhook_id and not made.webhook_secret, "a secret is shown once"
    await crawl_some(sending.service, sending.user, made.job)
    await sent(sending)
    assert len(receiver.got) == 3
    for got in receiver.got:
        assert verified(got, "a secret of the receiver's")["id"] == made.job.job_id


async def test_what_no_webhook_carries(sending: Sending, receiver: Receiver) -> None:
    for more, field in (
        ({"headers": {"Host": "a"}}, "headers[0].name"),
        ({"headers": {"X-A": "a\r\nb"}}, "headers[0].value"),
        ({"headers": {"Webhook-Id": "a"}}, "headers"),
        ({"headers": {"X-Firecrawl-Signature": "a"}}, "headers"),
        ({"headers": {str(n): "a" for n in range(9)}}, "headers"),
        ({"metadata": {"a": "b" * 2_048}}, "metadata"),
    ):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await sending.create(receiver.url, **{name: named_texts(texts) for name, texts in more.items()})
        assert [name for name, _ in error.violations] == [field]  # type: ignore[attr-defined]
