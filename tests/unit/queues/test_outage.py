"""With Redis away: one line a change of state; leases are renewed again as soon as it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import redis.exceptions

from docspasta.queues.outage import Outage
from docspasta.queues.renewal import renew_leases
from docspasta.store.reachable import AWAY


class Log:
    """What was logged, and how."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def __getattr__(self, level: str) -> Any:
        return lambda event, **facts: self.lines.append((level, event, facts))


def test_an_outage_is_one_line_however_long_it_lasts() -> None:
    log, now = Log(), 100.0
    outage = Outage(log, lambda: now)
    for _ in range(300):
        outage.met("claiming", redis.exceptions.ConnectionError("Error 111 connecting to 127.0.0.1:6379."))
        outage.met("renewing leases", redis.exceptions.ConnectionError("Error 111 connecting."))
    now = 460.0
    outage.over()
    outage.over()
    assert [(level, event) for level, event, _ in log.lines] == [
        ("error", "redis is away"),
        ("info", "redis is back"),
    ]
    assert "exc_info" not in log.lines[0][2] and log.lines[1][2] == {"seconds": 360.0}


def test_another_kind_of_trouble_is_said_too_and_a_mistake_keeps_its_traceback() -> None:
    log = Log()
    outage = Outage(log)
    outage.met("claiming", redis.exceptions.ConnectionError("away"))
    outage.met("claiming", redis.exceptions.NoPermissionError("this user has no permissions"))
    outage.met("claiming", KeyError("x"))
    outage.met("claiming", redis.exceptions.ConnectionError("away"))
    assert [level for level, _, _ in log.lines] == ["error", "error", "exception"]
    assert [event for _, event, _ in log.lines][:2] == ["redis is away", "redis refuses its user"]
    assert "no permissions" in log.lines[1][2]["error"] and log.lines[2][2]["exc_info"]


def test_each_store_has_its_own_outage() -> None:
    log = Log()
    outage = Outage(log, store="postgres", trouble=AWAY)
    outage.met("recording", ConnectionRefusedError("refused"))
    outage.met("recording", asyncpg.InterfaceError("the connection is closed"))
    outage.met("recording", ConnectionRefusedError("refused"))
    outage.over()
    outage.met("recording", ConnectionRefusedError("refused"))
    assert [event for _, event, _ in log.lines] == [
        "postgres is away",
        "postgres is away",
        "postgres is back",
        "postgres is away",
    ]


async def test_renewal_outlives_errors_and_tells_which_leases_are_lost() -> None:
    answers: list[Any] = [redis.exceptions.TimeoutError("slow"), ["b"], []]
    seen: list[list[str]] = []
    lost: list[Sequence[str]] = []
    done = asyncio.Event()

    async def renew(held: Sequence[str]) -> Sequence[str]:
        seen.append(list(held))
        answer = answers.pop(0)
        if not answers:
            done.set()
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    task = asyncio.create_task(
        renew_leases(lambda: ["a", "b"], renew, lost.append, every=0.001, outage=Outage(Log()))
    )
    await asyncio.wait_for(done.wait(), 30)
    task.cancel()
    assert len(seen) == 3 and lost == [["b"]]
