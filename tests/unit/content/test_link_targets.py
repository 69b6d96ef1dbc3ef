"""A link may lead to any name: what looks its target up never ends the page."""

from __future__ import annotations

import pytest

from docspasta.content import read_page


@pytest.mark.parametrize(
    "target", ["a&#10;b", "a&#12;b", "a&#13;b", "a&#1;b", "a&quot;]b", "a\\b", "a]b", "a b", "é<p>"]
)
def test_no_target_of_a_reference_ends_the_page(target: str) -> None:
    body = f'<main><h1>Title</h1><p>Some words here<sup><a href="#{target}">1</a></sup>.</p></main>'
    page = read_page(body.encode(), "https://docs.example.org/")
    assert page.reason == "" and "Some words here" in page.markdown
