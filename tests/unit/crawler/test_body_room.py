"""What is scarce goes round users; a body that trickles gives its room up when others wait for it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from services.crawler.answer import Limits
from services.crawler.body_room import BodyRoom, FairSlots
from services.crawler.postponed import Postponed
from services.crawler.reading import Reading, TooSlow
from services.crawler.requester import Requester

MIB = 1024 * 1024


async def test_a_free_slot_goes_to_the_user_who_holds_the_fewest() -> None:
    slots, order = FairSlots(2), []

    async def use(user: str, ended: asyncio.Event) -> None:
        async with slots.slot(user):
            order.append(user)
            await ended.wait()

    first = asyncio.Event()
    tasks = [asyncio.create_task(use("mallory", first)) for _ in range(2)]
    await asyncio.sleep(0)
    done = asyncio.Event()
    done.set()
    tasks += [asyncio.create_task(use("mallory", done)) for _ in range(50)]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(use(name, done)) for name in ("ann", "bob")]
    await asyncio.sleep(0)
    first.set()
    await asyncio.gather(*tasks)
    assert order[:2] == ["mallory"] * 2 and {"ann", "bob"} <= set(order[2:6])


async def test_of_those_who_hold_none_who_had_one_lately_comes_last() -> None:
    """One who waits with many is not before one who came later and had none."""
    slots, order = FairSlots(1), []

    async def use(user: str) -> None:
        async with slots.slot(user):
            order.append(user)

    await slots.acquire("mallory")
    tasks = [asyncio.create_task(use("mallory")) for _ in range(3)]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(use("ann")))
    await asyncio.sleep(0)
    slots.release("mallory")
    await asyncio.gather(*tasks)
    assert order == ["ann", "mallory", "mallory", "mallory"]


async def test_a_slot_outlives_those_who_stop_waiting() -> None:
    slots = FairSlots(1)
    await slots.acquire("ann")
    waiting = [asyncio.create_task(slots.acquire(f"u{n}")) for n in range(4)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    slots.release("ann")  # u1's by now, or u0's, who is gone
    waiting[1].cancel()
    await asyncio.gather(*waiting[:2], return_exceptions=True)
    await asyncio.wait_for(waiting[2], 30)
    assert not waiting[3].done()
    slots.release("u2")
    await asyncio.wait_for(waiting[3], 30)
    slots.release("u3")
    assert not slots.wanted
    await asyncio.wait_for(slots.acquire("eve"), 30)


class Body:
    """A response whose body comes by hand."""

    def __init__(self, first: bytes, trickle: float = 0.0, then: bytes = b"") -> None:
        self.headers: dict[str, str] = {}
        self.content = self
        self.pieces, self.trickle, self.then, self.closed = [first], trickle, then, False

    async def read(self, most: int) -> bytes:
        if self.pieces:
            return self.pieces.pop()
        if not self.trickle:
            return b""
        await asyncio.sleep(self.trickle)
        return self.then

    def close(self) -> None:
        self.closed = True


async def read(room: BodyRoom, body: Body, user: str, *, may_grow: bool = True) -> int:
    limits = Limits(body=10 * MIB)
    reading = Reading(body, limits)  # type: ignore[arg-type]
    async with asyncio.timeout(30) as deadline:
        await room.read(reading, limits, deadline, Requester(user, may_grow=lambda: may_grow))
    head: Any = SimpleNamespace(_replace=lambda **made: SimpleNamespace(**made))
    return len((await reading.answer(head)).body)


async def test_trickling_bodies_hold_up_a_large_page_of_another_user_for_seconds_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Eight large bodies that then come by the byte, or not at all: all that is scarce is theirs."""
    monkeypatch.setattr("services.crawler.body_room.HURRY_SECONDS", 0.05)
    room = BodyRoom()
    hostile = [Body(b"x" * (MIB + 9), trickle, b"x") for trickle in (0.001, 60.0) * 4]
    attack = [asyncio.create_task(read(room, body, "mallory")) for body in hostile]
    await asyncio.sleep(0.02)
    began = asyncio.get_running_loop().time()
    assert await read(room, Body(b"y" * (2 * MIB)), "ann") == 2 * MIB
    assert asyncio.get_running_loop().time() - began < 20, "237 s before, of 3 s windows"
    for task in attack:
        task.cancel()
    ended: list[Any] = await asyncio.gather(*attack, return_exceptions=True)
    assert any(isinstance(one, TooSlow) for one in ended)
    assert any(body.closed for body in hostile)


async def test_a_slow_body_that_nobody_waits_for_may_come_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.crawler.body_room.HURRY_SECONDS", 0.01)
    body = Body(b"x" * (MIB + 9), 0.002, b"x")

    async def end() -> None:
        await asyncio.sleep(0.06)
        body.then = b""

    ending = asyncio.create_task(end())
    assert await read(BodyRoom(), body, "ann") > MIB
    await ending


async def test_a_body_that_brings_next_to_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.crawler.reading.LEAST_SECONDS", 0.03)
    with pytest.raises(TooSlow, match="bytes came in"):
        await read(BodyRoom(), Body(b"x" * 100, 0.001, b"x"), "mallory")


async def test_a_large_body_of_a_user_of_whom_much_waits_comes_later() -> None:
    """What was under way when much waited would else be all that it can: 48 pages of 10 MiB."""
    room = BodyRoom()
    assert await read(room, Body(b"x" * 200_000), "mallory", may_grow=False) == 200_000
    with pytest.raises(Postponed):
        await read(room, Body(b"x" * 300_000), "mallory", may_grow=False)
    assert await read(room, Body(b"x" * (2 * MIB)), "ann") == 2 * MIB, "its room is free again"
