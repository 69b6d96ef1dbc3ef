"""The order of a drain: clients learn that a replica goes before its streams end, not after."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from services.jobs.process import drain


class Parts:
    """A server and what is watched, as `drain` uses them."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.going = asyncio.Event()

    async def stop(self, grace: float) -> None:
        self.done.append(f"goes within {grace:g}")
        self.going.set()

    async def drain(self, seconds: float) -> None:
        await asyncio.wait_for(self.going.wait(), 30)
        self.done.append(f"streams ended within {seconds:g}")

    async def close(self) -> None:
        self.done.append("closed")


async def test_new_calls_go_elsewhere_while_streams_end() -> None:
    parts = cast(Any, Parts())
    await drain(parts, parts, 25.0)
    assert parts.done == ["goes within 25", "streams ended within 20", "closed"]
