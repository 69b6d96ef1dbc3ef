"""Long work on an event loop, in steps: between two of them the loop's other tasks have their turn.

Work that a site or a user makes long is written as a generator that yields after each bounded step. `at_once`
runs it through where nobody waits; `in_turns` where others do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
SECONDS = 0.001  # of work between two turns of the others, and one step more


def at_once(steps: Generator[None, None, T]) -> T:
    """What the steps come to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


async def in_turns(steps: Generator[None, None, T]) -> T:
    """What the steps come to; the loop's other tasks run in between."""
    until = time.perf_counter() + SECONDS
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        if time.perf_counter() >= until:
            await asyncio.sleep(0)
            until = time.perf_counter() + SECONDS


def slices(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """The items in order, at most so many at once."""
    for at in range(0, len(items), most):
        yield items[at : at + most]
