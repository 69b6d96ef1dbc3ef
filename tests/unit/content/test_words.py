"""Words are counted as people count them, however the Markdown is laid out."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

URL = "https://docs.example.org/a.html"


@pytest.mark.parametrize(
    "content",
    [
        "<p>one two three four five six</p>",
        "<pre>def f(x):\n        return x\n\n\n    # deep  and   wide</pre>" * 40,
        "<ul><li>one<ul><li>two<ul><li>three four</li></ul></li></ul></li></ul>" * 60,
        "<p>na\u00efve caf\u00e9 \u2013 five words here</p>",
    ],
)
def test_words_are_runs_between_spaces(content: str) -> None:
    page = read_page(f"<main><h1>A title of words</h1>{content}</main>".encode(), URL)
    assert page.words == len(page.markdown.split()) > 5


def test_each_chinese_character_is_a_word() -> None:
    page = read_page(
        "<main><h1>\u6807\u9898</h1><p>\u8fd9\u662f\u4e00\u4e2a\u9875\u9762 API</p></main>".encode(), URL
    )
    assert page.words == 2 + 6 + 1
