"""At most two readers a job, shared by those who stand close together."""

from __future__ import annotations

import asyncio
import random

import pytest

from docspasta.updates.shared_reads import READERS, SharedReads
from docspasta.updates.tail import Run, run_of


class Record:
    """Versions 1 to `newest`, read 500 at a time; each read waits for `gate`."""

    def __init__(self, newest: int) -> None:
        self.newest, self.running, self.most, self.reads = newest, 0, 0, 0

    async def read(self, start: int) -> Run[int]:
        self.reads += 1
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.running -= 1
        end = min(start + 500, self.newest)
        return run_of(start, end, ((v, v) for v in range(start + 1, end + 1)))


async def catch_up(shared: SharedReads[int], version: int, newest: int, most: int = 64) -> list[int]:
    seen: list[int] = []
    while version < newest:
        items, version = (await shared.after(version)).after(version, most)
        seen += items
    return seen


async def test_a_hundred_who_start_together_read_once():
    record = Record(5000)
    shared = SharedReads(record.read)
    everybody = await asyncio.gather(*(catch_up(shared, 0, 5000) for _ in range(100)))
    assert all(seen == list(range(1, 5001)) for seen in everybody)
    assert record.reads == 10 and record.most <= READERS
    shared.close()


async def test_wherever_they_start_two_read_and_nobody_lacks_anything():
    chance, record = random.Random(3), Record(20_000)
    shared = SharedReads(record.read)
    starts = [chance.randint(0, 20_000) for _ in range(100)]
    everybody = await asyncio.gather(*(catch_up(shared, start, 20_000) for start in starts))
    for start, seen in zip(starts, everybody, strict=True):
        assert seen == list(range(start + 1, 20_001))
    assert record.most == READERS
    assert record.reads < 100 * 20  # far from each reading alone: 100 readers of 20 runs on average
    shared.close()


async def test_an_error_reaches_those_who_wait_and_the_next_reads_again():
    failures = [OSError("away")]

    async def read(start: int) -> Run[int]:
        if failures:
            raise failures.pop()
        return run_of(start, start + 1, [(start + 1, start + 1)])

    shared = SharedReads(read)
    found = await asyncio.gather(shared.after(0), shared.after(0), return_exceptions=True)
    assert all(isinstance(error, OSError) for error in found)
    assert (await shared.after(0)).items == [1]
    shared.close()


async def test_who_leaves_is_not_read_for():
    started = asyncio.Event()
    reads: list[int] = []

    async def read(start: int) -> Run[int]:
        reads.append(start)
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    shared = SharedReads(read)
    waiting = [asyncio.create_task(shared.after(start)) for start in (0, 10_000, 20_000)]
    await started.wait()
    await asyncio.sleep(0)
    waiting[2].cancel()  # waited for a free reader
    await asyncio.gather(waiting[2], return_exceptions=True)
    shared.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    await asyncio.gather(*waiting, return_exceptions=True)
    assert reads == [0, 10_000]
