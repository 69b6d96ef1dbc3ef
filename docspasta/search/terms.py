"""Terms of code and prose: identifiers whole and by their parts, words by their stems, CJK by bigrams. Pure.

`asyncio.create_task` gives asyncio.create_task, create_task, createtask, asyncio, creat and task;
`--max-pages` gives --max-pages, max-pages, maxpages, max and page; `C++` gives c++ and c.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from .spelling import MOST_WORDS, is_word
from .stems import stemmer

MOST_RUN = 200  # characters of what is read as one; more is data
MOST_TERM = 80
MOST_LEVELS = 5
MOST_RUNS, MOST_CHUNKS, MOST_LINES = 1 << 16, 1 << 16, 1 << 12  # that are remembered
# What is never part of a run, nor looked at beside one: it separates as blanks do.
_SEPARATING = b'"()[]{};|\\`'
_BLANKS = bytes.maketrans(_SEPARATING, b" " * len(_SEPARATING))
NAMED = "="  # before a term that is the whole name of a section or of what it defines
_RUN = re.compile(
    r"(?:(?<![\w-])--?(?=[^\W\d_])|(?<![\w.:])(?:::|[.@$#])(?=[^\W\d]))?"
    r"\w+(?:(?:\.|::|->|-|/|:|'|\u2019)\w+)*(?:<[\w:.,&*]{1,60}>)?(?:\+\+|#(?!\w))?"
    r"|(?<!\S)[=!<>?&+:%^~]{2,3}(?!\S)"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f\uf900-\ufaff]+")
_BETWEEN = re.compile(r"\.|::|->|/|:|-|'|\u2019|[<>,&*@$#+]+")
_LEVELS = re.compile(r"::|->|[./:#]")
CASES = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def runs(text: str) -> list[str]:
    """What stands together in a text, as it was written."""
    return _RUN.findall(text)


def places(text: str) -> Iterator[tuple[str, int, int]]:
    """The same with where each begins and ends."""
    return ((found[0], *found.span()) for found in _RUN.finditer(text))


def chunks(text: str) -> list[str]:
    """What stands between blanks, or what separates as they do; no run goes beyond one."""
    return text.encode("utf-8", "replace").translate(_BLANKS).decode().split()


class Known(NamedTuple):
    """What was read of some text: how many runs it has, and their terms, each as often as it is there."""

    runs: int
    terms: tuple[str, ...]


class Terms:
    """Terms by language; what was read is remembered. Not for two threads at once."""

    def __init__(self, language: str = "en", words: dict[str, str] | None = None) -> None:
        """`words` takes the words that were seen, each with its term: a dictionary for misspelt ones."""
        self._stem, self._words = stemmer(language), words
        self._runs: dict[str, tuple[str, ...]] = {}
        self._chunks: dict[str, Known] = {}
        self._lines: dict[str, Known] = {}

    def chunk(self, text: str) -> Known:
        """The terms of what stands between two blanks."""
        known = self._chunks.get(text)
        if known is None:
            if len(self._chunks) >= MOST_CHUNKS:
                self._chunks.clear()
            bare = text.rstrip(".,:!?")
            found = [bare] if bare.isalpha() and bare.isascii() else runs(text)  # most are a word alone
            known = self._chunks[text] = Known(len(found), tuple([t for run in found for t in self.of(run)]))
        return known

    def line(self, text: str) -> Known:
        """The terms of a heading or a title, each run's once."""
        known = self._lines.get(text)
        if known is None:
            if len(self._lines) >= MOST_LINES:
                self._lines.clear()
            found = runs(text)
            some = dict.fromkeys(found)
            known = self._lines[text] = Known(len(found), tuple([t for run in some for t in self.of(run)]))
        return known

    def of(self, run: str) -> tuple[str, ...]:
        """The terms of a run, each once, the most telling first; () for what is only data."""
        known = self._runs.get(run)
        if known is None:
            if len(self._runs) >= MOST_RUNS:
                self._runs.clear()
            known = self._runs[run] = self._read(run)
        return known

    def _read(self, run: str) -> tuple[str, ...]:
        if len(run) > MOST_RUN:
            return ()
        if run.isalpha() and run.isascii() and (run.islower() or run.istitle()) and len(run) <= MOST_TERM:
            low = run.lower()
            return (self._known(low, self._stem(low)),)
        return tuple(dict.fromkeys([term for term in self._all(run) if 0 < len(term) <= MOST_TERM]))

    def _all(self, run: str) -> Iterator[str]:
        if not run.isascii():
            run = unicodedata.normalize("NFKC", run)
            if _CJK.search(run):
                yield from self._bigrams(run)
                return
        whole = run.casefold()
        words = [word for word in _BETWEEN.split(run) if word]
        if not words:
            yield whole
            return
        if len(words) > 1 or words[0] != run:
            yield from _wholes(whole)
            if "<" in whole:
                yield from _wholes(whole.partition("<")[0])
        for word in words:
            yield from self._word(word)

    def _word(self, word: str) -> Iterator[str]:
        low, parts = word.casefold(), parts_of(word)
        if parts:
            yield self._known(low, low)
            yield low.replace("_", "")
            for part in parts:
                yield self._known(part, self._stem(part))
        else:
            yield self._known(low, self._stem(low) if low.isalpha() else low)

    def _known(self, word: str, term: str) -> str:
        if self._words is not None and len(self._words) < MOST_WORDS and is_word(word):
            self._words[word] = term
        return term

    def _bigrams(self, run: str) -> Iterator[str]:
        at = 0
        for found in _CJK.finditer(run):
            for other in runs(run[at : found.start()]):
                yield from self._all(other)
            text, at = found[0], found.end()
            if len(text) == 1:
                yield text
            yield from (text[index : index + 2] for index in range(len(text) - 1))
        for other in runs(run[at:]):
            yield from self._all(other)


def parts_of(word: str) -> list[str]:
    """The parts of a word that is made of several (camelCase, snake_case), in lower case, without numbers."""
    parts = CASES.findall(word)
    if len(parts) > 1 or (parts and parts[0] != word and parts[0].casefold() != word.casefold()):
        return [part.casefold() for part in parts if not part.isdigit()]
    return []


def words_of(run: str) -> list[str]:
    """The words of a run, as they were written; none of a language without blanks."""
    return [] if _CJK.search(run) else [word for word in _BETWEEN.split(run) if word]


def _wholes(whole: str) -> Iterator[str]:
    """A run as it is, with one kind of separator, without its outermost levels, and without any between."""
    yield whole
    levels = [level for level in _LEVELS.split(whole) if level][-MOST_LEVELS:]
    for at in range(len(levels)):
        yield ".".join(levels[at:])
    bare = whole.lstrip("-@$#.:")
    yield bare
    yield bare.replace("-", "").replace("_", "") if levels and len(levels) == 1 else ""
