"""Pages that draw themselves from HTML that a script of theirs holds."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pytest

from docspasta.content import Page, read_page

URL = "https://docs.example.org/guide/all.html"
HTML = (
    '<p>Boil <code>tea</code>.</p><div class="yfm-note yfm-accent-warning"><p class="yfm-note-title">Hot</p>'
    "<div><p>It is.</p></div></div>"
)
MARKDOWN = "# All of tea\n\nBoil `tea`.\n\n> [!WARNING]\n> **Hot**\n>\n> It is.\n"


def read(state: Any) -> Page:
    text = state if isinstance(state, str) else json.dumps(state)
    return read_page(
        f"<!doctype html><html><head><title>All of tea | Kitchen</title></head><body><div id=root></div>"
        f"<script type=application/json>{text}</script><script src=app.js></script></body></html>".encode(),
        URL,
    )


@pytest.mark.parametrize("html", [HTML, escape(HTML)], ids=["as it is", "escaped"])
def test_the_html_is_the_page(html: str) -> None:
    page = read({"data": {"html": html, "title": "All of tea"}, "router": {"path": "all"}})
    assert (page.reason, page.markdown) == ("", MARKDOWN)


@pytest.mark.parametrize(
    "state",
    [
        {"data": {"html": "none of it is HTML, though long enough"}},
        {"data": {"html": "<script type='application\\/json'>{}"}},
        {"a": {"b": {"c": {"d": {"e": {"html": HTML}}}}}},
        '{"html": ' + "[" * 100_000,
        '{"html": "<p>cut',
    ],
    ids=["text", "a script", "too deep", "nested without end", "cut"],
)
def test_nothing_else_is(state: Any) -> None:
    assert read(state).reason == "needs_javascript"
