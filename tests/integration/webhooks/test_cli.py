"""`docspasta webhooks` over the service: an endpoint's whole life, as a person types it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from standardwebhooks import Webhook

from docspasta.cli import webhooks
from docspasta.cli.connection import Connection, Target
from docspasta.cli.exits import USAGE, CommandError
from docspasta.v1 import webhooks_pb2 as pb
from docspasta.v1.jobs_pb2 import CreateJobRequest, JobSettings
from tests.integration.jobs.conftest import DOCS
from tests.integration.webhooks.conftest import Sending
from tests.integration.webhooks.receiver import Receiver

HERE = Target()


@pytest.fixture(autouse=True)
def at_the_service(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command connects to."""

    async def token() -> str:
        return sending.user.token

    @asynccontextmanager
    async def connected(target: Target, kind: str) -> AsyncIterator[Connection]:
        yield Connection(sending.user.channel, token)

    monkeypatch.setattr(webhooks, "connected", connected)


async def test_an_endpoint_from_its_creation_to_its_end(
    sending: Sending, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    def out() -> str:
        lines = capsys.readouterr().out.splitlines()
        return "\n".join(line for line in lines if "room=" not in line)  # the service logs here, too

    await webhooks.create(HERE, receiver.url, ["job.completed"], "standard", "", "for the team")
    secret = out()
    await webhooks.list_webhooks(HERE, "", False)
    webhook_id, *told = out().split("  ")
    assert told == [f"{receiver.url}/", "job.completed", "enabled", "for the team"]

    receiver.behave = lambda got: 500
    await webhooks.test(HERE, webhook_id)
    delivery_id = out()
    await sending.send()
    await webhooks.deliveries(HERE, webhook_id, ["pending"], 9, False)
    assert out().startswith(f"{delivery_id}  pending  webhook.test  1 tries")
    await webhooks.show(HERE, webhook_id, delivery_id, False)
    shown = out().splitlines()
    assert shown[1].startswith("  1  ") and "HTTP 500" in shown[1] and "answer 500" in shown[1]
    assert json.loads(shown[2])["type"] == "webhook.test"

    receiver.behave = lambda got: 204
    await webhooks.retry(HERE, webhook_id, delivery_id)
    await sending.send()
    await webhooks.show(HERE, webhook_id, delivery_id, True)
    assert [row["httpStatus"] for row in json.loads(out().splitlines()[-1])["log"]] == [500, 204]

    await webhooks.rotate(HERE, webhook_id, "")
    rotated = out()
    await webhooks.test(HERE, webhook_id)
    await sending.send()
    for one in (secret, rotated):
        Webhook(one).verify(receiver.got[-1].body, receiver.got[-1].headers)

    await webhooks.enable(HERE, webhook_id, False)
    await webhooks.show(HERE, webhook_id, "", False)
    assert "disabled (user)" in out()
    await webhooks.enable(HERE, webhook_id, True)
    capsys.readouterr()
    await webhooks.recover(HERE, webhook_id, "2026-01-31T12:00:00Z")
    assert "0 deliveries are sent again\n" in capsys.readouterr().err
    await webhooks.delete(HERE, webhook_id)
    capsys.readouterr()
    await webhooks.list_webhooks(HERE, "", False)
    assert out() == ""


async def test_a_jobs_own_is_found_by_its_job(sending: Sending, capsys: pytest.CaptureFixture[str]) -> None:
    own = pb.WebhookSettings(url="https://hooks.example.org/")
    asked = CreateJobRequest(settings=JobSettings(url=DOCS), webhook=own)
    job_id = (await sending.user.call("CreateJob", asked)).job.job_id
    for name in (job_id, "latest", job_id[:9]):
        await webhooks.list_webhooks(HERE, name, False)
        assert f"of job {job_id}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (
            lambda: webhooks.create(HERE, "https://a.org/", [], "md5", "", ""),
            "--scheme 'md5' is none",
        ),
        (lambda: webhooks.deliveries(HERE, "w", ["lost"], 9, False), "--state 'lost' is none of pending"),
        (lambda: webhooks.recover(HERE, "w", "yesterday"), "--since 'yesterday' is no moment"),
    ],
)
async def test_what_cannot_be_meant_is_a_sentence(work: Any, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        await work()
    assert said in refused.value.message and refused.value.status == USAGE
