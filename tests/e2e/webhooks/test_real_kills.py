"""A running stack: jobs and crawler end by SIGKILL while webhooks are sent, and every event arrives."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from standardwebhooks import Webhook

from tests.e2e.security.people import Person
from tests.integration.webhooks.receiver import Receiver, receiving
from tests.sizes import size
from tests.stack import RunningStack

PATIENCE = 240.0  # seconds, for each part of the test


async def asked(person: Person, method: str, path: str, body: object = None) -> dict[str, object]:
    """An answer of 2xx, asked for again while jobs is being started again."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            answer = await asyncio.to_thread(person.ask, method, path, body)
        except OSError:
            answer = None
        if answer is not None and 200 <= answer.status < 300:
            found: dict[str, object] = answer.json()
            return found
        assert time.monotonic() < until, answer
        await asyncio.sleep(0.1)


async def test_every_event_arrives_through_real_kills(start_stack: Callable[..., RunningStack]) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"SEED={seed}")
    draw = random.Random(seed)
    async with receiving() as receiver:
        opened = receiver.url.removeprefix("http://")
        stack = await asyncio.to_thread(start_stack, docspasta_allow_private=opened)
        person = Person(stack.gateway, token=stack.token())
        made = await asked(person, "POST", "/api/v5/webhooks", {"url": receiver.url})
        path = f"/api/v5/webhooks/{made['webhookId']}"
        await through_kills(stack, person, path, draw)
        await all_arrived(stack, path, receiver)
    for got in receiver.got:
        Webhook(str(made["secret"])).verify(got.body, got.headers)


async def through_kills(stack: RunningStack, person: Person, path: str, draw: random.Random) -> None:
    """Events, and a kill now and then."""
    events, kills = size("webhooks through real kills"), size("real kills while webhooks are sent")
    for number in range(events):
        person.token = stack.token()
        await asked(person, "POST", f"{path}/test")
        if number % (events // kills) == 0:
            name = draw.choice(("jobs", "crawler"))
            await asyncio.to_thread(stack.restart, name, within=60)


async def all_arrived(stack: RunningStack, path: str, receiver: Receiver) -> None:
    """Nothing is pending, nothing has failed, and the receiver has each that is in the record."""
    until = time.monotonic() + PATIENCE
    while True:
        person = Person(stack.gateway, token=stack.token())
        pending = await asked(person, "GET", f"{path}/deliveries?state=pending,failed")
        if not pending["deliveries"]:
            break
        assert time.monotonic() < until, pending
        await asyncio.sleep(0.2)
    ids, token = set(), ""
    while True:
        more = f"&pageToken={token}" if token else ""
        part = await asked(person, "GET", f"{path}/deliveries?pageSize=100{more}")
        ids |= {row["deliveryId"] for row in part["deliveries"]}  # type: ignore[attr-defined]
        token = str(part["nextPageToken"] or "")
        if not token:
            break
    assert len(ids) >= size("webhooks through real kills")
    assert set(receiver.accepted) == ids
