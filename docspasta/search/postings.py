"""What sections hold, turned round: of each term the sections that have it, and its weight there. Pure.

In Python a step for each term of each section would cost more than converting the page did. So whatever is
done for each of them is done by one call for a whole section or a whole term, which loops in C: `map`,
`Counter`, `deque` of no length, and slices with a step. Where the conversion is compiled, _counts.c does it.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Protocol

from docspasta.passes import counts_in_c

from .terms import Chunks, chunks

FIXED = 24  # bits that stand behind what headings and the like count; code and prose have those
_BODY = (1 << FIXED) - 1
_NUMBER = 16  # bits of a posting behind the section's number
Read = Callable[[str], tuple[str, ...]]  # the terms of what stands between two blanks
Entry = tuple[bytes, bytes]  # b"t" and a term, and its postings as they are stored


class Counting(Protocol):
    """Counts the terms of one section after the other; then gives their postings."""

    def text(self, read: Read, text: str, each: int, /) -> int:
        """Count a text of the section, each of its terms so much; how many chunks it has."""

    def told(self, terms: tuple[str, ...], each: int, /) -> None:
        """Count what a heading or the like tells."""

    def end(self) -> None:
        """The section ends here."""

    def having(self, term: str, /) -> int:
        """How many sections have a term."""

    def entries(self, levels: bytes, norms: tuple[float, ...], k1: float, scale: float, /) -> list[Entry]:
        """What is stored of each term, sorted. `levels` are the sections' levels of length, `norms` the
        length of each level against the mean. What was counted is gone then, but for `having`."""


class Counts:
    """Counting in Python."""

    def __init__(self) -> None:
        self._chunks: dict[Read, Chunks] = {}
        self._counts: dict[str, int] = {}  # of this section
        self._ended: list[tuple[tuple[str, ...], array[int]]] = []
        self._having: dict[str, int] = {}

    def text(self, read: Read, text: str, each: int, /) -> int:
        """As Counting says."""
        known = self._chunks.get(read)
        if known is None:
            known = self._chunks[read] = Chunks(read)
        found = chunks(text)
        counts = counted(map(known.__getitem__, found), each)
        if self._counts:
            add_to(self._counts, counts)
        else:
            self._counts = counts
        return len(found)

    def told(self, terms: tuple[str, ...], each: int, /) -> None:
        """As Counting says."""
        counts, more = self._counts, each << FIXED
        for term in terms:
            counts[term] = counts.get(term, 0) + more

    def end(self) -> None:
        """As Counting says."""
        self._ended.append((tuple(self._counts), array("Q", self._counts.values())))
        self._counts = {}

    def having(self, term: str, /) -> int:
        """As Counting says; known when the entries were made."""
        return self._having.get(term, 0)

    def entries(self, levels: bytes, norms: tuple[float, ...], k1: float, scale: float, /) -> list[Entry]:
        """As Counting says."""
        weights = [Weights(norm, k1, scale) for norm in norms]
        postings = self._postings(levels, weights)
        self._having = {term: len(held) for term, held in postings.items()}
        return [(b"t" + term.encode(), value(postings[term])) for term in sorted(postings)]

    def _postings(self, levels: Sequence[int], weights: Sequence[Weights]) -> Mapping[str, array[int]]:
        found: defaultdict[str, array[int]] = defaultdict(no_postings)
        add, held = array.append, found.__getitem__
        for number, (terms, counts) in enumerate(self._ended):
            weighed = map(weights[levels[number]].__getitem__, counts)
            deque(map(add, map(held, terms), map((number << _NUMBER).__or__, weighed)), 0)
        self._ended = []
        return found


def counting() -> Counting:
    """What counts fastest here."""
    return Counts() if counts_in_c is None else counts_in_c()


def no_postings() -> array[int]:
    """An empty list of postings: 32 bits, the upper half the section's number, the lowest byte its weight."""
    return array("I")


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
