"""Redis refuses every user, then lets them in, then is away: who is ready, and what the logs say."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
import redis

from docspasta.serving.probes import ask
from tests import stack as stacks
from tests.e2e.drain.conftest import SETTINGS
from tests.e2e.drain.fleet import SERVICES, Fleet, Replica, fleet_of
from tests.sizes import FULL

USER = "late"
ROUND = 0.2  # seconds between rounds of maintenance: many loops meet the outage


def events(replica: Replica) -> list[dict[str, Any]]:
    """The lines of a replica's log."""
    return [json.loads(line) for line in replica.log.read_text().splitlines()]


def told(replica: Replica) -> Counter[str]:
    return Counter(line["event"] for line in events(replica) if line["level"] != "debug")


SAID = {"redis is away", "redis refuses its user"}


async def until_told(replica: Replica, event: str) -> None:
    """Wait for a line of a replica's log."""
    for _ in range(1_200):
        if told(replica)[event]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{replica.service} did not say {event!r} in 60 s: {told(replica)}")


def let_in(admin: Any, allowed: bool) -> None:
    admin.execute_command("ACL", "SETUSER", USER, "on" if allowed else "off", ">secret", "~*", "&*", "+@all")
    if not allowed:
        admin.execute_command("CLIENT", "KILL", "USER", USER)


@pytest.mark.skipif(not FULL, reason="starts four processes for ten seconds; runs in make test-full")
async def test_nobody_is_ready_before_redis_answers_and_an_outage_is_one_line(
    database: stacks.Database, valkey_server: stacks.ValkeyServer
) -> None:
    valkey_server.flush()
    url = valkey_server.url.replace("unix://", f"unix://{USER}:secret@")
    settings = SETTINGS | {"JOBS_MAINTENANCE_INTERVAL": str(ROUND)}
    with redis.Redis.from_url(valkey_server.url) as admin, fleet_of(database, url, **settings) as fleet:
        try:
            await refused_then_away(fleet, admin)
        finally:
            admin.execute_command("ACL", "DELUSER", USER)


async def refused_then_away(fleet: Fleet, admin: Any) -> None:
    all_four = [fleet.launch(name) for name in SERVICES]
    stored = [one for one in all_four if one.service != "gateway"]
    for one in all_four:
        await until_told(one, "listening")
        assert await ask(f"127.0.0.1:{one.health}", "liveness")
        assert not await ask(f"127.0.0.1:{one.health}", "readiness"), one.service
        await until_told(one, "not ready")
    waiting = {line["waiting_for"] for one in stored for line in events(one) if line["event"] == "not ready"}
    assert waiting == {"redis"}
    let_in(admin, True)
    for one in all_four:
        await one.until_ready()
        await until_told(one, "ready")
    for one in stored:
        if any(told(one)[event] for event in SAID):
            await until_told(one, "redis is back")
    before = {one.service: len(events(one)) for one in stored}
    let_in(admin, False)
    await asyncio.sleep(15 * ROUND)  # an idle crawler or processor may not notice
    let_in(admin, True)
    for one in stored:
        said = [line["event"] for line in events(one)[before[one.service] :]]
        print(one.service, said)
        assert len(said) <= 4, said
        assert one.service != "jobs" or SAID & set(said)
        assert "Traceback" not in one.log.read_text()
        assert await ask(f"127.0.0.1:{one.health}", "readiness")  # a store that is lost later changes nothing
