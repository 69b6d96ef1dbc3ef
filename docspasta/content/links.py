"""The links of a page, for the frontier, and the order of its documentation's navigation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from .page import Link
from .resolve import Resolver

MAX_LINKS = 5000


def links_of(
    tree: LexborHTMLParser, resolver: Resolver, navigation: Sequence[Menu], text: str
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """(links in document order, each URL once; URLs of the navigation in its order)."""
    order = _navigation(tree, resolver, navigation, text)
    found: dict[str, bool] = {}
    resolve, known = resolver.resolve, resolver.known
    for node in tree.tags("a"):
        attributes = node.attributes
        href = attributes.get("href")
        if not href:
            continue
        target = (known.get(href) or resolve(href))[0]
        if not target:
            continue
        refused = "rel" in attributes and "nofollow" in (attributes["rel"] or "").lower().split()
        if target not in found:
            if len(found) >= MAX_LINKS:
                break
            found[target] = refused
        elif not refused:
            found[target] = False
    inside = frozenset(order).__contains__
    new = tuple.__new__  # what Link(...) comes to, without its keyword arguments
    return tuple([new(Link, (url, refused, inside(url))) for url, refused in found.items()]), order


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


def _navigation(
    tree: LexborHTMLParser, resolver: Resolver, menus: Sequence[Menu], text: str
) -> tuple[str, ...]:
    """The targets of the first menu that has any."""
    resolve, known = resolver.resolve, resolver.known
    for each in menus:
        if not all(word in text for word in each.words):
            continue
        order: dict[str, None] = {}
        for inside in tree.css(each.box)[:20] if each.box else [tree]:
            for node in inside.css(each.links)[: 2 * MAX_LINKS]:
                href = node.attributes.get("href") or ""
                target = (known.get(href) or resolve(href))[0]
                if target and len(order) < MAX_LINKS:
                    order[target] = None
        if order:
            return tuple(order)
    return ()
