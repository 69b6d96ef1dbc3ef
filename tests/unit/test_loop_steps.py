"""What is measured of an event loop: the caller's own steps, tasks, callbacks, and no other thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.loop_steps import measured_steps, reference


async def awaited() -> None:
    reference()


async def after_a_turn() -> None:
    await asyncio.sleep(0)
    reference()


async def a_task() -> None:
    await asyncio.create_task(awaited())


async def a_callback() -> None:
    asyncio.get_running_loop().call_soon(reference)
    await asyncio.sleep(0.001)


async def a_thread() -> None:
    await asyncio.to_thread(reference)


@pytest.mark.parametrize("work", [awaited, after_a_turn, a_task, a_callback])
async def test_a_long_step_is_seen(
    work: Callable[[], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with measured_steps(monkeypatch) as steps:
        await work()
    assert steps.worst > 3 * reference(), "five references were worked through in one step"


async def test_a_thread_s_work_is_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    with measured_steps(monkeypatch) as steps:
        await a_thread()
    assert steps.worst < reference()
