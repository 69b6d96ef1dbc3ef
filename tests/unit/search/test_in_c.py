"""Terms are read and counted in C as they are in Python."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docspasta.passes import IN_C, counts_in_c
from docspasta.search.postings import Counting, Counts
from docspasta.search.ranking import CANDIDATES, scored, scored_in_python
from docspasta.search.terms import Terms

pytestmark = pytest.mark.skipif(not IN_C, reason="nothing is in C here")
PIECES = (
    "a B ab Ab AB ABc HTTPServer readText read_text x1 2 10 __init__ _ . :: : -> - -- --- / ' < > <int> <a,b>"
    " , & * @ $ # ++ + == != && <= => ~ % ^ ? ! | = tasks running std vector C++ C# 1.2.3 a.b.c.d.e.f.g (x)"
    " [y] \0 \x1c"
).split(" ")
ASCII = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(string.printable, max_size=40)
LINE = st.lists(
    st.sampled_from([*PIECES, " ", "  ", "\t", "x" * 90, "ab_" * 70, "a." * 99]), max_size=20
).map("".join)
TEXT = st.lists(ASCII | st.text(max_size=5) | st.sampled_from("  \n\u00a0\u2003\u3000\x85"), max_size=30).map(
    "".join
)


def read(language: str, text: str, line: bool) -> None:
    found: list[object] = []
    for in_c in (True, False):
        words: dict[str, str] = {}
        terms = Terms(language, words)
        if line:
            found.append((terms.line(text) if in_c else terms.line_in_python(text), words))
        else:
            found.append((terms.chunk(text) if in_c else terms.chunk_in_python(text), words))
    assert found[0] == found[1]


@given(st.sampled_from(["en", "de", "tr", ""]), ASCII | LINE)
def test_the_terms_of_a_chunk(language: str, text: str) -> None:
    read(language, text, line=False)


@given(st.sampled_from(["en", "fr"]), LINE)
def test_the_terms_of_a_line(language: str, text: str) -> None:
    read(language, text, line=True)


@given(st.lists(ASCII, max_size=12))
def test_the_words_that_were_seen(texts: list[str]) -> None:
    in_c, in_python = dict[str, str](), dict[str, str]()
    first, second = Terms("en", in_c), Terms("en", in_python)
    for text in (*texts, *texts, "URLs", "urls", "testCases", "readText.URLs"):
        assert first.chunk(text) == second.chunk_in_python(text)
    assert in_c == in_python and in_c["urls"] == "url"


def filled(counts: Counting, sections: list[tuple[str, str, tuple[str, ...]]]) -> Counting:
    english, german = Terms("en").chunk, Terms("de").chunk
    for number, (prose, code, told) in enumerate(sections):
        counts.text(german if number % 5 == 4 else english, prose, 16)
        counts.text(english, code, 13)
        counts.told(told, 7 * number % 90)
        counts.end()
    return counts


@given(st.lists(st.tuples(TEXT, TEXT, st.lists(st.text("ab=", max_size=2)).map(tuple)), max_size=12))
def test_the_postings(sections: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert counts_in_c is not None
    levels, norms = (
        bytes(3 * at % 64 for at in range(len(sections))),
        tuple(0.6 + at / 20 for at in range(64)),
    )
    found = []
    for counts in (filled(counts_in_c(), sections), filled(Counts(), sections)):
        entries = counts.entries(levels, norms, 1.2, 16.0)
        found.append((entries, [counts.having(key[1:].decode()) for key, _ in entries], counts.having("no")))
    assert found[0] == found[1]


def test_more_chunks_than_are_remembered() -> None:
    assert counts_in_c is not None
    chance, levels = random.Random(1), b"\x08" * 30
    texts = [" ".join(f"w{chance.randrange(400_000)}" for _ in range(5_000)) for _ in range(30)]
    entries = []
    for counts in (counts_in_c(), Counts()):
        for text in texts:
            counts.text(Terms("").chunk, text, 1)
            counts.end()
        entries.append(counts.entries(levels, (1.0,) * 64, 1.2, 16.0))
    assert entries[0] == entries[1]


def test_the_best_sections() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(60):
        having = []
        for _ in range(chance.randrange(1, 9)):
            numbers = sorted(chance.sample(range(3_000), chance.choice((1, 40, 900))))
            value = b"".join(number.to_bytes(2, "little") for number in numbers)
            having.append((value + chance.randbytes(len(numbers)), chance.random()))
        having.sort(key=lambda one: -one[1])
        least = chance.choice((0.0, 20.0, 300.0))
        told = [
            sorted((-score, number) for number, score in found if score > least)[:CANDIDATES]
            for found in (scored(having, least), scored_in_python(having, least))
        ]
        assert told[0] == told[1]


@pytest.mark.parametrize("levels", [b"", b"\x40", b"\0\0"])
def test_levels_that_are_wrong_are_refused(levels: bytes) -> None:
    assert counts_in_c is not None
    counts = counts_in_c()
    counts.end()
    with pytest.raises(ValueError, match="level"):
        counts.entries(levels, (1.0,) * 64, 1.2, 16.0)


def test_an_error_of_what_reads_is_raised() -> None:
    def failing(_: str) -> tuple[str, ...]:
        raise KeyError("read")

    assert counts_in_c is not None
    counts = counts_in_c()
    with pytest.raises(KeyError, match="read"):
        counts.text(failing, "a b", 1)
    with pytest.raises(TypeError):
        counts.text(lambda _: ["a"], "a b", 1)  # type: ignore[arg-type, return-value]
    assert counts.text(Terms("en").chunk, "a b", 1) == 2
