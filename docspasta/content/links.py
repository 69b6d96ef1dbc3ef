"""The links of a page, for the frontier, and the order of its documentation's navigation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from .page import Link
from .resolve import Resolver

MAX_LINKS = 5000
_MAX_BOXES = 20
_SMALL = 16_000  # characters


def links_of(
    tree: LexborHTMLParser, resolver: Resolver, menus: Sequence[Menu], text: str
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """(links in document order, each URL once; URLs of the navigation in its order)."""
    in_menu = _links_in_menu(tree, menus, text)
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
    up the whole depth from every link. `words` are in the HTML of every page where it finds anything."""

    box: str  # "" for the whole page
    links: str
    words: tuple[str, ...]


_NAMES = re.compile(r"""[.#]([\w-]+)|=["']?([\w-]+)""")


def menu(selector: str) -> Menu:
    """A family's selector of navigation, read."""
    box, _, links = selector.rpartition(" ")
    words = tuple(name or value for name, value in _NAMES.findall(selector))
    return Menu("", selector, words) if not box or box.endswith(">") else Menu(box, links, words)


def _links_in_menu(tree: LexborHTMLParser, menus: Sequence[Menu], text: str) -> set[int]:
    """The addresses of the links of the first menu that has any."""
    for each in menus:
        # The first question to the CSS engine of a page costs as much as a look through a small page's text.
        if len(text) < _SMALL and not all(word in text for word in each.words):
            continue
        found: set[int] = set()
        for inside in tree.css(each.box)[:_MAX_BOXES] if each.box else [tree]:
            found.update([node.mem_id for node in inside.css(each.links)])
        if found:
            return found
    return set()
