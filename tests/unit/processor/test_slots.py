"""Who gets a parsing process: the user who used least CPU lately, and one process stays with the others."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from services.processor.slots import HALF_LIFE, HEAVY, Slots


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def made(processes: int) -> tuple[Slots, Clock]:
    clock = Clock()
    named: Any = [f"process {n}" for n in range(processes)]
    return Slots(named, clock), clock


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Line:
    """Asks for slots; `order` is who got one, and `leave` gives the oldest back."""

    def __init__(self, slots: Slots) -> None:
        self.slots, self.order = slots, list[str]()
        self.held: list[tuple[str, asyncio.Event]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def ask(self, user: str) -> asyncio.Task[None]:
        async def hold() -> None:
            async with self.slots.slot(user):
                self.order.append(user)
                leaving = asyncio.Event()
                self.held.append((user, leaving))
                await leaving.wait()

        self.tasks.append(asyncio.create_task(hold()))
        return self.tasks[-1]

    async def leave(self) -> None:
        self.held.pop(0)[1].set()
        await turns()


async def test_a_user_with_many_pages_does_not_stand_before_one_with_few() -> None:
    slots, _ = made(1)
    line = Line(slots)
    for _ in range(4):
        line.ask("mallory")
    await turns()
    line.ask("ann")
    slots.charge("mallory", 1.0)
    await turns()
    assert line.order == ["mallory"]
    await line.leave()
    assert line.order == ["mallory", "ann"]
    for _ in range(4):
        await line.leave()
    assert line.order == ["mallory", "ann", "mallory", "mallory", "mallory"]
    await asyncio.gather(*line.tasks)


async def test_a_heavy_user_leaves_one_process_to_the_others() -> None:
    slots, clock = made(3)
    line = Line(slots)
    slots.charge("mallory", HEAVY + 1)
    for _ in range(3):
        line.ask("mallory")
    await turns()
    assert line.order == ["mallory", "mallory"]  # and the third is idle
    line.ask("ann")
    await turns()
    assert line.order == ["mallory", "mallory", "ann"]
    clock.now += HALF_LIFE  # forgotten by half: not heavy any more
    await line.leave()
    assert line.order == ["mallory", "mallory", "ann", "mallory"]
    while line.held:
        await line.leave()
    await asyncio.gather(*line.tasks)


async def test_a_heavy_user_alone_with_one_process_still_gets_it() -> None:
    slots, _ = made(1)
    slots.charge("mallory", 1_000.0)
    async with asyncio.timeout(30), slots.slot("mallory"):
        pass


async def test_who_leaves_the_line_costs_no_process() -> None:
    slots, _ = made(1)
    line = Line(slots)
    line.ask("ann")
    await turns()
    gone = [line.ask("bob"), line.ask("bob")]
    await turns()
    gone[0].cancel()
    await line.leave()  # given to one who is about to leave, too
    gone[1].cancel()
    for task in gone:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    async with asyncio.timeout(30), slots.slot("cid"):
        pass


def test_what_was_used_is_forgotten_by_half() -> None:
    slots, clock = made(1)
    slots.charge("ann", 8.0)
    clock.now += HALF_LIFE
    slots.charge("ann", 1.0)
    assert abs(slots.used("ann") - 5.0) < 1e-9 and slots.used("bob") == 0.0
    clock.now += 100 * HALF_LIFE
    assert not slots.heavy("ann")


async def test_many_heavy_users_and_slow_pages_together_leave_one_process() -> None:
    slots, _ = made(3)
    line = Line(slots)
    for number in range(4):
        slots.charge(f"mallory{number}", HEAVY + 1)
        line.ask(f"mallory{number}")
    await turns()
    assert len(line.order) == 2  # and the third is idle
    slow = asyncio.create_task(slots.slot("bob", slow=True).__aenter__())
    line.ask("ann")
    await turns()
    assert line.order[2:] == ["ann"] and not slow.done()
    slow.cancel()
    while line.held:
        await line.leave()
    await asyncio.gather(*line.tasks)
