"""Where the content of a page is, when no family says: a function of the one page."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode


def find(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds the page's content."""
    return tree.css_first("main") or tree.css_first("article") or tree.body
