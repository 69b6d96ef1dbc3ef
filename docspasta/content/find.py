"""Where the content of a page is, when no family says: a function of the one page.

Documentation's text is long and hardly linked, its chrome is short and mostly links. Each element gets the
length of its text outside links; the content is the lowest element that still holds nearly all of it, and the
page's main heading. What is left of the chrome at its edges is marked: what precedes the heading, lists of
links into the page itself, and short, linked or well-known phrases at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .tags import BLOCKS, HEADINGS, TAGS, TEXT, UNSEEN, tag_set

_A, _H1, _PRE, _BODY, _NAV, _P = (TAGS[name] for name in ("a", "h1", "pre", "body", "nav", "p"))
_SKIPPED = UNSEEN | tag_set("nav footer form label")
_LISTS = tag_set("ul ol menu dl")
_BOXES = tag_set("div section aside header footer nav ul ol menu dl table p form")
_PROSE = tag_set("p pre blockquote dd td th figcaption h1 h2 h3 h4 h5 h6 table")
_DOMINANT = 0.82  # share of a parent's own text that makes one child the place to look in
_MAX_DEPTH = 400
_PHRASES = frozenset(
    "edit this page|edit on github|edit page|view source|page source|show source|copy|copied!|search|previous|next"
    "|previous page|next page|on this page|in this article|contents|table of contents|skip to content"
    "|skip to main content|back to top|was this page helpful?|menu|toggle navigation|home|docs|view page source"
    "|report an issue|share|print|last updated|navigation|quick search|this page|menu on this page"
    "|return to top|sidebar navigation|main navigation|appearance|close|toggle table of contents sidebar".split("|")
)


@dataclass
class Stats:
    """What one element holds: characters outside links, in links, and how many links lead into the page."""

    node: LexborNode
    tag: int
    parent: int
    depth: int
    text: int = 0
    linked: int = 0
    links: int = 0
    inner: int = 0
    headings: int = 0
    last: int = 0  # number of its last descendant


def find(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds the page's content."""
    body = tree.body
    if body is None:
        return tree.root
    for selector in ("main", "[role=main]"):
        main = tree.css_first(selector)
        if main is not None:
            return main
    return body
