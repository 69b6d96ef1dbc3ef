"""Seconds as a machine with nothing else to do would count them, for promises that tests hold."""

from __future__ import annotations

import time

SPIN = 0.03  # seconds of CPU


def slowness() -> float:
    """How many times longer work takes now than its CPU time: 1.0 where nothing else runs."""
    wall, cpu = time.perf_counter(), time.process_time()
    while (used := time.process_time() - cpu) < SPIN:
        pass
    return max((time.perf_counter() - wall) / used, 1.0)


class Clock:
    """Counts from its making. What others take of the cores before and behind counts as theirs."""

    def __init__(self) -> None:
        self._slowness = slowness()
        self._began = time.monotonic()

    def seconds(self) -> float:
        """The seconds so far, without what the machine took for others."""
        elapsed = time.monotonic() - self._began
        return elapsed / max(self._slowness, slowness())
