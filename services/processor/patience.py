"""Waiting for a process that may be starved: a busy machine or a CPU quota makes it slow, and no less sure.

Its CPU time is bounded by the process itself. So the clock runs out only for one that is stopped or stuck.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
LEAST = 0.01  # CPU seconds that are work
LONGEST = 30  # times the seconds: with a smaller share of a core than that, nothing would ever be done
TICKS = os.sysconf("SC_CLK_TCK")


async def while_it_works(waiting: Coroutine[Any, Any, T], pid: int, seconds: float) -> T:
    """The result of `waiting`, for as long as the process uses some CPU in every `seconds` of wall time.

    Raises TimeoutError when it does not, and what `waiting` raises.
    """
    task = asyncio.ensure_future(waiting)
    used = cpu_seconds(pid)
    try:
        for _ in range(LONGEST):
            await asyncio.wait([task], timeout=seconds)
            if task.done():
                return task.result()
            before, used = used, cpu_seconds(pid)
            if used - before < LEAST:
                break
        raise TimeoutError
    finally:
        task.cancel()


def cpu_seconds(pid: int) -> float:
    """The CPU seconds of a process by now; 0 where the system does not say, or it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    except (OSError, IndexError, ValueError):
        return 0.0
