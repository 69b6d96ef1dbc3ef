"""The links of a page, for the frontier, and the order of its documentation's navigation."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from .page import Link
from .resolve import Resolver

MAX_LINKS = 5000


def links_of(
    tree: LexborHTMLParser, resolver: Resolver, navigation: tuple[str, ...]
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """(links in document order, each URL once; URLs of the navigation in its order)."""
    order = _navigation(tree, resolver, navigation)
    found: dict[str, bool] = {}
    resolve, known = resolver.resolve, resolver.known
    for node in tree.css("a[href]"):
        attributes = node.attributes
        href = attributes["href"]
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


def _navigation(tree: LexborHTMLParser, resolver: Resolver, selectors: tuple[str, ...]) -> tuple[str, ...]:
    """The targets of the first selector that finds any. `box link` is asked in two steps: a descendant
    combinator looks up the whole depth from every link."""
    resolve, known = resolver.resolve, resolver.known
    for selector in selectors:
        box, _, link = selector.rpartition(" ")
        order: dict[str, None] = {}
        for inside in tree.css(box)[:20] if box and not box.endswith(">") else [tree]:
            for node in inside.css(link if inside is not tree else selector)[: 2 * MAX_LINKS]:
                href = node.attributes.get("href") or ""
                target = (known.get(href) or resolve(href))[0]
                if target and len(order) < MAX_LINKS:
                    order[target] = None
        if order:
            return tuple(order)
    return ()
