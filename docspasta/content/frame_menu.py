"""A page that is the menu in a frame: hardly more than links, which open in another frame by its name."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.urls import origin

from .page_menu import said_by_links
from .resolve import Resolver

_FEWEST: Final = 3  # links that make a menu
_MOST_LINKS: Final = 20_000
# What a `target` says that is no frame's name: a new window, this one, or what people write for them.
_NO_FRAME: Final = re.compile(r"_|(?:blank|new|self|top|parent|window|tab|extern|popup|other)\w*$", re.I)


def is_frame_menu(tree: LexborHTMLParser, roots: list[LexborNode], resolver: Resolver) -> bool:
    """Whether most of a page's links into its own site lead into another frame, and it is hardly more than
    they. `roots`: the elements that hold its content."""
    usual = _usual_target(tree)
    site, links, framed = origin(resolver.own) + "/", set[int](), 0
    for node in tree.tags("a")[:_MOST_LINKS] if usual or tree.css_first("a[target]") is not None else ():
        href = node.attributes.get("href")
        target = resolver.resolve(href)[0] if href and not resolver.is_inside(href) else ""
        if target.startswith(site):
            links.add(node.mem_id)
            framed += _is_frame(node.attributes.get("target") or usual)
    return framed >= _FEWEST and 2 * framed >= len(links) and said_by_links(tree, roots, links)


def _usual_target(tree: LexborHTMLParser) -> str:
    base = tree.css_first("base[target]")
    return (base.attributes.get("target") or "") if base is not None else ""


def _is_frame(target: str) -> bool:
    return bool(target) and _NO_FRAME.match(target) is None
