"""Long sections are cut in C where they are cut in Python."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docspasta.passes import IN_C
from docspasta.sections.cut import estimated_in_python, estimated_pieces
from docspasta.tokens import HUNDREDTHS, estimated_tokens

from .markdown import page

pytestmark = pytest.mark.skipif(not IN_C, reason="nothing is in C here")
PIECES = (
    "```|```py|~~~|~~~~|`|- |* |+ |1. |12) |1234567890. |> |>|#|# |###### |####### |\n|\n\n|  |\t|    "
    "|<details>|</details>|<details |<summary>|<detailsx>||a|--- |word |é|漢字|😀|\0|"
    + "x" * 40
    + "|"
    + "ab " * 30
)
MARKDOWN = st.lists(st.sampled_from([*PIECES.split("|"), "|", "| a "]), max_size=120).map("".join)


def both(markdown: bytes, headings: dict[int, int] | None, at: int, longest: int, limit: int) -> None:
    given_ = (markdown, headings, at, len(markdown), longest, limit)
    assert estimated_pieces(*given_) == estimated_in_python(*given_)


@given(MARKDOWN, st.integers(16, 60), st.integers(0, 6_000), st.booleans(), st.integers(0, 10))
def test_pieces_of_anything(text: str, longest: int, limit: int, known: bool, lines: int) -> None:
    markdown = text.encode()
    at = sum(len(line) for line in markdown.splitlines(keepends=True)[:lines] if line.endswith(b"\n"))
    at = 0 if at and markdown[at - 1 : at] != b"\n" else at
    headings = (
        {each: 0 for each in range(len(markdown)) if markdown[each : each + 1] == b"#"} if known else None
    )
    both(markdown, headings, at, longest, limit)


@pytest.mark.parametrize("seed", range(20))
def test_pieces_of_pages(seed: int) -> None:
    markdown, headings = page(random.Random(seed), 30)
    both(markdown, {offset: 0 for _, _, _, offset in headings}, 0, 400, 4_000)


@given(st.text(max_size=300))
def test_hundredths_are_the_estimate(text: str) -> None:
    data = text.encode()
    assert sum(data.translate(HUNDREDTHS)) == pytest.approx(100 * estimated_tokens(data))
