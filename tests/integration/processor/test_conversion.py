"""Parsing processes are killed, starved and kept waiting: each page ends in a result or a reason."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator

import pytest

from services.processor.conversion import Conversion, groups
from services.processor.parsing import Body

GOOD = b"<title>T</title><main><h1>Title</h1><p>Some words that are worth keeping here.</p></main>"


@pytest.fixture
async def conversion() -> AsyncIterator[Conversion]:
    made = Conversion(2, 2.0, 512 * 1024 * 1024)
    yield made
    await made.stop()


def _bodies(count: int) -> list[Body]:
    return [Body(GOOD, f"https://docs.example.org/{n}") for n in range(count)]


async def test_pages_come_back_in_order(conversion: Conversion) -> None:
    pages = await conversion.convert(_bodies(50))
    assert [page.url for page in pages] == [body.url for body in _bodies(50)]
    assert all("worth keeping" in page.markdown for page in pages)


async def test_killed_processes_cost_no_page(conversion: Conversion) -> None:
    """Kills a process twenty times, idle or at work, at moments that a seed draws."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    bodies = [Body(GOOD + b"<p>more words</p>" * 3000, f"https://docs.example.org/{n}") for n in range(40)]
    kills = 0
    while kills < 20:
        await conversion.warm()
        converting = asyncio.create_task(conversion.convert(bodies))
        await asyncio.wait({converting}, timeout=draw.random() * 0.2)
        for pid in [process.pid for process in conversion.processes if process.pid]:
            os.kill(pid, signal.SIGKILL)
            kills += 1
        pages = await converting
        assert [page.url for page in pages] == [body.url for body in bodies]
        assert not [page for page in pages if page.reason], "an innocent page was blamed"


async def test_a_caller_who_leaves_while_a_process_starts_leaves_one_that_answers() -> None:
    starting = Conversion(1, 5.0, 512 * 1024 * 1024)
    try:
        left = asyncio.create_task(starting.convert(_bodies(1)))
        while not starting.processes[0].pid:
            await asyncio.sleep(0)
        left.cancel()
        await asyncio.wait({left})
        assert left.cancelled()
        assert [page.reason for page in await starting.convert(_bodies(2))] == ["", ""]
    finally:
        await starting.stop()


async def test_memory_is_bounded() -> None:
    small = Conversion(1, 10.0, 1)
    try:
        hungry = Body(b"<p>" + b"<b>x</b>" * 1_200_000, "https://docs.example.org/hungry")
        pages = await small.convert([*_bodies(1), hungry, *_bodies(1)])
        assert [page.reason for page in pages] == ["", "parse_limit", ""]
    finally:
        await small.stop()


async def test_a_poison_page_takes_nobody_with_it(conversion: Conversion) -> None:
    poison = Body(b"<div>" * 40_000 + GOOD, "https://docs.example.org/deep")
    wide = Body(b"<p " + b"a=1 " * 40_000 + b">" + GOOD, "https://docs.example.org/wide")
    line = Body(b"<p>" + b"x" * 10_000_000, "https://docs.example.org/line")
    pages = await conversion.convert([*_bodies(3), poison, wide, line, *_bodies(3)])
    assert len(pages) == 9
    assert all(page.markdown for page in (*pages[:3], *pages[6:]))
    again = await conversion.convert(_bodies(4))
    assert all(page.markdown for page in again)


def test_groups_keep_order_and_bounds() -> None:
    bodies = _bodies(40)
    cut = groups(bodies, 2)
    assert [body for part in cut for body in part] == bodies
    assert all(len(part) <= 8 for part in cut)
    assert len(groups(_bodies(2), 2)) == 2
    assert groups([], 2) == []
