"""Where the content of a page is, when no family says: a function of the one page.

Documentation's text is long and hardly linked, its chrome is short and mostly links. Each element gets the
length of its text outside links; the content is the lowest element that still holds nearly all of it, and the
page's main heading. `element_stats.py` measures, `boilerplate.py` marks what is left of the chrome at the
edges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .boilerplate import boilerplate_in
from .element_stats import Stats, children_of, measure
from .element_text import short_text
from .query import css, css_first
from .tags import HEADINGS, TAGS, tag_set

_H1, _BODY, _P = TAGS["h1"], TAGS["body"], TAGS["p"]
_LISTS = tag_set("ul ol menu dl")
_BOXES_AND_CELLS = tag_set("div section main article table tbody tr td center form header")
_IMPRINT = (
    "copyright",
    "©",
    "powered by",
    "built with",
    "made with",
    "cookie",
    "all rights reserved",
    "privacy",
)
_DOMINANT = 0.82  # share of a parent's own text that makes one child the place to look in
_MAX_DEPTH = 400
_NAME = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class Found:
    """The content: its elements in document order, and those in them that are not content."""

    roots: list[LexborNode]
    chrome: list[LexborNode]


def find_content(tree: LexborHTMLParser, title: str) -> Found:
    """The elements that hold the page's content."""
    body = tree.body
    if body is None:
        return Found([tree.root] if tree.root is not None else [], [])
    main = css_first(tree.root, "main,[role=main]") or body
    stats = measure(main)
    top = _descend(stats, main.tag_id != _BODY)
    heading = _main_heading(stats, top, title)
    roots = [stats[top].node]
    if heading >= 0 and not top <= heading < stats[top].end:
        shared = _shared(stats, top, heading)
        if heading < top and _worth(stats, shared, heading, top):
            top, roots = shared, [stats[shared].node]
        elif heading < top:
            roots = [stats[heading].node, stats[top].node]
    if main.tag_id != _BODY and (heading < 0 or stats[heading].tag != _H1):
        roots = _banner_heading(tree, stats, title) + roots
    return Found(roots, boilerplate_in(stats, top, heading))


def _descend(stats: list[Stats], landmark: bool) -> int:
    """The lowest element that still holds nearly all of what looks like content. In a landmark (<main>) an
    <h1> is the page's own, so the way down keeps to it.
    """
    titles = [number for number, own in enumerate(stats) if own.tag == _H1] if landmark else []
    weights = [0.0] * len(stats)
    for number in range(len(stats) - 1, -1, -1):
        children = children_of(stats, number) if stats[number].tag not in HEADINGS else []
        inner = sum(weights[child] for child in children)
        own = stats[number]
        alone = own.text - sum(stats[child].text for child in children)
        weights[number] = (
            inner + alone if not (own.tag in _LISTS and own.linked > 2 * own.text) else inner * 0.1
        )
    here = 0
    for _ in range(_MAX_DEPTH):
        children = [child for child in children_of(stats, here) if stats[child].tag in _BOXES_AND_CELLS]
        if not children:
            return here
        best = max(children, key=lambda child: weights[child])
        if weights[best] < _DOMINANT * weights[here] or weights[best] == 0:
            return here
        if stats[best].headings == 0 and stats[here].headings:
            return here
        if any(_belongs(stats, child) for child in children if child != best):
            return here
        if any(here < title < stats[here].end for title in titles) and not any(
            best <= title < stats[best].end for title in titles
        ):
            return here
        here = best
    return here


def _belongs(stats: list[Stats], number: int) -> bool:
    """Whether the sibling of a large piece of content is content too: prose of its own, hardly linked."""
    own = stats[number]
    if own.text < 150 or own.linked > 0.5 * own.text:
        return False
    if own.headings:
        return True
    words = own.node.text_lexbor().lower()
    return any(stats[n].tag == _P for n in range(number, own.end)) and not any(
        tail in words for tail in _IMPRINT
    )


def _main_heading(stats: list[Stats], top: int, title: str) -> int:
    """The number of the page's main heading: the first <h1> in the content, or the first heading there, when
    the title names it; else an <h1> before the content that the title names; else the first in the content.
    """
    inside = [n for n in range(top, stats[top].end) if stats[n].tag in HEADINGS]
    inside = [n for n in inside if stats[n].tag == _H1][:1] or inside[:1]
    words = _words(title)
    if inside and _named(stats[inside[0]], words):
        return inside[0]
    low = not inside or HEADINGS[stats[inside[0]].tag] > 2
    for number in range(top - 1, -1, -1):
        if stats[number].tag == _H1:
            own = _words(stats[number].node.text_lexbor())
            if own and (own <= words or (low and own & words)):
                return number
    return inside[0] if inside else -1


def _banner_heading(tree: LexborHTMLParser, stats: list[Stats], title: str) -> list[LexborNode]:
    """The <h1> with which the title begins, when a page keeps it in its banner and has none in <main>."""
    start = " ".join(title.lower().split())
    for node in css(tree.root, "h1")[:5]:
        text = " ".join((short_text(node) or "").lower().split())
        if text and start.startswith(text):
            return [] if any(own.node.mem_id == node.mem_id for own in stats) else [node]
    return []


def _named(own: Stats, words: set[str]) -> bool:
    """Whether all words of a heading are among these."""
    mine = _words(own.node.text_lexbor())
    return bool(mine) and mine <= words


def _words(text: str) -> set[str]:
    return set(_NAME.findall(text.lower()))


def _shared(stats: list[Stats], a: int, b: int) -> int:
    """The lowest element that holds both."""
    up = set()
    while a >= 0:
        up.add(a)
        a = stats[a].parent
    while b not in up:
        b = stats[b].parent
    return b


def _worth(stats: list[Stats], shared: int, heading: int, top: int) -> bool:
    """Whether the element that also holds the heading brings little else with it."""
    return stats[shared].text - stats[top].text < 0.3 * stats[top].text + 200
