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
    inside = frozenset(order)
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
        rel = attributes.get("rel")
        refused = rel is not None and "nofollow" in rel.lower().split()
        before = found.get(target)
        if before is None:
            if len(found) >= MAX_LINKS:
                break
            found[target] = refused
        elif before and not refused:
            found[target] = False
    return tuple([_link(url, refused, url in inside) for url, refused in found.items()]), order


_new = object.__new__
_set_url, _set_nofollow, _set_navigation = (
    getattr(Link, name).__set__ for name in ("url", "nofollow", "navigation")
)


def _link(url: str, nofollow: bool, navigation: bool) -> Link:
    """A Link, its slots set directly: a page has hundreds, and a frozen dataclass's own way costs thrice
    that.
    """
    link = _new(Link)
    _set_url(link, url)
    _set_nofollow(link, nofollow)
    _set_navigation(link, navigation)
    return link


def _navigation(tree: LexborHTMLParser, resolver: Resolver, selectors: tuple[str, ...]) -> tuple[str, ...]:
    """The targets of the first selector that finds any. `box link` is asked in two steps: a descendant
    combinator looks up the whole depth from every link."""
    for selector in selectors:
        box, _, link = selector.rpartition(" ")
        order: dict[str, None] = {}
        for inside in tree.css(box)[:20] if box and not box.endswith(">") else [tree]:
            for node in inside.css(link if inside is not tree else selector)[: 2 * MAX_LINKS]:
                target = resolver.resolve(node.attributes.get("href") or "")[0]
                if target and len(order) < MAX_LINKS:
                    order.setdefault(target)
        if order:
            return tuple(order)
    return ()
