"""The index of some sections: which terms they have, and how much each weighs there (BM25F). Pure.

A term's weight in a section is its count, by field, against the section's length; its rarity in the whole
source is known at the query. "Simple BM25F" of Robertson, Zaragoza and Taylor (2004): fields are weighed
before counts saturate, so a word in a heading and in the text counts once, and more.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator

from .blocks import blocks
from .passages import Passage, fields, names
from .postings import FIXED, NUMBER, Counts, Held, Texts, Weights, no_counts, values
from .stems import known
from .terms import NAMED, Terms, chunks

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
        self._texts: dict[str, Texts] = {}  # by language
        self._names: Held = defaultdict(no_counts)
        self._lengths = array("H")
        self._sections: list[bytes] = []
        self._having: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._sections)

    def add(self, passage: Passage, language: str) -> None:
        """Take a section of a page in this language."""
        begun = len(self._sections) << NUMBER
        texts, terms = self._in(known(language))
        found = fields(passage)
        for held, text, weight in (
            (texts.heading, found.heading, HEADING),
            (texts.page, found.page, PAGE),
            (texts.above, found.above, ABOVE),
            (texts.symbols, found.symbols, SYMBOLS),
        ):
            if text:  # the longer it is, the less each of its terms tells
                held[text].append(begun | _scaled(weight / (0.6 + 0.1 * terms.line(text).runs)) << FIXED)
        for name in names(passage):
            self._names[name].append(begun | _scaled(NAME) << FIXED)
        code, prose = chunks(found.code), chunks(found.prose)
        _count(texts.code, code, begun, _scaled(CODE))
        _count(texts.prose, prose, begun, _scaled(PROSE))
        self._lengths.append(min(len(code) + len(prose), 65_535))
        self._sections.append(_JSON.encode(passage).encode())

    def _in(self, language: str) -> tuple[Texts, Terms]:
        if language not in self._terms:
            if len(self._terms) < MOST_LANGUAGES:
                self._terms[language] = Terms(language, self._words)
            else:
                language = next(iter(self._terms))
        texts = self._texts.get(language) or self._texts.setdefault(language, Texts())
        return texts, self._terms[language]

    def frequencies(self) -> Iterator[tuple[str, int]]:
        """How many sections have each term; known when the blocks were read."""
        return iter(self._having.items())

    def blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """(first key, data) of each block."""
        return blocks(self._entries())

    def _entries(self) -> Iterator[tuple[bytes, bytes]]:
        for number, section in enumerate(self._sections):
            yield b"s%04x" % number, section
        postings = self._postings()
        terms = sorted(postings)
        levels, weights = self._weighing()
        for term, value in zip(
            terms, values([postings[term] for term in terms], levels, weights), strict=True
        ):
            self._having[term] = len(value) // 3
            yield b"t" + term.encode(), value

    def _postings(self) -> dict[str, list[Counts]]:
        """The lists of postings of each term."""
        found: defaultdict[str, list[Counts]] = defaultdict(list)
        for language, texts in self._texts.items():
            texts.into(found, self._terms[language])
        for name, counts in self._names.items():
            found[NAMED + name].append(counts)
        return found

    def _weighing(self) -> tuple[list[int], Weights]:
        """The level of each section's length, and the weights of counts at a level."""
        mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0
        levels = [min(int(8 * length / mean + 0.5), LEVELS - 1) for length in self._lengths]
        return levels, Weights([1 - B + B * level / 8 for level in range(LEVELS)], K1, _SCALE)


def _count(into: Held, found: list[str], begun: int, each: int) -> None:
    """Add what code or prose holds."""
    for text, times in Counter(found).items():
        into[text].append(begun | each * times)


def _scaled(count: float) -> int:
    return int(count * _SCALE + 0.5)
