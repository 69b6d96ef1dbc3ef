"""Terms of code and prose: identifiers whole and by their parts, words by their stems, CJK by bigrams. Pure.

`asyncio.create_task` gives asyncio.create_task, create_task, createtask, asyncio, creat and task;
`--max-pages` gives --max-pages, max-pages, maxpages, max and page; `C++` gives c++ and c.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from docspasta.passes import chunk_terms, line_terms

from .spelling import MOST_WORDS, is_word
from .stems import stemmer

MOST_RUN = 200  # characters of what is read as one; more is data
MOST_TERM = 80
MOST_LEVELS = 5
MOST_RUNS, MOST_CHUNKS, MOST_LINES = 1 << 17, 1 << 17, 1 << 15  # that are remembered
# What is never part of a run, nor looked at beside one: it separates as blanks do.
_SEPARATING = b'"()[]{};|\\`'
_BLANKS = bytes.maketrans(_SEPARATING, b" " * len(_SEPARATING))
NAMED = "="  # before a term that is the whole name of a section or of what it defines
_RUN = re.compile(
    r"(?:(?<![\w-])--?(?=[^\W\d_])|(?<![\w.:])(?:::|[.@$#])(?=[^\W\d]))?"
    r"\w+(?:(?:\.|::|->|-|/|:|'|\u2019)\w+)*(?:<[\w:.,&*]{1,60}>)?(?:\+\+|#(?!\w))?"
    r"|(?<!\S)[=!<>?&+:%^~]{2,3}(?!\S)"
)
_ONE_RUN = re.compile(r"[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*\Z")  # what most chunks are
_DOTTED = re.compile(r"[A-Za-z0-9_.]*\Z")
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
    """What was read of a line: how many runs it has, and their terms, each as often as it is there."""

    runs: int
    terms: tuple[str, ...]


class Terms:
    """Terms by language; what was read is remembered. Not for two threads at once."""

    def __init__(self, language: str = "en", words: dict[str, str] | None = None) -> None:
        """`words` takes the words that were seen, each with its term: a dictionary for misspelt ones."""
        self._stem, self._words = stemmer(language), words
        self._runs: dict[str, tuple[str, ...]] = {}
        self._inner: dict[str, tuple[str, ...]] = {}  # words inside of runs
        self._lines: dict[str, Known] = {}

    def chunk(self, text: str) -> tuple[str, ...]:
        """The terms of what stands between two blanks, each as often as it is there."""
        if chunk_terms is not None and text.isascii():
            return chunk_terms(text, self._stem, self._words, MOST_WORDS)
        return self.chunk_in_python(text)

    def chunk_in_python(self, text: str) -> tuple[str, ...]:
        """The same where nothing is in C, and of what is not ASCII."""
        bare = text.rstrip(".,:!?")
        if _ONE_RUN.match(bare):
            return self.of(bare)
        found = runs(text)
        return self.of(found[0]) if len(found) == 1 else tuple([t for run in found for t in self.of(run)])

    def line(self, text: str) -> Known:
        """The terms of a heading or a title, each run's once."""
        known = self._lines.get(text)
        if known is None:
            if len(self._lines) >= MOST_LINES:
                self._lines.clear()
            if line_terms is not None and text.isascii():
                known = Known(*line_terms(text, self._stem, self._words, MOST_WORDS))
            else:
                known = self.line_in_python(text)
            self._lines[text] = known
        return known

    def line_in_python(self, text: str) -> Known:
        """The same where nothing is in C, and of what is not ASCII; not remembered."""
        found = runs(text)
        some = dict.fromkeys(found)
        return Known(len(found), tuple([t for run in some for t in self.of(run)]))

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
        found: list[str] = []
        self._add(run, found)
        return tuple([term for term in dict.fromkeys(found) if 0 < len(term) <= MOST_TERM])

    def _add(self, run: str, into: list[str]) -> None:
        if not run.isascii():
            run = unicodedata.normalize("NFKC", run)
            if _CJK.search(run):
                self._add_bigrams(run, into)
                return
        whole = run.casefold()
        words = [word for word in (run.split(".") if _DOTTED.match(run) else _BETWEEN.split(run)) if word]
        if not words:
            into.append(whole)
            return
        if len(words) > 1 or words[0] != run:
            _add_wholes(whole, into)
            if "<" in whole:
                _add_wholes(whole.partition("<")[0], into)
        for word in words:
            into += self._inner.get(word) or self._word(word)

    def _word(self, word: str) -> tuple[str, ...]:
        """The terms of a word inside of a run."""
        low, parts = word.casefold(), parts_of(word)
        found = [self._known(low, self._stem(low)) if low.isalpha() and not parts else self._whole(low)]
        if parts:
            found.append(low.replace("_", ""))
            found += [self._known(part, self._stem(part)) for part in parts]
        if len(self._inner) >= MOST_RUNS:
            self._inner.clear()
        known = self._inner[word] = tuple(found)
        return known

    def _known(self, word: str, term: str) -> str:
        if self._words is not None and len(self._words) < MOST_WORDS and is_word(word):
            self._words[word] = term
        return term

    def _whole(self, word: str) -> str:
        """A word that stands for itself; where it was read as one without parts, its stem stays noted."""
        if self._words is not None and len(self._words) < MOST_WORDS and is_word(word):
            self._words.setdefault(word, word)
        return word

    def _add_bigrams(self, run: str, into: list[str]) -> None:
        at = 0
        for found in _CJK.finditer(run):
            for other in runs(run[at : found.start()]):
                self._add(other, into)
            text, at = found[0], found.end()
            if len(text) == 1:
                into.append(text)
            into += [text[index : index + 2] for index in range(len(text) - 1)]
        for other in runs(run[at:]):
            self._add(other, into)


class Chunks(dict[str, tuple[str, ...]]):
    """The terms of what stands between two blanks, remembered; read when they are first asked for."""

    def __init__(self, read: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> tuple[str, ...]:
        if len(self) >= MOST_CHUNKS:
            self.clear()
        known = self[text] = self._read(text)
        return known


def parts_of(word: str) -> list[str]:
    """The parts of a word that is made of several (camelCase, snake_case), in lower case, without numbers."""
    if word.isalpha() and word.isascii() and (word.islower() or word.istitle()):
        return []
    parts = CASES.findall(word)
    if len(parts) > 1 or (parts and parts[0] != word and parts[0].casefold() != word.casefold()):
        return [part.casefold() for part in parts if not part.isdigit()]
    return []


def words_of(run: str) -> list[str]:
    """The words of a run, as they were written; none of a language without blanks."""
    return [] if _CJK.search(run) else [word for word in _BETWEEN.split(run) if word]


def _add_wholes(whole: str, into: list[str]) -> None:
    """A run as it is, with one kind of separator, without its outermost levels, and without any between."""
    into.append(whole)
    split = whole.split(".") if _DOTTED.match(whole) else _LEVELS.split(whole)
    levels = [level for level in split if level][-MOST_LEVELS:]
    into += [".".join(levels[at:]) for at in range(len(levels))]
    bare = whole.lstrip("-@$#.:")
    into.append(bare)
    if len(levels) == 1:
        into.append(bare.replace("-", "").replace("_", ""))
