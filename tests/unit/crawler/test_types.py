"""Which answers are pages by their type."""

from __future__ import annotations

import pytest

from docspasta.first_bytes import begins_as_html
from services.crawler.answer import Answer
from services.crawler.fetch import _may_be_html, _not_html


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


HTML = b"<!DOCTYPE html><html><body>x"


@pytest.mark.parametrize(
    "first",
    [
        HTML,
        b"\xef\xbb\xbf\n<html lang=en>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">',
        b"<!-- made by hand --> <HTML>",
    ],
)
def test_html_is_known_by_its_first_bytes(first: bytes) -> None:
    assert begins_as_html(first)


@pytest.mark.parametrize(
    "first",
    [
        b"<?xml version='1.0'?><rss>",
        b"# Docs\n<html>",
        b"<svg>",
        b"<htmlish>",
        b"",
        b"<!doctype htmlx>",
        b"<!-- html",
    ],
)
def test_what_begins_otherwise_is_no_html(first: bytes) -> None:
    assert not begins_as_html(first)


@pytest.mark.parametrize(
    ("kind", "url", "length", "read"),
    [
        ("text/plain", "https://s.example/a", 5_000, True),
        ("text/plain", "https://s.example/a", None, False),
        ("text/plain", "https://s.example/a", 5_000_000, False),
        ("application/octet-stream", "https://s.example/a.html", 5_000, True),
        ("application/octet-stream", "https://s.example/a.zip", 5_000, False),
        ("application/xml", "https://s.example/a", None, True),
        ("application/xml", "https://s.example/feed.xml", None, False),
        ("application/pdf", "https://s.example/a", 5_000, False),
    ],
)
def test_a_body_is_looked_at_where_a_server_may_be_wrong(
    kind: str, url: str, length: int | None, read: bool
) -> None:
    assert _may_be_html(Answer(status=200, content_type=kind), url, length) is read
