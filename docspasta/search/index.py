"""The index of some sections: which terms they have, and how much each weighs there (BM25F). Pure.

A term's weight in a section is its count, by field, against the section's length; its rarity in the whole
source is known at the query. "Simple BM25F" of Robertson, Zaragoza and Taylor (2004): fields are weighed
before counts saturate, so a word in a heading and in the text counts once, and more.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator

from .blocks import blocks
from .passages import Fields, Passage, fields, names
from .postings import FIXED, Counts, Weights, add_to, counted, value
from .stems import known
from .terms import NAMED, Chunks, Terms, chunks

SEGMENT = 16_384  # sections of a segment; they are numbered in 16 bits
MOST_LANGUAGES = 6  # of a source, whose words are remembered; a page of a further one is read as of the first
FORMAT = 3  # raise it when the same pages give another index
K1, B = 1.2, 0.4
HEADING, PAGE, ABOVE, SYMBOLS, CODE, PROSE = 6.0, 3.0, 1.5, 4.0, 0.8, 1.0
NAME = 12.0
LEVELS = 64  # of lengths, eight for each mean length
_SCALE = 16.0  # of counts as they are held
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Segment:
    """Takes sections, up to SEGMENT of them; then their blocks can be written."""

    def __init__(self, terms: dict[str, Terms], words: dict[str, str] | None = None) -> None:
        self._terms, self._words = terms, words  # by language; the words that were seen; kept over segments
        self._counts = Counts()
        self._chunks: dict[str, Chunks] = {}  # by language
        self._above: tuple[str, str, str] = ("", "", "")  # of the section before: language, page, above
        self._of_above: dict[str, int] = {}  # and what they tell
        self._lengths = array("H")
        self._sections: list[bytes] = []
        self._having: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._sections)

    def add(self, passage: Passage, language: str) -> None:
        """Take a section of a page in this language."""
        language, found = self._in(known(language)), fields(passage)
        read, code, prose = self._chunks[language].__getitem__, chunks(found.code), chunks(found.prose)
        counts = counted(map(read, prose), _scaled(PROSE))
        if code:
            add_to(counts, counted(map(read, code), _scaled(CODE)))
        add_to(counts, self._told(language, found, names(passage)))
        self._counts.add(counts)
        self._lengths.append(min(len(code) + len(prose), 65_535))
        self._sections.append(_JSON.encode(passage).encode())

    def _in(self, language: str) -> str:
        """The language as which a page is read."""
        if language not in self._terms:
            if len(self._terms) < MOST_LANGUAGES:
                self._terms[language] = Terms(language, self._words)
            else:
                language = next(iter(self._terms))
        if language not in self._chunks:
            self._chunks[language] = Chunks(self._terms[language])
        return language

    def _told(self, language: str, found: Fields, called: set[str]) -> dict[str, int]:
        """What a section's headings, its page and its names tell of it."""
        terms, above = self._terms[language], (language, found.page, found.above)
        if above != self._above:  # the section before mostly had the same
            self._above, self._of_above = above, {}
            _count_line(self._of_above, terms, found.page, PAGE)
            _count_line(self._of_above, terms, found.above, ABOVE)
        counts = self._of_above.copy()
        _count_line(counts, terms, found.heading, HEADING)
        _count_line(counts, terms, found.symbols, SYMBOLS)
        add_to(counts, dict.fromkeys([NAMED + name for name in called], _scaled(NAME) << FIXED))
        return counts

    def frequencies(self) -> Iterator[tuple[str, int]]:
        """How many sections have each term; known when the blocks were read."""
        return iter(self._having.items())

    def blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """(first key, data) of each block."""
        return blocks(self._entries())

    def _entries(self) -> Iterator[tuple[bytes, bytes]]:
        for number, section in enumerate(self._sections):
            yield b"s%04x" % number, section
        levels, weights = self._weighing()
        postings = self._counts.postings(levels, weights)
        for term in sorted(postings):
            held = postings[term]
            self._having[term] = len(held)
            yield b"t" + term.encode(), value(held)

    def _weighing(self) -> tuple[list[int], list[Weights]]:
        """The level of each section's length, and the weights of counts at each level."""
        mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0
        levels = [min(int(8 * length / mean + 0.5), LEVELS - 1) for length in self._lengths]
        return levels, [Weights(1 - B + B * level / 8, K1, _SCALE) for level in range(LEVELS)]


def _count_line(counts: dict[str, int], terms: Terms, text: str, weight: float) -> None:
    """Add what a heading or the like tells: the longer it is, the less each of its terms does."""
    if text:
        line = terms.line(text)
        each = _scaled(weight / (0.6 + 0.1 * line.runs)) << FIXED
        for term in line.terms:
            counts[term] = counts.get(term, 0) + each


def _scaled(count: float) -> int:
    return int(count * _SCALE + 0.5)
