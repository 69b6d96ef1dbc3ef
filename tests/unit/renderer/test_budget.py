"""A page's time, from which the time is left out in which its browser had no processor."""

from __future__ import annotations

import asyncio
import os

import pytest

from services.renderer.budget import MOST, Budget, delays


def test_waiting_for_a_processor_is_not_counted() -> None:
    now = [0.0]
    budget = Budget(10.0, lambda: now[0])
    budget.note({1: 5.0, 2: 0.0})  # what went before the page is none of its
    now[0] = 8.0
    assert budget.left == 2.0
    budget.note({1: 6.0, 2: 4.0, 3: 3.0})  # they waited side by side, so the longest counts
    assert budget.left == 6.0
    budget.note({1: 6.0, 2: 4.0, 3: 2.0})
    assert budget.left == 6.0
    budget.note({2: 1_000.0})
    assert budget.left == 2.0 + MOST * 10.0


async def test_a_bound_is_put_off_with_the_page() -> None:
    budget = Budget(10.0)
    budget.note({1: 0.0})
    async with budget.bound(60.0):
        ((bound, when),) = budget._bounds
        budget.note({1: 2.0})
        assert bound.when() == when + 2.0
        budget.note({1: 1_000.0})
        assert bound.when() == when + MOST * 10.0
    assert budget._bounds == []
    with pytest.raises(TimeoutError):
        async with budget.bound(0.0):
            await asyncio.Event().wait()


def test_a_process_of_this_machine() -> None:
    assert all(seconds >= 0 for seconds in delays((os.getpid(), 2**30)).values())
    assert 2**30 not in delays((2**30,))
