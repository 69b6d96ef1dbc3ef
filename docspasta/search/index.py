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
FORMAT = 1  # raise it when the same pages give another index
K1, B = 1.2, 0.4
HEADING, PAGE, ABOVE, SYMBOLS, CODE, PROSE = 6.0, 3.0, 1.5, 4.0, 0.8, 1.0
NAME = 12.0
_SCALE = 16.0  # of counts as they are held, in 8 bits of each kind


class Segment:
    """Takes sections, up to SEGMENT of them; then their blocks can be written."""

    def __init__(self, terms: dict[str, Terms]) -> None:
        self._terms = terms  # by language, kept over segments
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
        terms = self._terms.get(name) or self._terms.setdefault(name, Terms(name))
        found = fields(passage)
        fixed: Counter[str] = Counter()
        for weight, text in (
            (HEADING, found.heading),
            (PAGE, found.page),
            (ABOVE, found.above),
            (SYMBOLS, found.symbols),
        ):
            _count(fixed, terms, text, weight, 1.0)
        for name in names(passage):
            fixed[NAMED + name] = NAME  # type: ignore[assignment]
        body: Counter[str] = Counter()
        length = _count(body, terms, found.code, 0.0, CODE) + _count(body, terms, found.prose, 0.0, PROSE)
        number = len(self._sections)
        for term in fixed.keys() | body.keys():
            packed = number << 16 | _byte(fixed[term]) << 8 | _byte(body[term])
            postings = self._postings.get(term)
            if postings is None:
                postings = self._postings[term] = array("I")
            postings.append(packed)
        self._lengths.append(min(length, 65_535))
        self._sections.append(json.dumps(passage, ensure_ascii=False, separators=(",", ":")).encode())

    def blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """(first key, data) of each block."""
        return blocks(self._entries())

    def _entries(self) -> Iterator[tuple[bytes, bytes]]:
        for number, section in enumerate(self._sections):
            yield b"s%04x" % number, section
        mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0
        norms = [1 - B + B * length / mean for length in self._lengths]
        terms = sorted((b"t" + term.encode(), found) for term, found in self._postings.items())
        for key, found in terms:
            numbers = array("H", [packed >> 16 for packed in found])
            weights = bytes(
                [_saturated(packed >> 8 & 255, packed & 255, norms[packed >> 16]) for packed in found]
            )
            yield key, little(numbers) + weights


def _count(into: Counter[str], terms: Terms, text: str, weight: float, each: float) -> int:
    """Count the terms of a text; how many runs it has. With `weight` a short text's terms weigh more: all of
    them together weigh it."""
    found = runs(text)
    share = weight / (0.6 + 0.1 * len(found)) if weight else each
    for run, times in Counter(found).items():
        for term in terms.of(run):
            into[term] += share * (1 if weight else times)  # type: ignore[assignment]
    return len(found)


def _byte(count: float) -> int:
    return min(int(count * _SCALE + 0.5), 255)


def _saturated(fixed: int, body: int, norm: float) -> int:
    count = (fixed + body / norm) / _SCALE
    return max(int(255 * count / (K1 + count)), 1)
