"""A menu that only a file holds: the page says where the file is, its links lead there."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

HOME = "https://docs.example.org/"


@pytest.mark.parametrize(
    ("head", "file"),
    [
        ('<meta name="docfx:tocrel" content="toc.html">', "guide/toc.html"),
        ('<meta name="docfx:navrel" content="../toc.html">', "toc.html"),
        ('<script src="../scripts/navigation-loader.js" async></script>', "navigation.html"),
        ('<noscript><iframe src="../toc.html"></iframe></noscript>', "toc.html"),
    ],
)
def test_a_menu_in_a_file_is_a_link(head: str, file: str) -> None:
    html = f"<html><head><title>One</title>{head}</head><body><main><p>Text.</p></main></body></html>"
    page = read_page(html.encode(), HOME + "guide/one.html")
    assert HOME + file in [link.url for link in page.links]


def test_a_file_that_is_not_named_is_no_link() -> None:
    html = b'<head><meta name="docfx:navrel" content=""><script src="scripts/main.js"></script></head><p>Text.</p>'
    assert read_page(html, HOME).links == ()
