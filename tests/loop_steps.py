"""Measures the steps of an event loop: the CPU seconds between two turns of the others.

CPU time of the loop's own thread, so that a machine that is busy with something else judges as an idle one
does. asyncio's loop, not uvloop, for only that one can be looked into; the steps are the same code.
"""

from __future__ import annotations

import asyncio.events
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest


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
    """Measure each step that takes at least `least` CPU seconds while the block lasts."""
    steps, run = Steps(), asyncio.events.Handle._run

    def timed(handle: Any) -> None:
        began = time.thread_time()
        run(handle)
        if (took := time.thread_time() - began) >= least:
            steps.note(took, where(handle))

    with patch.context() as patched:
        patched.setattr(asyncio.events.Handle, "_run", timed)
        yield steps


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


def reference() -> float:
    """CPU seconds of a fixed piece of work: some 5 ms where a step may take 5 ms."""
    took = []
    for _ in range(5):
        began = time.thread_time()
        sum(number * number for number in range(130_000))
        took.append(time.thread_time() - began)
    return min(took)


assert sys.platform != "win32"
