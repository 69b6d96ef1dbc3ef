"""How late the event loop runs what is due: a sign of work that should not run on it."""

from __future__ import annotations

import asyncio

from . import metrics

EVERY = 0.5  # seconds


async def measure() -> None:
    """Measure twice a second, until cancelled."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + EVERY
        await asyncio.sleep(EVERY)
        metrics.loop_lag.observe(max(clock() - due, 0.0))
