"""A piece of HTML as Markdown, between two sentences that make it a page."""

from __future__ import annotations

from docspasta.content import read_page

URL = "https://docs.example.org/guide/page.html"
BEFORE, AFTER = "Enough words stand before it that the page is a page.", "And enough words stand behind it."


def between(html: str) -> str:
    """The Markdown of `html`, without what stands around it."""
    page = read_page(f"<body><main><h1>Title</h1><p>{BEFORE}</p>{html}<p>{AFTER}</p></main>".encode(), URL)
    assert page.reason == ""
    start, end = page.markdown.index(BEFORE) + len(BEFORE), page.markdown.index(AFTER)
    return page.markdown[start:end].strip("\n")
