"""Who gets Markdown of a job's page."""

from __future__ import annotations

import pytest

from gateway.alternates import links, prefers_markdown


@pytest.mark.parametrize(
    ("accept", "markdown"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("text/markdown", True),
        ("text/markdown, text/html;q=0.9, */*;q=0.1", True),
        ("Text/Markdown;q=0.5,text/html;q=0.9", False),
        ("text/markdown;q=0", False),
        ("text/markdown;q=x", False),
        (",;,", False),
    ],
)
def test_accept(accept, markdown):
    assert prefers_markdown(accept) is markdown


def test_links_name_a_type_each():
    assert links("j1").count('rel="alternate"; type=') == 3 and 'rel="describedby"' in links("j1")
