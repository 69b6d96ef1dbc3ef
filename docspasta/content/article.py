"""A page that says it is one article: news, a post. Its body is where its paragraphs are; what stands beside
them (teasers, notices, what an author box says) is no part of it, though it is prose as well.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from .element_stats import Stats, children_of
from .query import css, css_first
from .tags import HEADINGS, TAGS, tag_set

_P, _PRE, _ARTICLE = TAGS["p"], TAGS["pre"], TAGS["article"]
_LISTS = tag_set("ul ol menu dl")
_LINKED_DATA = re.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*(?<!Tech)Article|BlogPosting|Review)"')
_MARKED = "[itemprop~=articleBody],[itemtype$=Article],[itemtype$=BlogPosting]"
_DOMINANT = 0.7  # share of the paragraphs that makes one child the place to look in
_SENTENCE = 25  # characters of text that are a paragraph, not a label
_MAX_DEPTH = 400
_FIRST = 8  # elements of a box in which its heading stands


def says_article(tree: LexborHTMLParser, html: bytes) -> bool:
    """Whether a page's microdata or linked data say that it is one article."""
    if b"schema.org" not in html:
        return False
    if b"itemprop" in html and css_first(tree.root, _MARKED) is not None:
        return True
    scripts = css(tree.root, "script[type='application/ld+json']")[:20]
    return any(_LINKED_DATA.search(script.text_lexbor()) for script in scripts)


def article_body(stats: list[Stats], here: int) -> int:
    """The lowest element in `here` that holds most of its paragraphs and none of them itself."""
    weights = _weights(stats)
    for _ in range(_MAX_DEPTH):
        children = children_of(stats, here)
        best = max(children, key=lambda child: weights[child], default=-1)
        if best < 0 or weights[best] == 0 or weights[best] < _DOMINANT * weights[here]:
            return here
        if stats[best].tag == _P or stats[best].tag in HEADINGS or stats[best].tag in _LISTS:
            return here
        if _is_flat(stats, here, best, weights) or _is_one_of_several(stats, here, best, weights):
            return here
        here = best
    return here


def body_under(stats: list[Stats], heading: int, top: int) -> int:
    """The article's body, when its headline stands outside of the longest text: what stands under the
    headline, if it is an article of its own or hardly shorter, else that text.
    """
    box = heading
    while stats[box].parent >= 0 and not stats[box].parent < top < stats[stats[box].parent].end:
        box = stats[box].parent
    if box == heading:
        return top
    weights = _weights(stats)
    enough = 2 * _SENTENCE if stats[box].tag == _ARTICLE else weights[top] / 3
    return article_body(stats, box) if weights[box] > max(enough, 2 * _SENTENCE) else top


def _weights(stats: list[Stats]) -> list[float]:
    """How much of each element is sentences, hardly linked."""
    weights = [0.0] * len(stats)
    inner = [0.0] * len(stats)  # weights of the elements in each
    below = [0] * len(stats)  # and their text
    for number in range(len(stats) - 1, -1, -1):
        own = stats[number]
        alone = own.text - below[number]
        if own.tag in HEADINGS or alone < _SENTENCE or own.linked > own.text:
            alone = 0
        links = own.tag in _LISTS and own.linked > own.text
        weights[number] = weight = inner[number] * 0.1 if links else inner[number] + alone
        if own.parent >= 0:
            inner[own.parent] += weight
            below[own.parent] += own.text
    return weights


def _is_flat(stats: list[Stats], here: int, best: int, weights: list[float]) -> bool:
    """Whether paragraphs stand beside the largest part, so that it is a part of the text and no more."""
    beside = sum(weights[child] for child in children_of(stats, here) if stats[child].tag in (_P, _PRE))
    return beside > 0.1 * weights[here]


def _is_one_of_several(stats: list[Stats], here: int, best: int, weights: list[float]) -> bool:
    """Whether the largest part is a section beside others of its kind, each under its own heading. The
    heading of a teaser is a link.
    """
    own = stats[best]
    if own.headings == 0:
        return False
    alike = [
        child
        for child in children_of(stats, here)
        if child != best and stats[child].tag == own.tag and weights[child] > _SENTENCE
    ]
    classes = own.node.attributes.get("class") if alike else None
    return any(
        stats[child].node.attributes.get("class") == classes and _begins_with_heading(stats, child)
        for child in alike
    )


def _begins_with_heading(stats: list[Stats], number: int) -> bool:
    """Whether a heading that is no link is the first text of a box."""
    for inside in range(number + 1, min(number + _FIRST, stats[number].end)):
        if stats[inside].tag in HEADINGS:
            return stats[inside].linked == 0
        if stats[inside].text and stats[inside].end == inside + 1:
            return False
    return False
