"""A page that is the menu in a frame: hardly more than links, which open in another frame by its name."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.urls import origin

from .page_menu import said_by_links
from .query import css_first
from .resolve import Resolver

FEWEST: Final = 3  # links that make a menu
_MOST_LINKS: Final = 20_000
# What a `target` says that is no frame's name: a new window, this one, or what people write for them.
_NO_FRAME: Final = re.compile(r"_|(?:blank|new|self|top|parent|window|tab|extern|popup|other)\w*$", re.I)


def is_frame_menu(
    tree: LexborHTMLParser, roots: list[LexborNode], resolver: Resolver, named: int, based: bool
) -> bool:
    """Whether most of a page's links into its own site lead into another frame, and it is hardly more than
    they. `roots`: the elements that hold its content. `named`: how many links name a frame, FEWEST standing
    for more. `based`: it may have a <base>."""
    usual = _usual_target(tree) if based else ""
    if named < FEWEST and not names_frame(usual):  # nearly every page is known here
        return False
    site, links, framed = origin(resolver.own) + "/", set[int](), 0
    for node in tree.tags("a")[:_MOST_LINKS]:
        href = node.attributes.get("href")
        target = resolver.resolve(href)[0] if href and not resolver.is_inside(href) else ""
        if target.startswith(site):
            links.add(node.mem_id)
            framed += names_frame(node.attributes.get("target") or usual)
    return framed >= FEWEST and 2 * framed >= len(links) and said_by_links(tree, roots, links)


def _usual_target(tree: LexborHTMLParser) -> str:
    base = css_first(tree.root, "base[target]")
    return (base.attributes.get("target") or "") if base is not None else ""


def names_frame(target: str) -> bool:
    """Whether a `target` is the name of a frame."""
    return bool(target) and _NO_FRAME.match(target) is None
