"""A query as terms to look for. There is no syntax that could be wrong: what is typed is looked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .terms import Terms, runs

MOST_CHARACTERS, MOST_RUNS = 1_000, 24
PART = 0.35  # of a whole's weight
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
    """What is looked for. `text` is the whole of it in lower case."""

    text: str
    wanted: tuple[Wanted, ...]

    @property
    def terms(self) -> list[str]:
        """Every term once."""
        return list(dict.fromkeys(term for one in self.wanted for term, _ in one.terms))


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
    wanted: list[Wanted] = []
    for run in dict.fromkeys(runs(text.replace("\0", " "))):
        terms: dict[str, float] = {}
        for language in languages.values():
            found = language.of(run)
            for index, term in enumerate(found):
                terms.setdefault(term, 1.0 if index == 0 or len(found) == 1 else PART)
        if terms:
            wanted.append(Wanted(run.casefold(), tuple(terms.items())))
        if len(wanted) == MOST_RUNS:
            break
    return Query(" ".join(text.casefold().split()), tuple(wanted))
