"""A sender that is told to stop stops, whatever ends at that moment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.jobs.webhooks import sending


async def nothing(*_: Any) -> None:
    """There is nothing to tell."""


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancellation_beside_a_delivery_that_ends_is_heeded(
    monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    """`turns` is how many steps of the loop lie between the two."""
    monkeypatch.setattr(sending, "tell_of_pages", nothing)
    monkeypatch.setattr(sending.Sender, "round", nothing)
    sender = sending.Sender(None, None, None, 4)  # type: ignore[arg-type]
    running = asyncio.create_task(sender.run())
    for _ in range(20):  # it waits for a second, or until a delivery ends
        await asyncio.sleep(0)
    sender._ended.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5)
    running.cancel()
    assert done, "it goes on for ever"
