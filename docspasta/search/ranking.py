"""Which sections answer a query best: BM25F over all that have a term of it, then a closer look at the best.
Pure."""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import pairwise
from typing import NamedTuple

from docspasta.passes import scores_in_c

from .blocks import numbers_in
from .passages import Passage, last, plain, symbols, symbols_of
from .queries import Query

OF_ONE_PAGE = 3  # sections in an answer
PAGE_SECTIONS, PAGE_SHARE = 4, 0.15
COVERED, NEAR = 0.6, 1.0
PHRASE, QUOTED = 0.15, 1.0
NEWS = 0.6
_NEWS = re.compile(
    r"[/_.-](?:change-?logs?|changes|release-?notes|releases|what-?s-?new|news|blog|history)(?:[/_.-]|$)",
    re.I,
)
_NEWS_WORDS = re.compile(
    r"\b(?:changes?|changed|changelog|releases?|released|new|news|blog|history|since|version)\b"
)
CANDIDATES = 60  # that are looked at closely
MOST_TELLING = 20  # terms of a long query that are scored: those that tell most
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
    total, weights = sum(sizes), query.weights
    having = {term: sum(len(one.get(term, b"")) // 3 for one in segments) for term in weights}
    some = any(0 < count <= COMMON * total for count in having.values())
    telling = {
        term: weight * rarity(total, having[term]) / 255
        for term, weight in weights.items()
        if having[term] and not (some and having[term] > COMMON * total)
    }
    order = sorted(telling.items(), key=lambda one: -one[1])[:MOST_TELLING]
    found: list[Found] = []
    least = 0.0
    for segment, postings in enumerate(segments):
        having_it = [(postings[term], each) for term, each in order if term in postings]
        scores = scored(having_it, least)
        found += [Found(segment, number, score) for number, score in scores if score > least]
        found.sort(key=lambda one: (-one.score, one.segment, one.number))
        if len(found) > CANDIDATES:
            del found[CANDIDATES:]
            least = found[-1].score
    return found


def scored(having: Sequence[tuple[bytes, float]], least: float) -> Iterable[tuple[int, float]]:
    """Numbers and scores of a segment's sections: of all that are among the best CANDIDATES and have more
    than `least`, perhaps of others. `having` are postings of terms with their weights, the best first."""
    if scores_in_c is None:
        return scored_in_python(having, least)
    return scores_in_c([value for value, _ in having], [weight for _, weight in having], CANDIDATES, least)


def scored_in_python(having: Sequence[tuple[bytes, float]], least: float) -> Iterable[tuple[int, float]]:
    """The same where nothing is in C. Once all terms that follow could not lift a section to the best, they
    only count for sections that were seen (Turtle and Flood's MaxScore, 1995)."""
    scores: dict[int, float] = {}
    rest = sum(255 * weight for _, weight in having)
    for value, weight in having:
        numbers, strengths = numbers_in(value[: len(value) // 3 * 2], "H"), value[len(value) // 3 * 2 :]
        if rest <= least:
            _raise(scores, numbers, strengths, weight)
        else:
            for number, strength in zip(numbers, strengths, strict=True):
                scores[number] = scores.get(number, 0.0) + weight * strength
        rest -= 255 * weight
        if rest > least and len(scores) >= CANDIDATES:
            least = max(least, nlargest(CANDIDATES, scores.values())[-1])
    return scores.items()


def _raise(scores: dict[int, float], numbers: array[int], strengths: bytes, weight: float) -> None:
    """Add to what is there already."""
    if len(scores) * 8 > len(numbers):
        for number, strength in zip(numbers, strengths, strict=True):
            if number in scores:
                scores[number] += weight * strength
        return
    for number in scores:
        at = bisect_left(numbers, number)
        if at < len(numbers) and numbers[at] == number:
            scores[number] += weight * strengths[at]


def closer(query: Query, passage: Passage, score: float) -> float:
    """The score of a section whose text is known: what it defines or is called counts more, news less."""
    factor = 1.0 + _defined(query, symbols(passage)) + _called(query, passage)
    if len(query.wanted) > 1:
        text = " ".join(passage.text.casefold().split())
        factor += (QUOTED if query.quoted else PHRASE) if query.text in text else 0.0
        above = " ".join((passage.title, *passage.path)).casefold()
        having = sum(1 for one in query.wanted if one.text in text or one.text in above)
        factor += COVERED * having / len(query.wanted) + NEAR * _near(query, text, above)
    if _NEWS.search(passage.url) and not _NEWS_WORDS.search(query.text):
        factor *= NEWS
    return score * factor


def _near(query: Query, text: str, above: str) -> float:
    """How many of the query's neighbours are neighbours in a section, 0 to 1."""
    pairs = [f"{one.text} {other.text}" for one, other in pairwise(query.wanted)]
    return sum(1 for pair in pairs if pair in text or pair in above) / len(pairs)


def _defined(query: Query, defined: set[str]) -> float:
    if query.text in defined or query.slug in defined:
        return 1.0
    return 0.5 if any(_inside(query, symbol) or _same_inner(query, symbol) for symbol in defined) else 0.0


def _is(query: Query, symbol: str) -> bool:
    return symbol in (query.text, query.slug)


def _inside(query: Query, symbol: str) -> bool:
    """Whether a symbol is called so where it belongs."""
    name, slug = query.text, query.slug
    return symbol.endswith(
        ("." + name, "-" + name, "::" + name, "#" + name, "-" + slug if slug else "-" + name)
    )


def _same_inner(query: Query, symbol: str) -> bool:
    """Whether both are called the same inside different places: some names are re-exported."""
    inner = last(query.text)
    return inner != query.text and inner == last(symbol)


def anchor_of(query: Query, passage: Passage) -> str:
    """Where to go: to the symbol that was looked for, if the section defines it, else to where it begins."""
    for like in (_is, _inside, _same_inner):
        for anchor in passage.anchors:
            if any(like(query, symbol) for symbol in symbols_of(anchor)):
                return anchor
    return passage.anchor


def _called(query: Query, passage: Passage) -> float:
    heading = plain(passage.heading)
    if query.text in (heading, heading.partition("(")[0].strip()):
        return 0.6
    return 0.3 if len(query.wanted) > 1 and query.text in heading else 0.0


def answers(
    query: Query, found: Sequence[Found], read: Sequence[Passage], limit: int
) -> Iterator[tuple[float, Passage]]:
    """The best of what was found and read, at most `limit`, with at most three of a page."""
    rated = with_page(
        [(closer(query, passage, one.score), passage) for one, passage in zip(found, read, strict=True)]
    )
    rated.sort(key=lambda one: (-one[0], one[1].id))
    seen: Counter[int] = Counter()
    for score, passage in rated:
        seen[passage.page_id] += 1
        if seen[passage.page_id] <= OF_ONE_PAGE:
            yield score, passage._replace(anchor=anchor_of(query, passage))
            limit -= 1
            if not limit:
                return


def with_page(rated: Sequence[tuple[float, Passage]]) -> list[tuple[float, Passage]]:
    """With each section's score some of what its page's others have: a page that is about it has several."""
    of_page: dict[int, list[float]] = {}
    for score, passage in rated:
        of_page.setdefault(passage.page_id, []).append(score)
    sums = {page: sum(sorted(scores, reverse=True)[:PAGE_SECTIONS]) for page, scores in of_page.items()}
    return [(score + PAGE_SHARE * sums[passage.page_id], passage) for score, passage in rated]
