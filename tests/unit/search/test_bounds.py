"""What a site's text may cost a search: time that grows with the text, and languages that are few."""

from __future__ import annotations

import time

from docspasta.search.index import MOST_LANGUAGES, Segment
from docspasta.search.passages import Passage
from docspasta.search.queries import parse
from docspasta.search.snippets import snippet
from docspasta.search.stems import LANGUAGES
from docspasta.search.terms import Terms

TERMS = {"en": Terms("en")}


def seconds(words: int) -> float:
    query, text = parse("a", TERMS), "a " * words
    took = []
    for _ in range(3):
        began = time.thread_time()
        assert snippet(query, text, TERMS)
        took.append(time.thread_time() - began)
    return min(took)


def test_a_snippet_s_cost_grows_with_its_section() -> None:
    assert seconds(8_000) < 40 * seconds(800), "ten times the words, a hundred times the seconds"


def test_the_languages_of_a_source_are_few() -> None:
    terms: dict[str, Terms] = {}
    segment = Segment(terms)
    for at, language in enumerate(LANGUAGES):
        page = Passage(str(at), at, "https://e.org/", "", ["h"], "", [], 1, f"words of {language}")
        segment.add(page, language)
    assert len(terms) == MOST_LANGUAGES and len(segment) == len(LANGUAGES)
