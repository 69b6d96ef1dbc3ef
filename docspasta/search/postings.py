"""What sections hold, turned round: of each term the sections that have it, and its weight there. Pure.

A step of Python for each term of each section would cost more than converting the page did. So whatever is
done for each of them is done by one call for a whole section or a whole term, which loops in C: `map`,
`Counter`, `deque` of no length, and slices with a step.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

FIXED = 24  # bits that stand behind what headings and the like count; code and prose have those
_BODY = (1 << FIXED) - 1
_NUMBER = 16  # bits of a posting behind the section's number


def no_postings() -> array[int]:
    """An empty list of postings: 32 bits, the upper half the section's number, the lowest byte its weight."""
    return array("I")


class Counts:
    """What some sections hold: of each section its terms, and what each counts there."""

    def __init__(self) -> None:
        self._terms: list[tuple[str, ...]] = []
        self._counts: list[array[int]] = []

    def add(self, counts: Mapping[str, int]) -> None:
        """Take the next section."""
        self._terms.append(tuple(counts))
        self._counts.append(array("Q", counts.values()))

    def postings(self, levels: Sequence[int], weights: Sequence[Weights]) -> Mapping[str, array[int]]:
        """The postings of each term, in the sections' order. `levels` are the sections' levels of length,
        `weights` those of each level. What was held is gone then."""
        found: defaultdict[str, array[int]] = defaultdict(no_postings)
        add, held = array.append, found.__getitem__
        for number, level in enumerate(levels):
            terms, counts = self._terms[number], self._counts[number]
            weighed = map(weights[level].__getitem__, counts)
            deque(map(add, map(held, terms), map((number << _NUMBER).__or__, weighed)), 0)
        return found


class Weights(dict[int, int]):
    """Weights by counts, as they are asked for, in sections whose length is `norm` times the mean."""

    def __init__(self, norm: float, k1: float, scale: float) -> None:
        super().__init__()
        self._norm, self._k1, self._scale = norm, k1, scale

    def __missing__(self, key: int) -> int:
        fixed, body = min(key >> FIXED, 255), min(key & _BODY, 255)
        count = (fixed + body / self._norm) / self._scale
        weight = self[key] = max(int(255 * count / (self._k1 + count)), 1)
        return weight


def counted(texts: Iterable[Sequence[str]], each: int) -> dict[str, int]:
    """How often each term is in lists of them, times `each`."""
    found = Counter(chain.from_iterable(texts))
    return dict(zip(found, map(each.__mul__, found.values())))  # noqa: B905 (as long as each other)


def add_to(counts: dict[str, int], others: Mapping[str, int]) -> None:
    """Add other counts to some."""
    both = {term: counts[term] + others[term] for term in counts.keys() & others.keys()}
    counts |= others
    counts |= both


def value(postings: array[int]) -> bytes:
    """A term's postings as they are stored: the sections' numbers, and as many weights."""
    if sys.byteorder == "big":
        postings.byteswap()
    held = postings.tobytes()
    if len(held) == 4:
        return held[2:] + held[:1]
    return memoryview(held).cast("H")[1::2].tobytes() + held[::4]
