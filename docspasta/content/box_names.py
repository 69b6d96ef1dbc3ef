"""What the class and the id of a box say about it: comments, shares, teasers, notices. Names alone prove
little, so each kind has a strength, and `named_boxes.py` looks at what such a box holds.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise


class Kind(IntEnum):
    """What the names of a box say it is."""

    NONE = 0
    COMMENTS = 1  # what readers wrote
    BESIDE = 2  # beside an article, never part of it: teasers, shares, advertising, newsletters
    AROUND = 3  # around the content of any page: a sidebar, a footer, a breadcrumb
    ABOUT = 4  # about an article: its author, date, tags
    TABS = 5  # the labels of tabs, whatever their other names say


_PART = re.compile(r"[-_:/.]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MADE_UP = re.compile(r"\d[A-Za-z]")  # a hash, whose letters are no words
_COMMENTS = frozenset("comments disqus commentlist livefyre viafoura respond".split())
_COMMENT_PARTS = frozenset("list form area section thread container wrapper respond".split())
_BESIDE = frozenset(
    "addthis addtoany sharedaddy sharethis sharebar sharing share outbrain taboola zergnet newsletter"
    " newsletters signup subscribe subscription advert adverts advertisement advertisements"
    " adsbygoogle ads ad sponsored sponsor promo promos promotion related recommended recommendations"
    " recommendation recirc recirculation trending paywall cookies gdpr ccpa consent relatedposts"
    " socials social popular mostread teaser teasers leaderboard donate donation donations adsense"
    " adunit".split()
)
_PAIRS = frozenset(
    pair
    for words in (
        "most read|most popular|more stories|more news|more from|more articles|more posts|read next|read more"
        "|up next|latest news|recent posts|recent articles|recent news|latest posts|latest articles"
        "|next prev|prev next|post navigation|post nav|post pagination|article nav"
        "|cookie notice|cookie banner|cookie bar|cookie consent|cookie law|sign up|mailing list"
        "|call action|opt in|also like|like post|top stories|similar posts|similar articles|read also"
    ).split("|")
    for pair in [tuple(words.split())]
)
_AROUND = frozenset(
    "sidebar sidebars rail breadcrumb breadcrumbs pagination pager navbar topbar masthead footer colophon"
    " offcanvas megamenu skiplink skiplinks sidenav submenu catlinks noprint nocontent navigation nav menu"
    " dropdown menubar modal popup lightbox crumbs crumb".split()
)
_AROUND_PAIRS = frozenset({("this", "page"), ("this", "article")})  # `on-this-page`
_AROUND_ALONE = frozenset({"widget", "widgets", "secondary", "toolbar", "widget-area", "d-print-none"})
_ABOUT = frozenset(
    "byline bylines author authors bio tags tag taglist categories timestamp dateline meta metadata pubdate"
    " published date posted postmeta credit credits views shares kicker topics keywords rating ratings vote"
    " votes likes follow followers readtime contributors contributor updated".split()
)
# A name with one of these words is that of the frame around all, or of what has a sidebar beside it.
_FRAME = frozenset("has with without no layout enabled disabled active is js".split())
_TABS = frozenset({"tab", "tabs", "tablist"})
_BODY = frozenset("body content contents text main".split())


@lru_cache(maxsize=8192)
def kind_of_box(classes: str, html_id: str) -> Kind:
    """The first kind that one of these names says, or NONE."""
    found = Kind.NONE
    for name in (*classes.split()[:16], html_id):
        kind = _kind(name)
        if kind is Kind.TABS:
            return Kind.NONE
        if kind and (not found or kind < found):
            found = kind
    return found


@lru_cache(maxsize=8192)
def _kind(name: str) -> Kind:
    parts = [part for part in _PART.split(name) if not _MADE_UP.search(part)]
    words = [word.lower() for part in parts for word in _WORD.findall(part)]
    if not words or len(words) > 8:
        return Kind.NONE
    said = frozenset(words)
    if said & _TABS:
        return Kind.TABS
    if said & _FRAME:
        return Kind.NONE
    if said & _COMMENTS or ("comment" in said and said & _COMMENT_PARTS):
        return Kind.COMMENTS
    if said & _BESIDE or any(pair in _PAIRS for pair in pairwise(words)):
        return Kind.BESIDE
    if said & _AROUND or name in _AROUND_ALONE or any(pair in _AROUND_PAIRS for pair in pairwise(words)):
        return Kind.AROUND
    return Kind.ABOUT if said & _ABOUT and not said & _BODY else Kind.NONE
