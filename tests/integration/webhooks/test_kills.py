"""Whatever dies at whatever moment, each event arrives, none is sent after its success was recorded, and no
try comes before its time."""

from __future__ import annotations

import asyncio
import os
import random
from collections import defaultdict
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from typing import Any

from docspasta.deliveries.schedule import WAITS
from docspasta.v1 import webhooks_pb2 as pb
from tests.integration.webhooks.conftest import Sending, sender_of
from tests.integration.webhooks.receiver import Got, Receiver, receiving
from tests.sizes import size

TRIES = "SELECT * FROM webhook_tries ORDER BY webhook_id, message_id, number"
OPEN = "SELECT count(*) AS n FROM webhook_deliveries WHERE state = 'pending'"
LONGEST = timedelta(days=30)


class Killers:
    """Kills one part after another, at moments that a seed decides."""

    def __init__(self, sending: Sending, receiver: Receiver, draw: random.Random) -> None:
        self.sending, self.receiver, self.draw = sending, receiver, draw
        self.listening = AsyncExitStack()

    def behave(self, got: Got) -> int | str:
        """Mostly well."""
        return self.draw.choices((204, 500, 503, "reset", "redirect", "silent"), (70, 8, 8, 8, 5, 1))[0]

    async def kill(self) -> None:
        """The sender, the crawler, or the receiver, in the middle of what goes on."""
        await self.sending.sender.round()
        serving = list(self.sending.sender.serving.values())
        if serving:
            await asyncio.wait(serving, timeout=self.draw.uniform(0, 0.05))
        match self.draw.choice(("jobs", "crawler", "receiver")):
            case "jobs":
                await self.sending.sender.stop()
                self.sending.sender = sender_of(self.sending.service, self.sending.crawler)
            case "crawler":
                self.sending.crawler.kill()
                await self.sending.sender.idle()
                self.sending.crawler.alive = True
            case _:
                await self.listening.aclose()
                await self.sending.sender.round()
                await self.sending.sender.idle()
                await self.listen()

    async def listen(self) -> None:
        """The receiver is there (again)."""
        self.listening = AsyncExitStack()
        await self.listening.enter_async_context(receiving(self.receiver))


async def test_every_event_arrives_through_kills(sending: Sending) -> None:
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"SEED={seed}")
    draw, receiver = random.Random(seed), Receiver()
    killers = Killers(sending, receiver, draw)
    receiver.behave = killers.behave
    await killers.listen()
    webhooks = [(await sending.create(f"{receiver.url}/{number}"))[0] for number in range(3)]
    kills, events = size("kills while webhooks are sent"), size("webhooks through kills")
    for kill in range(kills):
        for _ in range(events * (kill + 1) // kills - events * kill // kills):
            request = pb.TestWebhookRequest(webhook_id=draw.choice(webhooks).webhook_id)
            await sending.user.call("TestWebhook", request)
        await killers.kill()
        sending.clock.forward(draw.choice((0.1, 6, 61, 400)))
    receiver.behave = lambda got: 204
    sent_until = sending.clock.now
    while (await sending.service.sql(OPEN))[0]["n"]:
        assert sending.clock.now - sent_until < LONGEST, "some never arrive"
        sending.clock.forward(3600)
        await sending.send()
    await killers.listening.aclose()
    states = await sending.service.sql("SELECT state, count(*) AS n FROM webhook_deliveries GROUP BY state")
    assert {row["state"]: row["n"] for row in states} == {"delivered": events}
    assert len(receiver.accepted) == events
    check_tries(await sending.service.sql(TRIES), events)


def check_tries(rows: list[Any], events: int) -> None:
    """One success each, the last try of all; and the schedule between those that spent a try."""
    of_delivery: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        of_delivery[row["webhook_id"], row["message_id"]].append(row)
    assert len(of_delivery) == events
    for tries in of_delivery.values():
        assert [row["number"] for row in tries] == list(range(1, len(tries) + 1))
        good = [200 <= row["status"] < 300 and not row["error"] for row in tries]
        assert good == [False] * (len(tries) - 1) + [True], tries
        spent = [row for row in tries if not row["probe"]]
        for number, (before, after) in enumerate(pairwise(spent), 1):
            waited = (after["tried_at"] - before["tried_at"]).total_seconds()
            assert waited >= WAITS[number] - 0.001, (number, waited)


async def test_an_outage_of_two_hours_loses_nothing(sending: Sending) -> None:
    """The receiver is away for two hours while events go on: all arrive, and few requests were in vain."""
    receiver = Receiver()
    async with receiving(receiver):
        pass
    webhook, _ = await sending.create(receiver.url)
    for _ in range(24):
        await sending.user.call("TestWebhook", pb.TestWebhookRequest(webhook_id=webhook.webhook_id))
        await sending.send()
        sending.clock.forward(300)
    tried = await sending.service.sql("SELECT count(*) AS n FROM webhook_tries")
    assert tried[0]["n"] < 24
    async with receiving(receiver):
        for _ in range(4):
            sending.clock.forward(1800)
            await sending.send()
    assert len(receiver.accepted) == 24 and set(receiver.accepted.values()) == {1}
