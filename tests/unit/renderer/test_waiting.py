"""Whose page is drawn next: nobody's pages keep another's away."""

from __future__ import annotations

import asyncio

import pytest

from docspasta.errors import ResourceExhausted
from services.renderer.waiting import FairTurns


class Drawings:
    """Pages that are drawn until the test ends them, in the order in which they began."""

    def __init__(self, pages: int, waiting: int) -> None:
        self.turns = FairTurns(pages, waiting)
        self.begun: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, *names: str) -> None:
        """Pages of these names, which begin with their user's letter."""
        for name in names:
            self.ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._draw(name))
            await asyncio.sleep(0)

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await self.tasks[name]
        await asyncio.sleep(0)

    async def _draw(self, name: str) -> None:
        async with self.turns.turn(name[0]):
            self.begun.append(name)
            await self.ends[name].wait()


async def test_a_free_turn_goes_to_who_has_fewest_pages_in_work() -> None:
    drawings = Drawings(pages=2, waiting=16)
    await drawings.ask(*[f"hostile {n}" for n in range(10)], "victim 1", "victim 2", "other")
    assert drawings.begun == ["hostile 0", "hostile 1"]
    await drawings.end("hostile 0")
    assert drawings.begun[2:] == ["victim 1"]
    await drawings.end("victim 1")
    assert drawings.begun[3:] == ["other"]
    await drawings.end("other")
    assert drawings.begun[4:] == ["victim 2"]
    for task in drawings.tasks.values():
        task.cancel()


async def test_a_full_queue_makes_room_for_who_waits_with_fewer() -> None:
    drawings = Drawings(pages=1, waiting=4)
    await drawings.ask(*[f"hostile {n}" for n in range(5)], "hostile 5", "victim", "victim 2", "victim 3")
    with pytest.raises(ResourceExhausted):
        await drawings.tasks["hostile 5"]
    for gone in ("hostile 4", "hostile 3", "victim 3"):
        with pytest.raises(ResourceExhausted):
            await drawings.tasks[gone]
    for name in ("hostile 0", "victim", "hostile 1", "victim 2", "hostile 2"):
        assert drawings.begun[-1] == name
        await drawings.end(name)
    await drawings.ask("late")
    assert drawings.begun[-1] == "late"
    await drawings.end("late")


async def test_who_gives_up_leaves_no_place_taken() -> None:
    drawings = Drawings(pages=1, waiting=2)
    await drawings.ask("a", "b", "c")
    drawings.tasks["b"].cancel()
    await asyncio.gather(drawings.tasks["b"], return_exceptions=True)
    await drawings.end("a")
    assert drawings.begun == ["a", "c"]
    drawings.tasks["c"].cancel()
    await asyncio.gather(drawings.tasks["c"], return_exceptions=True)
    await drawings.ask("d")
    assert drawings.begun == ["a", "c", "d"]
    await drawings.end("d")
