"""What a site's text may cost a search: time that grows with the text, and languages that are few."""

from __future__ import annotations

import time

import pytest

from docspasta.search.index import MOST_LANGUAGES, Segment
from docspasta.search.passages import Passage
from docspasta.search.queries import parse
from docspasta.search.ranking import MOST_TELLING, best
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


def test_a_long_query_is_scored_by_the_terms_that_tell_most() -> None:
    common = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvw"]
    numbers = b"".join(number.to_bytes(2, "little") for number in range(30))
    held = dict.fromkeys(common, numbers + b"\xff" * 30) | {"rare": b"\x63\x00\xff"}
    query = parse(" ".join([*common, "rare"]), TERMS)
    found = best(query, [held], [100])
    most = max(one.score for one in found if one.number != 99)
    single = best(parse(common[0], TERMS), [held], [100])[0].score
    assert {one.number for one in found} >= {99}
    assert most == pytest.approx(single / parse(common[0], TERMS).weights[common[0]] * (MOST_TELLING - 1))
