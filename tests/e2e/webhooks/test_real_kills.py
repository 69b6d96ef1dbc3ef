"""Processes of jobs, the crawler, the processor, the gateway and the receiver end by SIGKILL at random
moments: what became true is told, and what was answered for is recorded, once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import aiohttp
import asyncpg
import pytest
from standardwebhooks import Webhook

from docspasta.deliveries.events import Event
from services.jobs.webhooks.leasing import AT_AN_ENDPOINT
from tests import stack as stacks
from tests.integration.webhooks.test_kills import TRIES, check_tries
from tests.sizes import size

from .mortals import PARTS, Mortals, mortals
from .patient import Patient
from .pushers import Pushed, Pusher

SETTINGS = {
    "ALLOW_PRIVATE": "127.0.0.1",
    "CRAWLER_PORTS": "*",
    "JOBS_REQUESTS_PER_SECOND": "0",
    "GATEWAY_REQUESTS_PER_SECOND": "0",
    "JOBS_MAX_SECONDS": "100000000",
    "PROCESSOR_WORKERS": "1",
    "PROCESSOR_LEASE": "3",
    "JOBS_MAINTENANCE_INTERVAL": "0.5",
}
WANTED = ["job.started", "job.completed", "page.processed", "page.failed"]
PUSHERS = 3
OPEN = "SELECT count(*) FROM webhook_deliveries WHERE state = 'pending'"
PAGES = "SELECT job_id, url, state, page_id FROM crawled_pages WHERE kind = 'page'"
PATIENCE = 240.0  # seconds, for each part of the end


@pytest.mark.timeout(850)
async def test_what_is_told_and_pushed_outlives_real_kills(database: stacks.Database, redis_url: str) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"SEED={seed}")
    draw = random.Random(seed)
    with mortals(database, redis_url, **SETTINGS) as world:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            patient = Patient(session, world)
            made = await patient.ask("POST", "/api/v5/webhooks", {"url": world.receiver, "events": WANTED})
            pushers = [
                await Pusher.begun(patient, number, random.Random(draw.random())) for number in range(PUSHERS)
            ]
            pushing = [
                asyncio.create_task(pusher.run(size("pushes through real kills"))) for pusher in pushers
            ]
            await through_kills(world, patient, str(made["webhookId"]), draw)
            pushed = await asyncio.wait_for(asyncio.gather(*pushing), PATIENCE)
            await all_arrived(world, database)
        world.check()
        await check_pages(database, pushed)
        await check_told(world, database, pushed, str(made["secret"]))


async def through_kills(world: Mortals, patient: Patient, webhook: str, draw: random.Random) -> None:
    """Events, and after every few of them a kill at a random moment. What was killed starts at once."""
    events, kills = size("webhooks through real kills"), size("real kills while webhooks are sent")
    for kill in range(kills):
        due = events * (kill + 1) // kills - events * kill // kills
        telling = [
            asyncio.create_task(patient.ask("POST", f"/api/v5/webhooks/{webhook}/test")) for _ in range(due)
        ]
        await asyncio.wait(telling, timeout=draw.uniform(0, 0.5))
        name = draw.choices(PARTS, (3, 3, 3, 2, 2, 3))[0]
        await asyncio.to_thread(world.kill, name)
        world.start(name, draw.randrange(1, 2**32))
        await asyncio.gather(*telling)
        world.forward(draw.choice((0.1, 6, 61, 400)))
    world.kill("receiver")
    world.start("receiver")  # which behaves well from now on


async def all_arrived(world: Mortals, database: stacks.Database) -> None:
    """Nothing is pending. The clock goes on while nothing is sent."""
    connection = await asyncpg.connect(database.superuser_dsn)
    until, before = time.monotonic() + PATIENCE, -1
    try:
        while left := await connection.fetchval(OPEN):
            assert time.monotonic() < until, f"{left} never arrive"
            if left == before:
                world.forward(3600)
            before = left
            await asyncio.sleep(0.3)
    finally:
        await connection.close()


async def check_pages(database: stacks.Database, pushed: list[Pushed]) -> None:
    """The record has every page that was answered for, once, and no other."""
    rows = await fetched(database, PAGES)
    found = Counter((row["job_id"], row["url"]) for row in rows)
    assert found == Counter((one.job_id, url) for one in pushed for url in one.urls)
    assert {row["state"] for row in rows} == {"processed"}
    for one in pushed:
        assert max(one.accepted.values()) == 1, one.accepted.most_common(3)
        assert one.markdown_is_right


async def check_told(world: Mortals, database: stacks.Database, pushed: list[Pushed], secret: str) -> None:
    """Each message has arrived, signed; a page is told once; no try is too early or after a success."""
    tries = await fetched(database, TRIES)
    messages = {
        row["message_id"]: row["type"] for row in await fetched(database, "SELECT * FROM webhook_messages")
    }
    check_tries(tries, len(messages))
    received = world.requests()
    accepted = Counter(one.message_id for one in received if one.accepted)
    assert set(accepted) == set(messages)
    again = accepted.total() - len(accepted)
    print(f"{len(messages)} messages, {len(received)} requests, {again} after an answer that was lost")
    assert again <= world.cuts * AT_AN_ENDPOINT
    for one in received:
        at = datetime.fromtimestamp(one.sent_at, UTC)
        assert one.signature == Webhook(secret).sign(one.message_id, at, one.body)
    first = {one.message_id: one.told for one in received if one.accepted}
    types = Counter(messages.values())
    assert types[Event.TEST] >= size("webhooks through real kills")
    assert types[Event.JOB_STARTED] == types[Event.JOB_COMPLETED] == len(pushed)
    pages = Counter(page["pageId"] for told in first.values() for page in told["data"].get("pages", ()))
    assert pages == Counter(str(row["page_id"]) for row in await fetched(database, PAGES))


async def fetched(database: stacks.Database, query: str) -> list[Any]:
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        rows: list[Any] = await connection.fetch(query)
        return rows
    finally:
        await connection.close()
