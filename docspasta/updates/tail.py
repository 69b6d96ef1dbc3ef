"""A bounded tail of updates in version order. A reader is an integer into that order. Pure.

A reader at or above `floor` finds everything it lacks here; an older one replays from the record.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Budget:
    """Bytes that all tails of a process may hold together."""

    limit: int
    used: int = 0


@dataclass(slots=True)
class Run(Generic[T]):
    """Updates in version order: every newest state in (start, end] is among them.

    `early` is the newest progress, to be shown before; it moves no cursor.
    `ended_at` is the version of the terminal update, 0 while the job goes on.
    """

    start: int
    end: int
    versions: list[int] = field(default_factory=list)
    items: list[T] = field(default_factory=list)
    early: T | None = None
    ended_at: int = 0

    def covers(self, version: int) -> bool:
        """Whether a reader at `version` can go on here."""
        return self.start <= version < self.end

    def after(self, version: int, most: int) -> tuple[list[T], int]:
        """At most `most` updates above `version`, and the version a reader has then reached."""
        first = bisect_right(self.versions, version)
        last = min(first + most, len(self.versions))
        reached = self.end if last == len(self.versions) else self.versions[last - 1]
        return self.items[first:last], max(reached, version)


class Tail(Generic[T]):
    """The newest updates of one job, at most `limit` bytes, less when the process's budget is spent."""

    __slots__ = ("_budget", "_bytes", "_limit", "_sizes", "floor", "items", "last", "versions")

    def __init__(self, floor: int, limit: int, budget: Budget) -> None:
        self.floor = self.last = floor
        self.versions: list[int] = []
        self.items: list[T] = []
        self._sizes: list[int] = []
        self._limit, self._budget, self._bytes = limit, budget, 0

    def append(self, version: int, item: T, size: int) -> None:
        """Add an update above all others. Raises ValueError when it is not."""
        if version <= self.last:
            raise ValueError(f"version {version} is not above {self.last}")
        self.versions.append(version)
        self.items.append(item)
        self._sizes.append(size)
        self.last = version
        self._count(size)
        if self._bytes > self._limit:
            self._forget(self._limit * 3 // 4)
        elif self._budget.used > self._budget.limit:
            self._forget(self._bytes // 2)

    def advance(self, version: int) -> None:
        """Say that nothing else changed up to `version`."""
        self.last = max(self.last, version)

    def reaches(self, version: int) -> bool:
        """Whether a reader at `version` finds all it lacks here."""
        return version >= self.floor

    def after(self, version: int, most: int) -> tuple[list[T], int]:
        """At most `most` updates above `version`, and the version a reader has then reached."""
        first = bisect_right(self.versions, version)
        last = min(first + most, len(self.versions))
        if first >= last:
            return [], version
        return self.items[first:last], self.versions[last - 1]

    def close(self) -> None:
        """Give the bytes back to the process's budget."""
        self._forget(0)

    def _forget(self, wanted: int) -> None:
        """Drop the oldest until at most `wanted` bytes are left."""
        gone = 0
        for size in self._sizes:
            if self._bytes <= wanted:
                break
            self._count(-size)
            gone += 1
        if gone:
            self.floor = self.versions[gone - 1]
            del self.versions[:gone], self.items[:gone], self._sizes[:gone]

    def _count(self, size: int) -> None:
        self._bytes += size
        self._budget.used += size


def run_of(start: int, end: int, updates: Iterable[tuple[int, T]], ended_at: int = 0) -> Run[T]:
    """A run of (version, update) pairs in order."""
    pairs = list(updates)
    return Run(start, end, [v for v, _ in pairs], [u for _, u in pairs], None, ended_at)
