"""The links of a page, for the frontier, and the order of its documentation's navigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from .page import Link
from .query import css
from .resolve import Resolver

MAX_LINKS = 5000
_MAX_BOXES = 20


def links_of(
    tree: LexborHTMLParser, resolver: Resolver, menus: Sequence[Menu]
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """(links in document order, each URL once; URLs of the navigation in its order)."""
    in_menu = _links_in_menu(tree, menus)
    found: dict[str, bool] = {}
    order: dict[str, None] = {}
    resolve, known = resolver.resolve, resolver.known
    own = resolver.own
    for node in tree.tags("a"):
        attributes = node.attributes
        href = attributes.get("href")
        if not href:
            continue
        target = own if href[0] == "#" else (known.get(href) or resolve(href))[0]
        if not target:
            continue
        refused = "rel" in attributes and "nofollow" in (attributes["rel"] or "").lower().split()
        if target not in found:
            if len(found) >= MAX_LINKS:
                break
            found[target] = refused
        elif not refused:
            found[target] = False
        if in_menu and node.mem_id in in_menu:
            order[target] = None
    new = tuple.__new__  # what Link(...) comes to, without its keyword arguments
    links = tuple([new(Link, (url, refused, url in order)) for url, refused in found.items()])
    return links, tuple(order)


@dataclass(frozen=True)
class Menu:
    """One selector of navigation, asked in two steps, `box` then `links` in it: a descendant combinator looks
    up the whole depth from every link."""

    box: str  # "" for the whole page
    links: str


def menu(selector: str) -> Menu:
    """A family's selector of navigation, read."""
    box, _, links = selector.rpartition(" ")
    return Menu("", selector) if not box or box.endswith(">") else Menu(box, links)


def _links_in_menu(tree: LexborHTMLParser, menus: Sequence[Menu]) -> set[int]:
    """The addresses of the links of the first menu that has any."""
    for each in menus:
        found: set[int] = set()
        for inside in css(tree.root, each.box)[:_MAX_BOXES] if each.box else [tree.root]:
            found.update([node.mem_id for node in css(inside, each.links)])
        if found:
            return found
    return set()
