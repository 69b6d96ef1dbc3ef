"""Characters that nobody sees: out of the text wherever they stand, kept in code, at no second walk."""

from __future__ import annotations

import random

import pytest

from docspasta.content import read_page, written_text
from tests.sizes import size

from .test_short_ways import SHAPES

URL = "https://docs.example.org/"
CODE = "<p>call <code>f(a,\u2061b)</code> or so</p><table><tr><th>x<th>y<tr><td><code>g\u2061()</code><td>z</table>"
HIDDEN = ["\u200b", "\u2060", "\u202e", "\U000e0041", "&#1;", "&#127;", "\u00ad", "\uf17c"]
SEEN = ["words", "two words", " ", "a", "(see", "]", "*x*", "1. one", "-", "#", "", "\\(x\\)", "\\( \\)"]
LONG = "a long sentence with{0} something in it that goes on for a while"


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each walk was a careful one."""
    found: list[bool] = []
    walk = written_text._walk

    def noted(*arguments: object, careful: bool = False) -> object:
        found.append(careful)
        return walk(*arguments, careful=careful)  # type: ignore[arg-type]

    monkeypatch.setattr(written_text, "_walk", noted)
    return found


@pytest.mark.parametrize("text", [LONG.format("\u200b"), "one \uf17c icon", "soft\u00adly", "\u200bword"])
def test_where_they_stand(text: str, walks: list[bool]) -> None:
    markdown = read_page(f"<h1>Title</h1><p>{text}</p>{CODE}".encode(), URL).markdown
    prose, _, code = markdown.partition("call")
    assert prose.isascii()
    assert code.count("\u2061") == 2
    assert walks == [False]


@pytest.mark.parametrize("hidden", ["\u2060", "\u202e", "\U000e0041", "\x01"])
def test_by_a_second_walk(hidden: str, walks: list[bool]) -> None:
    markdown = read_page(f"<p>{LONG.format(hidden)}</p>{CODE}".encode(), URL).markdown
    assert hidden not in markdown
    assert markdown.count("\u2061") == 2
    assert walks == [False, True]


def test_a_page_with_them_reads_as_the_page_without() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    shapes = [shape for shape in SHAPES if "<code" not in shape]
    for _ in range(size("pages with characters that nobody sees")):
        with_them = without = (
            draw.choice(("", "<script>MathJax = {}</script>")) + "<p>Words before it, some of them."
        )
        for _ in range(draw.randrange(1, 5)):
            shape, texts = draw.choice(shapes), ["".join(draw.choices(SEEN, k=2)) for _ in range(3)]
            with_them += shape.format(*(_strewn(text, draw) for text in texts))
            without += shape.format(*texts)
        page = read_page(with_them.encode(), URL)
        assert (page.reason, page.markdown) == ("", read_page(without.encode(), URL).markdown), with_them


def _strewn(text: str, draw: random.Random) -> str:
    """`text` with characters before and after it that nobody sees."""
    before, after = (draw.choice(["", *HIDDEN]) for _ in range(2))
    return before + text + after


@pytest.mark.parametrize("text", ["&#1;", "\\( \\)", "\\(\\)"])
def test_a_link_whose_text_comes_to_nothing_leaves_nothing(text: str) -> None:
    body = (
        f"<script>MathJax = {{}}</script><p>Words before it, some of them. <a href=/x>{text}</a>Words after."
    )
    assert read_page(body.encode(), URL).markdown == "Words before it, some of them. Words after.\n"
