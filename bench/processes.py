"""What processes cost: CPU seconds of a process and of all that it started, and their memory; Linux only."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping

import psutil


def family(pid: int) -> list[psutil.Process]:
    """A process and all below it; none when it is gone."""
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


def cpu(pids: Iterable[int]) -> float:
    """CPU seconds (user+sys) of these processes and all below them so far, ended children included."""
    total = 0.0
    for pid in pids:
        for one in family(pid):
            with contextlib.suppress(psutil.Error):
                times = one.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def own_cpu(pid: int) -> float:
    """CPU seconds (user+sys) of a process alone so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def memory(pids: Iterable[int]) -> int:
    """Bytes (PSS) of these processes and all below them: what several share counts by share."""
    total = 0
    for pid in pids:
        for one in family(pid):
            with contextlib.suppress(psutil.Error):
                total += one.memory_full_info().pss
    return total


def spent(now: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """CPU seconds of each since then."""
    return {name: now[name] - before.get(name, 0.0) for name in now}
