"""Users whose pages take long hold nobody else's up, however many they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from docspasta.domain import JobKey
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.queues.outage import Outage
from docspasta.telemetry.logs import logger
from services.processor.worker import MOST_CLAIMS, Worker

URL = "https://docs.example.org/"


class Pages:
    """Gives claims as they are put in, and notes what was given back."""

    def __init__(self) -> None:
        self.claims: asyncio.Queue[list[WaitingPage]] = asyncio.Queue()
        self.released: list[str] = []

    def put(self, *users: str) -> None:
        rows = [WaitingPage(QueuedUrl(JobKey(u, "job"), 1, URL, ""), "lease", Fetched(URL)) for u in users]
        self.claims.put_nowait(rows)

    async def claim(self, size: int, size_bytes: int, lease: float) -> list[WaitingPage]:
        return await self.claims.get()

    async def renew(self, pages: Sequence[WaitingPage], lease: float) -> list[WaitingPage]:
        return []

    async def release(self, pages: Sequence[WaitingPage]) -> None:
        self.released += [page.queued.job.user_id for page in pages]


class Batches:
    """Mallory's pages have no end."""

    def __init__(self) -> None:
        self.recorded: list[str] = []

    def heavy(self, user: str) -> bool:
        return False

    async def record(self, job: JobKey, rows: Sequence[WaitingPage]) -> None:
        if job.user_id.startswith("mallory"):
            await asyncio.Event().wait()
        self.recorded.append(job.user_id)


class Clock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


async def test_slow_pages_of_many_users_hold_nobody_up() -> None:
    pages: Any = Pages()
    batches: Any = Batches()
    stopping = asyncio.Event()
    working = asyncio.create_task(
        Worker(pages, batches, 10, 60.0, Outage(logger("test")), Clock()).run(stopping)
    )
    for number in range(MOST_CLAIMS - 2):
        pages.put(f"mallory{number}", f"bob{number}")
    pages.put("mallory0", "ann")  # whose first batch is under way still
    async with asyncio.timeout(30):
        while "ann" not in batches.recorded:
            await asyncio.sleep(0)
    assert batches.recorded[:-1] == [f"bob{number}" for number in range(MOST_CLAIMS - 2)]
    assert set(pages.released) == {"mallory0"}
    working.cancel()
    await asyncio.wait({working})
