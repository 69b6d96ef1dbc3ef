"""What operators see of a gateway beside its HTTP: probes by gRPC, the event loop's lag, open streams."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from docspasta.serving.probes import Probes
from docspasta.settings import Gateway
from docspasta.telemetry import loop_lag, metrics

from .health import Readiness
from .hub import Hub


@contextlib.asynccontextmanager
async def monitored(settings: Gateway, readiness: Readiness, hub: Hub) -> AsyncIterator[None]:
    """While the block lasts. The probes go last: a draining process is alive."""

    async def ready() -> bool:
        return not await readiness.missing()

    metrics.subscribers.set_function(lambda: len(hub.subscribers))
    probes = Probes(settings.health_listen, ready)
    await probes.start()
    lag = asyncio.create_task(loop_lag.measure())
    try:
        yield
    finally:
        lag.cancel()
        await probes.stop()
