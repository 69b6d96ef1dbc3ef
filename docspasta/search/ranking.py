"""Which sections answer a query best: BM25F over all that have a term of it, then a closer look at the best.
Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple

from .blocks import numbers_in
from .passages import Passage
from .queries import Query

CANDIDATES = 60  # that are looked at closely
COMMON = 0.4  # a term in more sections than this tells nothing while there are others
Postings = Mapping[str, bytes]  # of a segment, by term


class Found(NamedTuple):
    """A section by its segment and number, and how well it fits."""

    segment: int
    number: int
    score: float


def rarity(sections: int, having: int) -> float:
    """How much a term tells that so many of the sections have (idf of BM25)."""
    return math.log(1 + (sections - having + 0.5) / (having + 0.5))


def best(query: Query, segments: Sequence[Postings], sizes: Sequence[int]) -> list[Found]:
    """The best sections, best first."""
    total = sum(sizes)
    having = {term: sum(len(one.get(term, b"")) // 3 for one in segments) for term in query.terms}
    found: list[Found] = []
    some = any(0 < count <= COMMON * total for count in having.values())
    for segment, (postings, size) in enumerate(zip(segments, sizes, strict=True)):
        scores = [0.0] * size
        for wanted in query.wanted:
            for term, weight in wanted.terms:
                value = postings.get(term)
                if not value or (some and having[term] > COMMON * total):
                    continue
                _add(scores, value, weight * rarity(total, having[term]) / 255)
        for number in nlargest(CANDIDATES, range(size), key=scores.__getitem__):
            if scores[number] > 0:
                found.append(Found(segment, number, scores[number]))
    return nlargest(CANDIDATES, found, key=lambda one: one.score)


def _add(scores: list[float], value: bytes, weight: float) -> None:
    count = len(value) // 3
    for number, strength in zip(numbers_in(value[: 2 * count], "H"), value[2 * count :], strict=True):
        scores[number] += weight * strength


def closer(query: Query, passage: Passage, score: float) -> float:
    """The score of a section whose text is known: what it defines or is called counts more."""
    name, heading = query.text.strip("`()"), " ".join(passage.heading.casefold().split())
    symbols = [anchor.casefold() for anchor in passage.anchors]
    called = heading.partition("(")[0].strip(" `¶#")
    factor = 1.0
    if name in symbols:
        factor += 1.0
    elif any(symbol.endswith(("." + name, "-" + name, "::" + name)) for symbol in symbols):
        factor += 0.5
    if name in (heading, called):
        factor += 0.6
    elif len(query.wanted) > 1 and name in heading:
        factor += 0.3
    text = passage.text.casefold()
    if len(query.wanted) > 1:
        factor += 0.15 if name in text else 0.0
        above = " ".join(passage.path).casefold()
        having = sum(1 for one in query.wanted if one.text in text or one.text in above)
        factor += 0.3 * having / len(query.wanted)
    return score * factor
