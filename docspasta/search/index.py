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
from .passages import Passage, fields, names
from .postings import Counting, Read, counting
from .stems import known
from .terms import NAMED, Terms

SEGMENT = 16_384  # sections of a segment; they are numbered in 16 bits
MOST_LANGUAGES = 6  # of a source, whose words are remembered; a page of a further one is read as of the first
FORMAT = 3  # raise it when the same pages give another index
K1, B = 1.2, 0.4
HEADING, PAGE, ABOVE, SYMBOLS, CODE, PROSE = 6.0, 3.0, 1.5, 4.0, 0.8, 1.0
NAME = 12.0
LEVELS = 64  # of lengths, eight for each mean length
_SCALE = 16.0  # of counts as they are held
_NORMS = tuple([1 - B + B * level / 8 for level in range(LEVELS)])
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Segment:
    """Takes sections, up to SEGMENT of them; then their blocks can be written."""

    def __init__(self, terms: dict[str, Terms], words: dict[str, str] | None = None) -> None:
        self._terms, self._words = terms, words  # by language; the words that were seen; kept over segments
        self._counts = counting()
        self._read: dict[str, Read] = {}  # by language
        self._lengths = array("H")
        self._sections: list[bytes] = []

    def __len__(self) -> int:
        return len(self._sections)

    def add(self, passage: Passage, language: str) -> None:
        """Take a section of a page in this language."""
        language, found = self._in(known(language)), fields(passage)
        counts, read, terms = self._counts, self._read[language], self._terms[language]
        length = counts.text(read, found.prose, _scaled(PROSE))
        if found.code:
            length += counts.text(read, found.code, _scaled(CODE))
        _tell(counts, terms, found.page, PAGE)
        _tell(counts, terms, found.above, ABOVE)
        _tell(counts, terms, found.heading, HEADING)
        _tell(counts, terms, found.symbols, SYMBOLS)
        counts.told(tuple([NAMED + name for name in names(passage)]), _scaled(NAME))
        counts.end()
        self._lengths.append(min(length, 65_535))
        self._sections.append(_JSON.encode(passage).encode())

    def _in(self, language: str) -> str:
        """The language as which a page is read."""
        if language not in self._terms:
            if len(self._terms) < MOST_LANGUAGES:
                self._terms[language] = Terms(language, self._words)
            else:
                language = next(iter(self._terms))
        if language not in self._read:
            self._read[language] = self._terms[language].chunk
        return language

    def frequency(self, term: str) -> int:
        """How many sections have a term; known when the blocks were read."""
        return self._counts.having(term)

    def blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """(first key, data) of each block."""
        return blocks(self._entries())

    def _entries(self) -> Iterator[tuple[bytes, bytes]]:
        for number, section in enumerate(self._sections):
            yield b"s%04x" % number, section
        yield from self._counts.entries(self._levels(), _NORMS, K1, _SCALE)

    def _levels(self) -> bytes:
        """The level of each section's length."""
        mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0
        return bytes([min(int(8 * length / mean + 0.5), LEVELS - 1) for length in self._lengths])


def _tell(counts: Counting, terms: Terms, text: str, weight: float) -> None:
    """Count what a heading or the like tells: the longer it is, the less each of its terms does."""
    if text:
        line = terms.line(text)
        counts.told(line.terms, _scaled(weight / (0.6 + 0.1 * line.runs)))


def _scaled(count: float) -> int:
    return int(count * _SCALE + 0.5)
