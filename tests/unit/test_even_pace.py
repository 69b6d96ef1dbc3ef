"""Long answers go out at an even pace in all, whoever reads them; a single chunk waits for nothing."""

from __future__ import annotations

import asyncio

from docspasta.serving.even_pace import PER_BYTE, STEP, EvenPace

CHUNK = 256 * 1024


async def test_chunks_of_all_readers_share_one_pace() -> None:
    now, slept = 0.0, []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    pace = EvenPace(lambda: now, sleep)
    await pace.turn(CHUNK)
    assert slept == []
    await asyncio.gather(*(pace.turn(CHUNK) for _ in range(8)))
    gap = STEP + CHUNK * PER_BYTE
    assert [round(one / gap) for one in slept] == list(range(1, 9)) and 0.0009 < gap < 0.0011
    now = 1.0
    await pace.turn(1)
    assert len(slept) == 8


async def test_a_loop_that_is_late_gets_longer_pauses() -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds + 0.5  # half a second late

    pace = EvenPace(lambda: now, sleep)
    await pace.turn(CHUNK)
    await pace.turn(CHUNK)
    came = now
    await pace.turn(CHUNK)
    assert 0.51 < now - came < 0.53
