"""The index of some sections: which terms they have, and how much each weighs there (BM25F). Pure.

A term's weight in a section is its count, by field, against the section's length; its rarity in the whole
source is known at the query. "Simple BM25F" of Robertson, Zaragoza and Taylor (2004): fields are weighed
before counts saturate, so a word in a heading and in the text counts once, and more.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator

from .blocks import blocks, little
from .passages import Passage, fields, names
from .stems import known
from .terms import NAMED, Terms, chunks

SEGMENT = 16_384  # sections of a segment; they are numbered in 16 bits
MOST_LANGUAGES = 6  # of a source, whose words are remembered; a page of a further one is read as of the first
FORMAT = 2  # raise it when the same pages give another index
K1, B = 1.2, 0.4
HEADING, PAGE, ABOVE, SYMBOLS, CODE, PROSE = 6.0, 3.0, 1.5, 4.0, 0.8, 1.0
NAME = 12.0
LEVELS = 64  # of lengths, eight for each mean length
_SCALE = 16.0  # of counts as they are held, in 8 bits of each kind
_FIXED = 20  # bits of a count that are of code and prose; those above are of headings and symbols
_BODY = (1 << _FIXED) - 1
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Segment:
    """Takes sections, up to SEGMENT of them; then their blocks can be written."""

    def __init__(self, terms: dict[str, Terms], words: dict[str, str] | None = None) -> None:
        self._terms, self._words = terms, words  # by language; the words that were seen; kept over segments
        self._postings: dict[str, array[int]] = {}
        self._lengths = array("H")
        self._sections: list[bytes] = []

    def __len__(self) -> int:
        return len(self._sections)

    def add(self, passage: Passage, language: str) -> None:
        """Take a section of a page in this language."""
        name = known(language)
        if name not in self._terms and len(self._terms) >= MOST_LANGUAGES:
            name = next(iter(self._terms))
        terms = self._terms.get(name) or self._terms.setdefault(name, Terms(name, self._words))
        found = fields(passage)
        counts: dict[str, int] = {}
        _fix(counts, terms, HEADING, found.heading)
        _fix(counts, terms, PAGE, found.page)
        _fix(counts, terms, ABOVE, found.above)
        _fix(counts, terms, SYMBOLS, found.symbols)
        for name in names(passage):
            counts[NAMED + name] = _scaled(NAME) << _FIXED
        length = _count(counts, terms, found.code, _scaled(CODE))
        length += _count(counts, terms, found.prose, _scaled(PROSE))
        self._post(counts)
        self._lengths.append(min(length, 65_535))
        self._sections.append(_JSON.encode(passage).encode())

    def _post(self, counts: dict[str, int]) -> None:
        """Add a posting of the section to each term."""
        postings, begun = self._postings, len(self._sections) << 16
        for term, count in counts.items():
            if count > 255:
                count = min(count >> _FIXED, 255) << 8 | min(count & _BODY, 255)
            found = postings.get(term)
            if found is None:
                found = postings[term] = array("I")
            found.append(begun | count)

    def frequencies(self) -> Iterator[tuple[str, int]]:
        """How many sections have each term."""
        return ((term, len(found)) for term, found in self._postings.items())

    def blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """(first key, data) of each block."""
        return blocks(self._entries())

    def _entries(self) -> Iterator[tuple[bytes, bytes]]:
        for number, section in enumerate(self._sections):
            yield b"s%04x" % number, section
        mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0
        levels = [min(int(8 * length / mean + 0.5), LEVELS - 1) for length in self._lengths]
        plain = [_plain(1 - B + B * level / 8) for level in range(LEVELS)]
        terms = sorted((b"t" + term.encode(), found) for term, found in self._postings.items())
        for key, found in terms:
            numbers = array("H", [packed >> 16 for packed in found])
            weights = bytes(
                [
                    plain[levels[packed >> 16]][packed & 255]
                    if not packed & 0xFF00
                    else _saturated(packed >> 8 & 255, packed & 255, 1 - B + B * levels[packed >> 16] / 8)
                    for packed in found
                ]
            )
            yield key, little(numbers) + weights


def _plain(norm: float) -> list[int]:
    """The weights of counts in code and prose alone, in a text of this length."""
    return [_saturated(0, body, norm) for body in range(256)]


def _fix(into: dict[str, int], terms: Terms, weight: float, text: str) -> None:
    """Count the terms of a heading or the like; the longer it is, the less each of them tells."""
    known = terms.line(text)
    each = _scaled(weight / (0.6 + 0.1 * known.runs)) << _FIXED
    for term in known.terms:
        into[term] = into.get(term, 0) + each


def _count(into: dict[str, int], terms: Terms, text: str, each: int) -> int:
    """Count the terms of code or prose; how many runs there are."""
    length = 0
    for chunk, times in Counter(chunks(text)).items():
        known = terms.chunk(chunk)
        length += known.runs * times
        for term in known.terms:
            into[term] = into.get(term, 0) + each * times
    return length


def _scaled(count: float) -> int:
    return int(count * _SCALE + 0.5)


def _saturated(fixed: int, body: int, norm: float) -> int:
    count = (fixed + body / norm) / _SCALE
    return max(int(255 * count / (K1 + count)), 1)
