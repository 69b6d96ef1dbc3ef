"""`--webhook`: asked for with the job, its secret shown once, waited for where the stack ends with it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from docspasta.cli.crawling import Crawling, CrawlOptions
from docspasta.cli.telling import webhook_of
from docspasta.v1.jobs_pb2 import CreateJobRequest, CreateJobResponse, JobSettings
from docspasta.v1.webhooks_pb2 import Delivery, ListDeliveriesRequest, ListDeliveriesResponse


class Connection:
    """Answers with what it is given; `rounds` are the pending deliveries of each look, by their tries."""

    stack: Any = object()

    def __init__(self, rounds: list[list[int]]) -> None:
        self.rounds = rounds
        self.asked: list[Any] = []

    async def call(self, method: Any, request: Any) -> Any:
        self.asked.append(request)
        if isinstance(request, CreateJobRequest):
            return CreateJobResponse(
                webhook_id="hook", webhook_secret=request.webhook.secret or "whsec_fresh"
            )
        assert isinstance(request, ListDeliveriesRequest) and request.webhook_id == "hook"
        rows = self.rounds.pop(0)
        return ListDeliveriesResponse(deliveries=[Delivery(tries=tries) for tries in rows])


def crawling(connection: Any, url: str, secret: str) -> Crawling:
    options = CrawlOptions(JobSettings(url="https://e.org/"), webhook=webhook_of(url, secret), quiet=True)
    return Crawling(connection, options, "")


@pytest.mark.parametrize(
    ("rounds", "left"), [([[0, 0], [0], []], False), ([[0], [1, 0], [2, 1]], True), ([[]], False)]
)
async def test_a_webhook_is_waited_for(
    rounds: list[list[int]],
    left: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def at_once(seconds: float) -> None:
        return

    connection = Connection(rounds)
    run = crawling(connection, "https://e.org/hook", "")
    await run.create()
    assert connection.asked[0].webhook.url == "https://e.org/hook"
    assert "whsec_fresh" in capsys.readouterr().err
    monkeypatch.setattr(asyncio, "sleep", at_once)
    await run.tell_webhook()
    assert connection.rounds == []
    assert ("has not answered yet" in capsys.readouterr().err) is left


async def test_a_secret_that_is_known_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    await crawling(Connection([]), "https://e.org/hook", "whsec_mine").create()
    assert "whsec" not in capsys.readouterr().err


async def test_without_a_webhook_nobody_is_asked() -> None:
    connection = Connection([])
    run = crawling(connection, "", "")
    await run.create()
    await run.tell_webhook()
    assert len(connection.asked) == 1 and not connection.asked[0].HasField("webhook")
