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
from .terms import NAMED, Terms, runs

SEGMENT = 16_384  # sections of a segment; they are numbered in 16 bits
MOST_LANGUAGES = 6  # of a source, whose words are remembered; a page of a further one is read as of the first
FORMAT = 2  # raise it when the same pages give another index
K1, B = 1.2, 0.4
HEADING, PAGE, ABOVE, SYMBOLS, CODE, PROSE = 6.0, 3.0, 1.5, 4.0, 0.8, 1.0
NAME = 12.0
LEVELS = 64  # of lengths, eight for each mean length
_SCALE = 16.0  # of counts as they are held, in 8 bits of each kind


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
        fixed: dict[str, int] = {}
        for weight, text in (
            (HEADING, found.heading),
            (PAGE, found.page),
            (ABOVE, found.above),
            (SYMBOLS, found.symbols),
        ):
            some = runs(text)
            _count(fixed, terms, dict.fromkeys(some, 1), _scaled(weight / (0.6 + 0.1 * len(some))))
        for name in names(passage):
            fixed[NAMED + name] = _scaled(NAME)
        body: dict[str, int] = {}
        code, prose = runs(found.code), runs(found.prose)
        _count(body, terms, Counter(code), _scaled(CODE))
        _count(body, terms, Counter(prose), _scaled(PROSE))
        length, number = len(code) + len(prose), len(self._sections)
        for term, count in body.items():
            if term not in fixed:
                self._post(term, number << 16 | (count if count < 256 else 255))
        for term, count in fixed.items():
            self._post(term, number << 16 | min(count, 255) << 8 | min(body.get(term, 0), 255))
        self._lengths.append(min(length, 65_535))
        self._sections.append(json.dumps(passage, ensure_ascii=False, separators=(",", ":")).encode())

    def _post(self, term: str, packed: int) -> None:
        postings = self._postings.get(term)
        if postings is None:
            postings = self._postings[term] = array("I")
        postings.append(packed)

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


def _count(into: dict[str, int], terms: Terms, found: dict[str, int], each: int) -> None:
    """Count the terms of runs, each so many times."""
    of, get = terms.of, into.get
    for run, times in found.items():
        weight = each * times
        for term in of(run):
            into[term] = get(term, 0) + weight


def _scaled(count: float) -> int:
    return int(count * _SCALE + 0.5)


def _saturated(fixed: int, body: int, norm: float) -> int:
    count = (fixed + body / norm) / _SCALE
    return max(int(255 * count / (K1 + count)), 1)
