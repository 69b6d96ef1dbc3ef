"""What sections hold, turned round: of each term the sections that have it, and its weight there. Pure.

Sections are added by what is written in them, chunks and whole lines, each of which is the same in many
sections; only when all are there is each of those read for its terms, once. A posting is 64 bits: the
section's number (16), what headings and the like add up to (24), what code and prose do (24).
"""

from __future__ import annotations

import struct
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from .blocks import little
from .terms import Terms

NUMBER, FIXED = 48, 24  # bits that stand behind a section's number, behind what headings count
_COUNTS = (1 << NUMBER) - 1
_BODY = (1 << FIXED) - 1
_ONE = struct.Struct("<HB")
Counts: TypeAlias = "array[int]"


def no_counts() -> Counts:
    """An empty list of postings."""
    return array("Q")


Held: TypeAlias = "defaultdict[str, Counts]"  # a posting for each section in which a text is


class Texts:
    """What is written in sections in one language, by field, and in which sections."""

    def __init__(self) -> None:
        self.heading: Held = defaultdict(no_counts)
        self.page: Held = defaultdict(no_counts)
        self.above: Held = defaultdict(no_counts)
        self.symbols: Held = defaultdict(no_counts)
        self.code: Held = defaultdict(no_counts)
        self.prose: Held = defaultdict(no_counts)

    def into(self, found: defaultdict[str, list[Counts]], terms: Terms) -> None:
        """Add the postings of what is written here to those of its terms."""
        for lines in (self.heading, self.page, self.above, self.symbols):
            for text, counts in lines.items():
                for term in terms.line(text).terms:
                    found[term].append(counts)
        for chunks in (self.code, self.prose):
            for text, counts in chunks.items():
                for term in terms.chunk(text):
                    found[term].append(counts)


class Weights(dict[int, int]):
    """Weights by level and counts, as they are asked for; `norms` are the lengths of each level."""

    def __init__(self, norms: Sequence[float], k1: float, scale: float) -> None:
        super().__init__()
        self._norms, self._k1, self._scale = norms, k1, scale

    def __missing__(self, key: int) -> int:
        fixed, body = min(key >> FIXED & _BODY, 255), min(key & _BODY, 255)
        count = (fixed + body / self._norms[key >> NUMBER]) / self._scale
        weight = self[key] = max(int(255 * count / (self._k1 + count)), 1)
        return weight


def values(postings: Iterable[Sequence[Counts]], levels: Sequence[int], weights: Weights) -> Iterator[bytes]:
    """The value of each term as it is stored. `levels` are the sections' levels of length."""
    leveled = [level << NUMBER for level in levels]
    for lists in postings:
        if len(lists) > 1:
            yield _value(_merged(lists), leveled, weights)
        elif len(lists[0]) == 1:
            packed = lists[0][0]
            number = packed >> NUMBER
            yield _ONE.pack(number, weights[leveled[number] | packed & _COUNTS])
        else:
            yield _value(lists[0], leveled, weights)


def _value(counts: Sequence[int], leveled: Sequence[int], weights: Weights) -> bytes:
    numbers = array("H", [packed >> NUMBER for packed in counts])
    found = [weights[leveled[packed >> NUMBER] | packed & _COUNTS] for packed in counts]
    return little(numbers) + bytes(found)


def _merged(lists: Sequence[Counts]) -> Sequence[int]:
    """All postings in the order of their sections, one a section."""
    joined = no_counts()
    for counts in lists:
        joined += counts
    every = sorted(joined)
    if len({packed >> NUMBER for packed in every}) == len(every):
        return every
    merged: list[int] = []
    before = -1
    for packed in every:
        if packed >> NUMBER == before:
            merged[-1] += packed & _COUNTS
        else:
            merged.append(packed)
            before = packed >> NUMBER
    return merged
