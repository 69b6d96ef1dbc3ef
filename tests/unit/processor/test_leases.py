"""Leases of claimed pages: renewed through trouble; lost ones stop their work. The clock is the test's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from docspasta.domain import JobKey
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.queues.outage import Outage
from docspasta.telemetry.logs import logger
from services.processor.leases import RENEWALS, RETRIES, Leases
from services.processor.worker import Worker

JOB = JobKey("ann", "one")
LOG = logger("test")


def page(page_id: int, job: JobKey = JOB) -> WaitingPage:
    url = f"https://docs.example.org/{page_id}"
    return WaitingPage(QueuedUrl(job, page_id, url, ""), "lease", Fetched(url, 200))


class Queue:
    """What a renewal answers, in order: an error, or the page ids that are lost."""

    def __init__(self, *answers: Exception | set[int]) -> None:
        self.answers = list(answers)
        self.asked: list[list[int]] = []
        self.changed = asyncio.Event()

    async def renew(self, pages: Sequence[WaitingPage], lease: float) -> list[WaitingPage]:
        self.asked.append([page.queued.page_id for page in pages])
        self.changed.set()
        answer = self.answers.pop(0) if self.answers else set()
        if isinstance(answer, Exception):
            raise answer
        return [page for page in pages if page.queued.page_id in answer]


class Clock:
    """Sleeps that end at once, `most` of them; then none ends any more."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        if len(self.slept) > self.most:
            await asyncio.Event().wait()


async def turns() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_renewal_that_fails_is_tried_again_sooner() -> None:
    queue, clock = Queue(ConnectionError("Redis is away"), ConnectionError("still"), set()), Clock(4)
    leases = Leases(queue, [page(1), page(2)], 12.0, Outage(LOG), clock.sleep)
    keeping = asyncio.create_task(leases.keep())
    await turns()
    assert not keeping.done()
    keeping.cancel()
    assert queue.asked == [[1, 2]] * 4
    regular, sooner = 12.0 / RENEWALS, 12.0 / RETRIES
    assert clock.slept == [regular, sooner, sooner, regular, regular]
    assert leases.held([page(1), page(2)]) == [page(1), page(2)]


async def test_lost_leases_are_not_renewed_and_their_work_is_cut() -> None:
    queue, clock = Queue({1}, {2}), Clock(2)
    leases = Leases(queue, [page(1), page(2), page(3)], 12.0, Outage(LOG), clock.sleep)
    done: list[str] = []

    async def recording(name: str) -> None:
        await asyncio.Event().wait()
        done.append(name)

    working = asyncio.create_task(leases.work([page(1), page(2)], recording("both")))
    keeping = asyncio.create_task(leases.keep())
    await turns()
    keeping.cancel()
    assert queue.asked == [[1, 2, 3], [2, 3]]
    assert working.done() and not done  # cut with the second: until then one page was still ours
    await working  # and nothing is raised: the pages are somebody else's
    assert leases.held([page(1), page(2), page(3)]) == [page(3)]


async def test_work_raises_what_it_raises() -> None:
    async def failing() -> None:
        raise OSError("Postgres is away")

    try:
        await Leases(Queue(), [page(1)], 12.0, Outage(LOG)).work([page(1)], failing())
    except OSError as error:
        assert "Postgres" in str(error)
    else:
        raise AssertionError


class Pages(Queue):
    """A queue that gives pages of two jobs once, and loses the second job's lease at the first renewal."""

    def __init__(self) -> None:
        super().__init__({2})
        self.claims = [[page(1), page(2, JobKey("bob", "two"))]]

    async def claim(self, size: int, size_bytes: int, lease: float) -> list[WaitingPage]:
        return self.claims.pop(0) if self.claims else []

    async def wait(self) -> None:
        await asyncio.Event().wait()

    async def release(self, pages: Sequence[WaitingPage]) -> None:
        raise AssertionError("nothing is given back")


class Batches:
    """Records the first job once the second one's lease is lost."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.recorded = pages, list[JobKey]()

    def heavy(self, user: str) -> bool:
        return False

    async def record(self, job: JobKey, rows: Sequence[WaitingPage]) -> None:
        await self.pages.changed.wait()
        await turns()
        self.recorded.append(job)


async def test_a_worker_does_not_begin_what_it_has_lost() -> None:
    pages: Any = Pages()
    batches: Any = Batches(pages)
    stopping = asyncio.Event()
    working = asyncio.create_task(Worker(pages, batches, 10, 0.003, Outage(LOG)).run(stopping, claims=1))
    async with asyncio.timeout(30):
        while not batches.recorded:
            await asyncio.sleep(0.001)
        await turns()
        stopping.set()
        await working
    assert batches.recorded == [JOB]
