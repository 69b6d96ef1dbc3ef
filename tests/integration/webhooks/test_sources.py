"""A run that changed its source is told with what changed; one that changed nothing, or failed, is not."""

from __future__ import annotations

import grpc

from docspasta.v1 import sources_pb2 as pb
from docspasta.v1.jobs_pb2 import CancelJobRequest, CreateJobRequest, Job, JobSettings
from docspasta.v1.webhooks_pb2 import (
    GetWebhookRequest,
    ListDeliveriesRequest,
    ListWebhooksRequest,
    WebhookSettings,
)
from tests.integration.jobs.conftest import DOCS, crawl_some, refused
from tests.integration.webhooks.conftest import Sending
from tests.integration.webhooks.receiver import Receiver


async def run(sending: Sending, source: pb.Source, *links: str) -> Job:
    """A run of pages without anything to discover; it has ended."""
    user = sending.user
    job: Job = (await user.call("RunSource", pb.RunSourceRequest(source_id=source.source_id))).job
    await crawl_some(sending.service, user, job, *links)
    while not (await user.get(job)).HasField("finished_at"):
        await crawl_some(sending.service, user, job)
    return job


async def test_a_run_that_changed_its_source_is_told(sending: Sending, receiver: Receiver) -> None:
    _, secret = await sending.create(receiver.url, "source.changed")
    settings = JobSettings(url=DOCS)
    asked = pb.CreateSourceRequest(name="handbook", settings=settings, max_removed_percent=50)
    made = await sending.user.call("CreateSource", asked)
    source: pb.Source = made.source
    first = await run(sending, source, f"{DOCS}a", f"{DOCS}b")
    await run(sending, source, f"{DOCS}a", f"{DOCS}b")  # the same again
    cancelled = (await sending.user.call("RunSource", pb.RunSourceRequest(source_id=source.source_id))).job
    await sending.user.call("CancelJob", CancelJobRequest(job_id=cancelled.job_id))
    before = (await sending.user.call("GetSource", pb.GetSourceRequest(source_id=source.source_id))).source
    last = await run(sending, source, f"{DOCS}a", f"{DOCS}c", f"{DOCS}d")
    await sending.send()
    told = {got.data["jobId"]: got for got in receiver.got}
    assert set(told) == {first.job_id, last.job_id}
    none = dict.fromkeys(("added", "changed", "moved", "removed", "failed", "stale", "unchanged"), 0)
    assert told[first.job_id].data["changes"] == none | {"added": 3}
    got = told[last.job_id]
    got.verified(secret)
    assert got.type == "source.changed" and got.data["name"] == "handbook"
    assert got.data["changes"] == none | {"added": 2, "removed": 1, "unchanged": 2}
    path = f"/api/v5/sources/{source.source_id}"
    assert got.data["links"]["source"].endswith(path)
    query = f"?from={before.current_job_id}&to={last.job_id}"
    assert got.data["links"]["diff"].endswith(f"{path}/diff{query}")
    assert got.data["sequence"] == (await sending.user.get(last)).progress.version


async def test_a_suspect_run_is_announced_and_told_as_a_change_when_it_is_accepted(
    sending: Sending, receiver: Receiver
) -> None:
    await sending.create(receiver.url, "source.changed", "source.suspect")
    made = await sending.user.call("CreateSource", pb.CreateSourceRequest(settings=JobSettings(url=DOCS)))
    source: pb.Source = made.source
    first = await run(sending, source, *(f"{DOCS}{path}" for path in "abcd"))
    await sending.send()
    small = await run(sending, source, f"{DOCS}a")
    await sending.send()
    assert [got.type for got in receiver.got] == ["source.changed", "source.suspect"]
    told = receiver.got[1].data
    assert (told["jobId"], told["previousJobId"]) == (small.job_id, first.job_id)
    assert told["changes"]["removed"] == 3
    path = f"/api/v5/sources/{source.source_id}/runs/{small.job_id}/accept"
    assert told["links"]["accept"].endswith(path)
    await sending.user.call("AcceptRun", pb.AcceptRunRequest(source_id=source.source_id))
    await sending.user.call("AcceptRun", pb.AcceptRunRequest(source_id=source.source_id, job_id=small.job_id))
    await sending.send()
    assert [got.type for got in receiver.got][2:] == ["source.changed"]
    assert receiver.got[2].data["jobId"] == small.job_id and "accept" not in receiver.got[2].data["links"]


async def listed(sending: Sending, job_id: str = "") -> list[tuple[str, str]]:
    """Whose the webhooks are that a list shows: of a job, or of a source."""
    answer = await sending.user.call("ListWebhooks", ListWebhooksRequest(job_id=job_id))
    return [(webhook.job_id, webhook.source_id) for webhook in answer.webhooks]


async def test_what_nothing_arrives_at_is_listed_whosever_it_is(sending: Sending, receiver: Receiver) -> None:
    """A job's and a source's own are not among the user's, but for those that are switched off or fail."""
    user, own = sending.user, WebhookSettings(url=receiver.url)
    asked = CreateJobRequest(settings=JobSettings(url=DOCS), webhook=own)
    job = (await user.call("CreateJob", asked)).job.job_id
    made = await user.call(
        "CreateSource", pb.CreateSourceRequest(settings=JobSettings(url=DOCS), webhook=own)
    )
    await sending.send()
    assert (await listed(sending), await listed(sending, job)) == ([], [(job, "")])
    assert await listed(sending, "0" * 24) == await listed(sending, "' OR 1=1 --") == []
    receiver.behave = lambda got: 410
    await run(sending, made.source, f"{DOCS}a")
    await sending.send()
    await user.call("CancelJob", CancelJobRequest(job_id=job))
    await sending.send()
    assert await listed(sending) == [("", made.source.source_id), (job, "")]
    bob = sending.service.user("bob")
    for request in (ListWebhooksRequest(), ListWebhooksRequest(job_id=job)):
        assert not (await bob.call("ListWebhooks", request)).webhooks


async def test_a_sources_own_webhook_is_told_of_its_runs_alone(sending: Sending, receiver: Receiver) -> None:
    user = sending.user
    asked = pb.CreateSourceRequest(settings=JobSettings(url=DOCS), webhook=WebhookSettings(url=receiver.url))
    made = await user.call("CreateSource", asked)
    other = await user.call("CreateSource", pb.CreateSourceRequest(name="x", settings=JobSettings(url=DOCS)))
    assert not other.webhook_secret and not other.source.webhook_id
    assert not (await listed(sending))
    await run(sending, other.source, f"{DOCS}a")
    first = await run(sending, made.source, f"{DOCS}a")
    await sending.send()
    told = {"job.started", "job.completed", "source.changed"}
    assert {(got.type, got.data["jobId"]) for got in receiver.got} == {(one, first.job_id) for one in told}
    for got in receiver.got:
        got.verified(made.webhook_secret)
    log = ListDeliveriesRequest(webhook_id=made.source.webhook_id)
    assert len((await user.call("ListDeliveries", log)).deliveries) == 3
    receiver.got.clear()
    pages = WebhookSettings(url=receiver.url, events=["page.processed"])
    change = pb.UpdateSourceRequest(source_id=made.source.source_id, webhook=pages)
    changed = await user.call("UpdateSource", change)
    assert changed.source.webhook_id not in ("", made.source.webhook_id) and changed.webhook_secret
    await run(sending, other.source, f"{DOCS}b")
    second = await run(sending, made.source, f"{DOCS}b")
    noted = await sending.service.sql("SELECT DISTINCT job_id FROM webhook_page_events")
    assert [row["job_id"] for row in noted] == [second.job_id]
    await sending.send()
    assert {got.type for got in receiver.got} <= {"page.processed"}
    await user.call("DeleteSource", pb.DeleteSourceRequest(source_id=made.source.source_id))
    async with refused(grpc.StatusCode.NOT_FOUND, "no-such-webhook"):
        await user.call("GetWebhook", GetWebhookRequest(webhook_id=changed.source.webhook_id))
    change = pb.UpdateSourceRequest(
        source_id=other.source.source_id, webhook=WebhookSettings(url="http://10.0.0.1/", events=["x"])
    )
    async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
        await user.call("UpdateSource", change)
    assert [name for name, _ in error.__dict__["violations"]] == ["webhook.url", "webhook.events[0]"]


async def test_who_asks_for_no_changes_is_told_of_none(sending: Sending, receiver: Receiver) -> None:
    await sending.create(receiver.url, "job.completed")
    made = await sending.user.call("CreateSource", pb.CreateSourceRequest(settings=JobSettings(url=DOCS)))
    await run(sending, made.source)
    await sending.send()
    assert [got.type for got in receiver.got] == ["job.completed"]
