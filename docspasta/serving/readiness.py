"""A process is ready when each of its stores has answered once. It stays ready when one is lost later.

Ready any sooner, an upgrade with a wrong password would replace every replica that works. Unready whenever a
store is away, all replicas would leave their Service at once, and with them what works without that store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Ask = Callable[[], Awaitable[object]]
ANSWER_SECONDS = 10.0  # that one answer may take
PAUSES = 0.05, 2.0  # seconds between two questions, at first and at most


async def until_answered(stores: Mapping[str, Ask], log: Any) -> None:
    """Return when every store has answered. `log` (structlog) gets a line when the reason changes."""
    await asyncio.gather(*(_until_one(name, ask, log) for name, ask in stores.items()))


async def _until_one(name: str, ask: Ask, log: Any) -> None:
    said, pause = "", PAUSES[0]
    while True:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await ask()
            break
        except Exception as error:
            reason = type(error).__name__
            if reason != said:
                log.warning("not ready", waiting_for=name, error=f"{reason}: {error}"[:300])
            said = reason
        await asyncio.sleep(pause)
        pause = min(pause * 2, PAUSES[1])
    if said:
        log.info("answered", store=name)
