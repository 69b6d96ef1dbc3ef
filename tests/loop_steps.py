"""Measures the steps of an event loop: the CPU seconds between two turns of the others.

CPU time of the loop's own thread, so that a machine that is busy with something else judges as an idle one
does. asyncio's loop, not uvloop, for only that one can be looked into; the steps are the same code.
Everything that runs on the loop is measured: tasks, callbacks, transports, gRPC's own.
"""

from __future__ import annotations

import asyncio.events
import gc
import math
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from docspasta.gc_tuning import collect_in_steps


@dataclass
class Steps:
    """What was measured: (CPU seconds, where the step stood when it ended), the longest first."""

    longest: list[tuple[float, str]] = field(default_factory=list)

    def note(self, seconds: float, where: str) -> None:
        self.longest = sorted([*self.longest, (seconds, where)], reverse=True)[:10]

    @property
    def worst(self) -> float:
        return self.longest[0][0] if self.longest else 0.0

    def __str__(self) -> str:
        return "; ".join(f"{seconds * 1000:.1f} ms in {where}" for seconds, where in self.longest)


@contextmanager
def measured_steps(patch: pytest.MonkeyPatch, least: float = 0.001) -> Iterator[Steps]:
    """Measure each step that takes at least `least` CPU seconds while the block lasts. Of the caller's own
    steps, the first counts from the beginning of the block and the last to its end."""
    steps, run = Steps(), asyncio.events.Handle._run
    began, first = time.thread_time(), True

    def note(what: str) -> None:
        if (took := time.thread_time() - began) >= least:
            steps.note(took, what)

    def timed(handle: Any) -> None:
        nonlocal began, first
        if first:  # the step that entered the block is over
            note("the caller's first step")
        began, first = time.thread_time(), False
        run(handle)
        note(where(handle))

    with patch.context() as patched, own_heap():
        patched.setattr(asyncio.events.Handle, "_run", timed)
        yield steps
        note("the caller's first step" if first else "the caller's last step")


@contextmanager
def own_heap() -> Iterator[None]:
    """Leave what earlier tests of this process have made out of collections, which would take long. Garbage
    is looked for as rarely as in the services."""
    usual = gc.get_threshold()
    collect_in_steps()
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def where(handle: Any) -> str:
    """Where a task waits now, innermost last; else what the callback is."""
    owner = getattr(handle._callback, "__self__", None)
    if not isinstance(owner, asyncio.Task):
        return repr(handle._callback)[:120]
    coroutine: Any = owner.get_coro()
    frames: list[str] = []
    while coroutine is not None and (frame := getattr(coroutine, "cr_frame", None)) is not None:
        frames.append(f"{frame.f_code.co_name}:{frame.f_lineno}")
        coroutine = getattr(coroutine, "cr_await", None)
    return " ".join(frames) or repr(owner.get_coro())[:120]


def longest_step(steps: Generator[None, None, Any], refusal: type[Exception]) -> float:
    """CPU seconds of the longest step of work that is done in turns (docspasta.turns)."""
    longest = 0.0
    with own_heap():
        while True:
            began = time.thread_time()
            try:
                next(steps)
            except (StopIteration, refusal):
                return max(longest, time.thread_time() - began)
            longest = max(longest, time.thread_time() - began)


def cpu_seconds(work: Callable[[], object], enough: float) -> float:
    """CPU seconds of some work: of the first of four tries that takes less than `enough`, else of the
    quickest. A virtual machine that is stopped counts that as work, too."""
    least = math.inf
    with own_heap():
        for _ in range(4):
            began = time.thread_time()
            work()
            least = min(least, time.thread_time() - began)
            if least < enough:
                break
    return least


def reference() -> float:
    """CPU seconds of a fixed piece of work: some 5 ms where a step may take 5 ms."""
    took = []
    for _ in range(5):
        began = time.thread_time()
        sum(number * number for number in range(130_000))
        took.append(time.thread_time() - began)
    return min(took)


assert sys.platform != "win32"
