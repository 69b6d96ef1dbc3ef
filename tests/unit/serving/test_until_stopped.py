"""A process ends at a signal, or with an error when what it works with ends by itself."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from docspasta.serving.server import WorkEnded, until_stopped


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_signal_ends_the_wait() -> None:
    working = asyncio.create_task(forever())
    waiting = asyncio.create_task(until_stopped(working))
    await asyncio.sleep(0)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(waiting, 30)
    assert not working.done()
    working.cancel()


async def test_work_that_fails_ends_the_process_with_its_error() -> None:
    async def failing() -> None:
        raise OSError("a bug")

    other = asyncio.create_task(forever())
    with pytest.raises(WorkEnded, match=r"'worker' ended by itself: OSError\('a bug'\)"):
        await asyncio.wait_for(until_stopped(other, asyncio.create_task(failing(), name="worker")), 30)
    other.cancel()


async def test_work_that_returns_ends_the_process_too() -> None:
    async def returning() -> None:
        return

    with pytest.raises(WorkEnded, match="'worker' ended by itself: None"):
        await asyncio.wait_for(until_stopped(asyncio.create_task(returning(), name="worker")), 30)
