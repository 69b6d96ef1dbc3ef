"""What a processor does when its worker ends by itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from docspasta.serving.server import WorkEnded
from services.processor.process import work


class Server:
    """Notes whether it was ready, in order, and that it stopped."""

    def __init__(self) -> None:
        self.told: list[object] = []

    async def ready(self, ready: bool) -> None:
        self.told.append(ready)

    async def stop(self) -> None:
        self.told.append("stopped")


class Conversion:
    async def warm(self) -> None:
        return


class BrokenWorker:
    async def run(self, stopping: asyncio.Event) -> None:
        raise RuntimeError("a bug in the loop")


async def test_a_worker_that_dies_takes_the_process_out_of_service() -> None:
    server: Any = Server()
    worker: Any = BrokenWorker()
    conversion: Any = Conversion()
    with pytest.raises(WorkEnded, match="a bug in the loop"):
        await asyncio.wait_for(work(server, worker, conversion, 1.0), 30)
    assert server.told == [False, "stopped"]
