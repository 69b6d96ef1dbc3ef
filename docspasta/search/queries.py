"""A query as terms to look for. There is no syntax that could be wrong: what is typed is looked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from .passages import MOST_NAME, last, plain
from .spelling import is_word
from .terms import CASES, NAMED, Terms, parts_of, runs, words_of

MOST_CHARACTERS, MOST_RUNS = 1_000, 24
PART = 0.35  # of a whole's weight
WHOLE_NAME, RUN_NAME, LAST_NAME = 1.5, 0.7, 0.35
LITTLE = 0.15  # of a word that says little, while there are others
LITTLE_WORDS = frozenset(
    "a about an and are as at be by can could did do does for from how i if in into is it its me my of on or"
    " should that the there this to versus vs was we what when where which who why will with you your".split()
)
_SIGNS = re.compile(r"[^\w]+")
_LETTERS = re.compile(r"[^\W\d_]+")
MOST_LIMIT, USUAL_LIMIT = 50, 10


class BadQuery(ValueError):
    """A query that cannot be asked. `field` is what is wrong, the message a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wanted:
    """One run of the query: its terms with their weights. `text` is in lower case."""

    text: str
    terms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `text` is the whole of it in lower case, without the quotes if it is `quoted`.
    `slug` is what an HTML id makes of a name (`worker.--pool` is `worker-pool`), '' of several words."""

    text: str
    wanted: tuple[Wanted, ...]
    names: tuple[tuple[str, float], ...] = ()  # terms of what would be called so
    quoted: bool = False
    slug: str = ""

    @property
    def terms(self) -> list[str]:
        """Every term of its words once."""
        return list(dict.fromkeys(term for one in self.wanted for term, _ in one.terms))

    @property
    def weights(self) -> dict[str, float]:
        """Every term that is looked up, with its weight."""
        found: dict[str, float] = {}
        for term, weight in (*self.names, *(pair for one in self.wanted for pair in one.terms)):
            found[term] = max(found.get(term, 0.0), weight)
        return found


def check(text: str, limit: int) -> None:
    """Raises BadQuery for what cannot be asked."""
    if not text.strip():
        raise BadQuery("query", "Say what to look for.")
    if len(text) > MOST_CHARACTERS:
        raise BadQuery("query", f"{len(text):,} characters are too many; give at most {MOST_CHARACTERS:,}.")
    if not 0 <= limit <= MOST_LIMIT:
        raise BadQuery("limit", f"{limit} is out of range; give 1 to {MOST_LIMIT}.")


def parse(text: str, languages: dict[str, Terms]) -> Query:
    """The query in the stems of these languages."""
    found = list(dict.fromkeys(runs(text.replace("\0", " "))))[:MOST_RUNS]
    some = [run for run in found if run.casefold() not in LITTLE_WORDS]
    wanted = [_wanted(run, languages, LITTLE if some and run not in some else 1.0) for run in found]
    name = plain(text.replace("\0", " ")).removesuffix("()")
    quoted = len(name) > 2 and name[0] == name[-1] and name[0] in "\"'"
    name = name.strip("\"'") if quoted else name
    names = tuple(_names(name, some).items())
    slug = _SIGNS.sub("-", name).strip("-") if " " not in name else ""
    return Query(name, tuple(one for one in wanted if one.terms), names, quoted, slug)


def unknown(text: str, languages: dict[str, Terms], known: Container[str]) -> list[str]:
    """The words of a query, and parts of them, of which no section has a term, in lower case."""
    found: dict[str, None] = {}
    for run in runs(text.replace("\0", " "))[:MOST_RUNS]:
        for word in words_of(run):
            if not word.replace("_", "").isalpha():
                continue  # a code
            parts = [part for part in parts_of(word) if not _is_known(part, languages, known)]
            if not _is_known(word, languages, known) and (parts or not parts_of(word)):
                found |= dict.fromkeys(one for one in (word.casefold(), *parts) if is_word(one))
    return [word for word in found if word not in LITTLE_WORDS]


def _is_known(word: str, languages: dict[str, Terms], known: Container[str]) -> bool:
    return any(terms.of(word)[:1] and terms.of(word)[0] in known for terms in languages.values())


def respelt(text: str, instead: Mapping[str, str]) -> str:
    """A query with other words in the place of some."""

    def word(found: re.Match[str]) -> str:
        return instead.get(found[0].casefold()) or CASES.sub(part, found[0])

    def part(found: re.Match[str]) -> str:
        return instead.get(found[0].casefold(), found[0])

    return _LETTERS.sub(word, text) if instead else text


def _wanted(run: str, languages: dict[str, Terms], share: float) -> Wanted:
    terms: dict[str, float] = {}
    for language in languages.values():
        found = language.of(run)
        for index, term in enumerate(found):
            terms.setdefault(term, share * (1.0 if index == 0 or len(found) == 1 else PART))
    return Wanted(run.casefold(), tuple(terms.items()))


def _names(name: str, found: Sequence[str]) -> dict[str, float]:
    names: dict[str, float] = {}
    for text, weight in (
        (name, WHOLE_NAME),
        *((plain(run), RUN_NAME) for run in found),
        *((last(plain(run)), LAST_NAME) for run in found),
    ):
        if 0 < len(text) <= MOST_NAME:
            names.setdefault(NAMED + text, weight)
    return names
