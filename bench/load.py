"""Many users' jobs, planned, and the figures of what came of them. No I/O."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BATCH_PAGES = 5  # of each host of a job of single pages
Requests = Sequence[tuple[float, str]]  # monotonic seconds, path


@dataclass(frozen=True)
class Load:
    """What is asked of the stack. Sites have `least` to `most` pages, `rate` is pages a second on average."""

    users: int
    jobs: int
    hosts: int
    least: int
    most: int
    rate: float
    seed: int = 1


@dataclass(frozen=True)
class Wish:
    """A job that a user asks for `at` so many seconds. Of several `hosts`, a few single pages of each."""

    at: float
    user: int
    hosts: tuple[int, ...]
    pages: int  # of each host

    @property
    def all_pages(self) -> int:
        return self.pages * len(self.hosts)


def quantile(share: float, least: int, most: int) -> int:
    """Pages of the site that is larger than so large a share of all: few are large (a density of x to the
    -1.5, whose mean is the root of least times most)."""
    return round(least / (1 - share * (1 - math.sqrt(least / most))) ** 2)


def wishes(load: Load) -> list[Wish]:
    """All jobs, in the order in which they are asked for; each host is in one. With more hosts than jobs, a
    tenth are lists of single pages of those that are left."""
    chance = random.Random(load.seed)
    lists = load.jobs // 10 if load.hosts > load.jobs else 0
    sites = load.jobs - lists
    sizes = [quantile((at + 0.5) / sites, load.least, load.most) for at in range(sites)]
    jobs: list[tuple[tuple[int, ...], int]] = [((at,), size) for at, size in enumerate(sizes)]
    left = range(sites, load.hosts)
    jobs += [(tuple(left[at::lists]), BATCH_PAGES) for at in range(lists)]
    chance.shuffle(jobs)
    return timed(jobs, load)


def timed(jobs: list[tuple[tuple[int, ...], int]], load: Load) -> list[Wish]:
    """Each job begins when those before it would be done at the rate that is asked for; users take turns."""
    found, pages = [], 0
    for at, (hosts, size) in enumerate(jobs):
        found.append(Wish(pages / load.rate, at % load.users, hosts, size))
        pages += size * len(hosts)
    return found


def is_paced(path: str) -> bool:
    """Whether it is one of a site's further pages: they are all known once the first is read."""
    return path.endswith(".html")


def pace_used(asked: Mapping[str, Requests], delay: float) -> tuple[float, float]:
    """What was used of the hosts' pace while there was something to ask them for: of all, and of the lowest
    tenth of those with 50 requests and more. Shares of 1."""
    due = took = 0.0
    large = []
    for requests in asked.values():
        times = between(requests)
        if len(times) > 1:
            own, needed = times[-1] - times[0], (len(times) - 1) * delay
            due, took = due + needed, took + own
            large += [needed / own] if len(times) >= 50 else []
    return due / took if took else 1.0, percentile(large, 10) if large else 1.0


def between(requests: Requests) -> list[float]:
    """When a host was asked, from the first of its further pages to the last of them."""
    first = next((at for at, (_, path) in enumerate(requests) if is_paced(path)), len(requests))
    last = max((at for at, (_, path) in enumerate(requests) if is_paced(path)), default=-1)
    return [time for time, _ in requests[first : last + 1]]


def percentile(values: Iterable[float], percent: float) -> float:
    """The value below which so many percent are; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] if ordered else 0.0


def growth(series: Sequence[float]) -> float:
    """The most of the last third against the most of the third before: what is bounded has 1 or less, and
    some noise."""
    third = len(series) // 3
    if not third or not max(series[third : 2 * third]):
        return 1.0
    return max(series[-third:]) / max(series[third : 2 * third])
