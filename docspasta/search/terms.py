"""Terms of code and prose: identifiers whole and by their parts, words by their stems, CJK by bigrams. Pure.

`asyncio.create_task` gives asyncio.create_task, create_task, createtask, asyncio, creat and task;
`--max-pages` gives --max-pages, max-pages, maxpages, max and page; `C++` gives c++ and c.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from .spelling import is_word
from .stems import stemmer

MOST_RUN = 200  # characters of what is read as one; more is data
MOST_TERM = 80
MOST_LEVELS = 5
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


class Terms:
    """Terms by language; runs that were seen are remembered. Not for two threads at once."""

    def __init__(self, language: str = "en", words: dict[str, str] | None = None) -> None:
        """`words` takes the words that were seen, each with its term: a dictionary for misspelt ones."""
        self._stem, self._words = stemmer(language), words
        self.of: Callable[[str], tuple[str, ...]] = lru_cache(1 << 16)(self._of)

    def _of(self, run: str) -> tuple[str, ...]:
        """The terms of a run, each once, the most telling first; () for what is only data."""
        if len(run) > MOST_RUN:
            return ()
        found = dict.fromkeys(term for term in self._all(run) if 0 < len(term) <= MOST_TERM)
        return tuple(found)

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
        if self._words is not None and is_word(word):
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
