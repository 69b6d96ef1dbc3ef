"""Whether the memory of browsers that follow one another rises. Pure."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import NamedTuple

MIDDLE = (30, 70)  # pages of a browser, between which its memory is compared
MIB = 1024**2


class Look(NamedTuple):
    """What was seen at once: pages done so far, the browsers' process ids, bytes of the renderer's own
    process and of all below it."""

    done: int
    browsers: tuple[int, ...]
    own: int
    below: int


@dataclass
class Life:
    """A browser: the page it began with, and bytes (its renderer's own, all together) at each look."""

    begun: int
    middle: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)  # all its looks, no other browser beside it
    own: list[int] = field(default_factory=list)
    most: int = 0  # with others beside it, too


def lives(looks: list[Look]) -> list[Life]:
    """The lives in looks, in order; a look counts for its newest browser."""
    found: dict[int, Life] = {}
    for look in looks:
        if not look.browsers:
            continue
        for pid in look.browsers:
            found.setdefault(pid, Life(look.done))
        life = found[max(look.browsers, key=lambda pid: found[pid].begun)]
        both = look.own + look.below
        life.most = max(life.most, both)
        life.own.append(look.own)
        if len(look.browsers) == 1:
            life.alone.append(both)
            if MIDDLE[0] <= look.done - life.begun <= MIDDLE[1]:
                life.middle.append(both)
    return list(found.values())


def rise(points: list[tuple[float, float]]) -> float:
    """How much the line of least squares through (x, y) rises from the first x to the last, as a share of the
    mean."""
    if len(points) < 2:
        return 0.0
    line = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
    return line.slope * (points[-1][0] - points[0][0]) / statistics.fmean(y for _, y in points)


def summary(found: list[Life]) -> tuple[list[str], list[float]]:
    """Lines for people, a line a browser first, and the three rises: middles, peaks, the renderer's own
    process."""
    whole = [life for life in found if life.middle]
    lines = ["browser from page, MiB: middle of its life, most alone, most of all, the renderer's process"]
    for life in whole:
        parts = (statistics.median(life.middle), max(life.alone), life.most, statistics.median(life.own))
        lines.append(f"{life.begun:6}  " + "  ".join(f"{each / MIB:6.1f}" for each in parts))
    series: dict[str, list[tuple[float, float]]] = {
        "middle of a life": [(life.begun, statistics.median(life.middle)) for life in whole],
        "most of a life": [(life.begun, max(life.alone)) for life in whole],
        "the renderer's process": [(life.begun, statistics.median(life.own)) for life in whole],
    }
    rises = []
    for name, points in series.items():
        values = [y for _, y in points] or [0.0]
        rises.append(rise(points))
        spread = max(values) / min(values) - 1 if min(values) else 0.0
        lines.append(
            f"{name}: rises by {rises[-1]:+.1%} over {len(values)} browsers; mean "
            f"{statistics.fmean(values) / MIB:.0f} MiB, all within {spread:.1%}"
        )
    return lines, rises
