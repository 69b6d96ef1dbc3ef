"""A page that is the menu in a frame: hardly more than links, which open in another frame by its name."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.urls import origin

from .page_menu import said_by_links
from .query import css
from .resolve import Resolver
from .tags import TAGS

_BASE: Final = TAGS["base"]
_FEWEST: Final = 3  # links that make a menu
_MOST_LINKS: Final = 20_000
# What a `target` says that is no frame's name: a new window, this one, or what people write for them.
_NO_FRAME: Final = re.compile(r"_|(?:blank|new|self|top|parent|window|tab|extern|popup|other)\w*$", re.I)


def is_frame_menu(tree: LexborHTMLParser, roots: list[LexborNode], resolver: Resolver) -> bool:
    """Whether most of a page's links into its own site lead into another frame, and it is hardly more than
    they. `roots`: the elements that hold its content."""
    usual, named = _targets(tree)
    if named < _FEWEST and not _is_frame(usual):  # nearly every page is known here
        return False
    site, links, framed = origin(resolver.own) + "/", set[int](), 0
    for node in tree.tags("a")[:_MOST_LINKS]:
        href = node.attributes.get("href")
        target = resolver.resolve(href)[0] if href and not resolver.is_inside(href) else ""
        if target.startswith(site):
            links.add(node.mem_id)
            framed += _is_frame(node.attributes.get("target") or usual)
    return framed >= _FEWEST and 2 * framed >= len(links) and said_by_links(tree, roots, links)


def _targets(tree: LexborHTMLParser) -> tuple[str, int]:
    """Where the page's <base> has links open, and how many links name a frame themselves."""
    usual: str | None = None
    named = 0
    for node in css(tree.root, "base[target],a[target]"):
        target = node.attributes.get("target") or ""
        if node.tag_id == _BASE:
            usual = target if usual is None else usual
        else:
            named += _is_frame(target)
    return usual or "", named


def _is_frame(target: str) -> bool:
    return bool(target) and _NO_FRAME.match(target) is None
