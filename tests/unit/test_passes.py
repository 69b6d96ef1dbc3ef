"""Passes over bytes give what Python's own give, in C and without."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from docspasta.passes import IN_C, Kinds, count, holding, opened
from docspasta.tokens import estimated_tokens

NAMES = ("area", "button", "frame", "iframe", "script", "template")
PIECES = (
    "< </ > /> a= 'x' \" <!-- --> \0 \n <ARea <area/ <ifrAme> <Frame <frameset> <template> </button> <button>"
    " <script> </script> <svg> <title> </title> <![CDATA[ ]]> <templates> <x <scripté <Kscript> text"
)
MARKUP = st.lists(st.sampled_from(PIECES.split(" "))).map("".join)


@given(st.binary(max_size=700) | st.lists(st.sampled_from([b"<", b"/", b"a"])).map(b"".join), st.data())
def test_count_counts_as_bytes_do(data: bytes, drawn: st.DataObject) -> None:
    start = drawn.draw(st.integers(0, len(data) + 3))
    end = drawn.draw(st.integers(0, len(data) + 3))
    for sought in (b"<", b"</", b"\xff", b"a<"):
        assert count(data, sought, start, end) == data.count(sought, start, end)


@pytest.mark.parametrize("size", [0, 1, 254, 255, 256, 510, 511, 512, 100_000])
def test_count_of_what_is_everywhere(size: int) -> None:
    assert count(b"<" * size, b"<", 0, size) == size
    assert count(b"</" * size, b"</", 0, 2 * size) == size
    assert count(b"</" * size, b"</", 1, 2 * size - 1) == max(size - 2, 0)


@given(st.binary(max_size=300))
def test_a_tally_is_of_each_kind(data: bytes) -> None:
    members = (b"etaoin", b" \n", bytes(range(128, 256)), b"")
    assert Kinds(*members).tally(data) == tuple(sum(byte in each for byte in data) for each in members)


@given(MARKUP)
def test_no_tag_of_the_tree_is_missed(markup: str) -> None:
    html = markup.encode()
    told = opened(html, NAMES)
    tree = LexborHTMLParser(html)
    assert told >= {name for name in NAMES if tree.tags(name)}
    if IN_C:
        assert told == {name for name in NAMES if re.search(rb"<" + name.encode(), html, re.IGNORECASE)}


@given(
    st.text("abc", max_size=60).map(str.encode),
    st.lists(st.text("abc", min_size=3, max_size=6).map(str.encode), max_size=40),
)
def test_what_it_holds_is_what_is_in_it(data: bytes, needles: list[bytes]) -> None:
    held = holding(data, tuple(needles))
    assert [each in held for each in needles] == [each in data for each in needles]


@pytest.mark.skipif(not IN_C, reason="Python counts whatever it is given")
def test_what_c_does_not_take_is_said() -> None:
    for wrong in ((b"a", b"", 0, 1), (b"a", b"aa", 0, 1), (b"a", b"abc", 0, 1), (b"a", b"a", -1, 1)):
        with pytest.raises(ValueError, match="one byte or two that differ"):
            count(*wrong)
    for names in (("",), ("é",), (b"a",)):
        with pytest.raises(TypeError, match="names in ASCII"):
            opened(b"<a", names)
    with pytest.raises(ValueError, match="three bytes and more"):
        holding(b"abc", (b"ab",))


def test_tokens_are_a_sum_of_kinds() -> None:
    assert estimated_tokens(b"") == 0.0
    assert estimated_tokens(b"ab C1.\n") == pytest.approx(2 * 0.19 + 0.1 + 0.25 + 1.14 + 0.5 + 0.77)
    assert estimated_tokens("é".encode()) == pytest.approx(1.3)
