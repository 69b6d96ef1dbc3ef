"""Where the content of a page is, when no family says: a function of the one page.

Documentation's text is long and hardly linked, its chrome is short and mostly links. Each element gets the
length of its text outside links; the content is the lowest element that still holds nearly all of it, and the
page's main heading. `element_stats.py` measures, `named_boxes.py` takes out what its names say is no content,
`main_heading.py` decides the heading, `boilerplate.py` marks what is left of the chrome at the edges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .article import article_body, body_under
from .boilerplate import boilerplate_in
from .element_stats import Stats, children_of, measure
from .element_text import words_of
from .family import Role, Roles
from .main_heading import banner_heading, main_heading, opening
from .named_boxes import without_named
from .pagers import Pager, find_pager
from .query import css
from .tags import HEADINGS, TAGS, tag_set

_H1: Final = TAGS["h1"]
_BODY: Final = TAGS["body"]
_P: Final = TAGS["p"]
_LISTS: Final = tag_set("ul ol menu dl")
_BOXES_AND_CELLS: Final = tag_set("div section main article table tbody tr td center form header")
_IMPRINT: Final = (
    "copyright",
    "©",
    "powered by",
    "built with",
    "made with",
    "cookie",
    "all rights reserved",
    "privacy",
)
_DOMINANT: Final = 0.82  # share of a parent's own text that makes one child the place to look in
_MAX_DEPTH: Final = 400
_MAX_LANDMARKS: Final = 8
_PAGE: Final = 1_000  # characters, with white space, of a landmark that holds a page's text
# Characters of a page that holds nothing, unless it is in a form or hidden until a script runs.
_FEW: Final = 200


@dataclass(slots=True)
class Found:
    """The content: its elements in document order, those in them that are not content, and the roles that
    its family gives to single elements. `pager`: the links to the neighbours that stand at its edges."""

    roots: list[LexborNode]
    chrome: list[LexborNode]
    roles: list[tuple[LexborNode, Role]] = field(default_factory=list)
    pager: Pager = field(default_factory=Pager)


def find_content(tree: LexborHTMLParser, title: str, roles: Roles, article: bool = False) -> Found:
    """The elements that hold the page's content. `article`: the page says that it is one article."""
    body = tree.body
    if body is None:
        return Found([tree.root] if tree.root is not None else [], [])
    main = _landmark(tree) or body
    words = words_of(title)
    measured = measure(main, roles, article)
    if measured[0].text < _FEW:
        measured = measure(main, roles, article, all_of_it=True)
    stats, chrome = without_named(measured, words, article)
    landmark = main.tag_id != _BODY
    top = article_body(stats, 0) if article else _descend(stats, landmark)
    heading = main_heading(stats, top, title)
    if article and 0 <= heading < top:
        top = body_under(stats, heading, top)
    roots = [stats[top].node]
    if heading >= 0 and not top <= heading < stats[top].end:
        shared = _shared(stats, top, heading)
        if heading < top and not article and _worth(stats, shared, top):
            top, roots = shared, [stats[shared].node]
        elif heading < top:
            opens = [] if article else opening(stats[heading].node)
            roots = [stats[heading].node, *opens, stats[top].node]
    if landmark and (heading < 0 or stats[heading].tag != _H1):
        roots = banner_heading(tree, stats, heading, title) + roots
    chrome += boilerplate_in(stats, top, heading)
    return Found(roots, chrome, pager=find_pager(stats[top].node, chrome))


def _landmark(tree: LexborHTMLParser) -> LexborNode | None:
    """The <main> of the page; of several the first that holds a page's text, else the longest."""
    found = css(tree.root, "main,[role=main]")[:_MAX_LANDMARKS]
    if len(found) < 2:
        return found[0] if found else None
    sizes = [len(node.text_lexbor()) for node in found]
    enough = min(_PAGE, max(sizes))
    return next(node for node, size in zip(found, sizes, strict=True) if size >= enough)


def _descend(stats: list[Stats], landmark: bool) -> int:
    """The lowest element that still holds nearly all of what looks like content. In a landmark (<main>) an
    <h1> is the page's own, so the way down keeps to it, and leaves no text before it behind.
    """
    titles = [number for number, own in enumerate(stats) if own.tag == _H1] if landmark else []
    weights = _weights(stats)
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
        if landmark and _has_opening(stats, here, best):
            return here
        if any(_belongs(stats, child) for child in children if child != best):
            return here
        if any(here < title < stats[here].end for title in titles) and not any(
            best <= title < stats[best].end for title in titles
        ):
            return here
        here = best
    return here


def _weights(stats: list[Stats]) -> list[float]:
    """How much of each element looks like content: its text outside links, a tenth of a list of links."""
    weights = [0.0] * len(stats)
    inner = [0.0] * len(stats)  # weights of the elements in each
    below = [0] * len(stats)  # and their text
    for number in range(len(stats) - 1, -1, -1):
        own = stats[number]
        if own.tag in HEADINGS:
            weight = float(own.text)
        elif own.tag in _LISTS and own.linked > 2 * own.text:
            weight = inner[number] * 0.1
        else:
            weight = inner[number] + own.text - below[number]
        weights[number] = weight
        if own.parent >= 0:
            inner[own.parent] += weight
            below[own.parent] += own.text
    return weights


def _has_opening(stats: list[Stats], here: int, best: int) -> bool:
    """Whether a heading or a paragraph that is hardly linked stands before the largest part."""
    for number in range(here + 1, best):
        own = stats[number]
        if own.end > best or own.text == 0 or own.linked > own.text:
            continue
        if own.tag in HEADINGS or (own.tag == _P and own.text >= 20):
            return True
    return False


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


def _shared(stats: list[Stats], a: int, b: int) -> int:
    """The lowest element that holds both."""
    up = set()
    while a >= 0:
        up.add(a)
        a = stats[a].parent
    while b not in up:
        b = stats[b].parent
    return b


def _worth(stats: list[Stats], shared: int, top: int) -> bool:
    """Whether the element that also holds the heading brings little else with it."""
    return stats[shared].text - stats[top].text < 0.3 * stats[top].text + 200
