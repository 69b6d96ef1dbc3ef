"""Where a page leads, read without converting the page: at a tenth of what that costs. Pure."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from .charset import decode
from .head import read_head
from .links import links_of
from .xhtml import as_html


def targets(body: bytes, url: str) -> tuple[str, ...]:
    """The addresses that the HTML page at `url` links to, canonical, without fragments, each once."""
    tree = LexborHTMLParser(as_html(decode(body)))
    if tree.root is None:
        return ()
    head, resolver = read_head(tree, url)
    found = links_of(tree, resolver, set(), head.menus)
    named = [link.url for link in found.links]
    beside = (head.refresh, head.rel_next, head.rel_prev, found.rel_next, found.rel_prev)
    return tuple(dict.fromkeys([*named, *filter(None, beside)]))
