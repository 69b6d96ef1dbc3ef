"""Which answers are pages by their type."""

from __future__ import annotations

import pytest

from services.crawler.answer import Answer
from services.crawler.fetch import _not_html


@pytest.mark.parametrize(
    ("kind", "url", "page"),
    [
        ("text/html", "https://s.example/a", True),
        ("", "https://s.example/a", True),
        ("text/markdown", "https://s.example/a.md", True),
        ("application/octet-stream", "https://s.example/a.md", True),  # of servers that do not know the name
        ("application/octet-stream", "https://s.example/a", False),
        ("application/octet-stream", "https://s.example/a.zip", False),
        ("text/plain", "https://s.example/a", False),
        ("application/pdf", "https://s.example/a.md", False),
    ],
)
def test_a_type_and_a_name_make_a_page(kind: str, url: str, page: bool) -> None:
    assert (_not_html(Answer(status=200, content_type=kind), url) == "") is page
