"""Boxes whose names say that they are no content, taken out of a page's measures before its content is looked
for: comments, teasers, share bars, notices, sidebars. A name alone takes nothing out: what the box holds, and
how much of the page that is, must agree.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from selectolax.lexbor import LexborNode

from .box_names import Kind
from .element_stats import Stats
from .element_text import is_named
from .query import css_first
from .tags import TAGS, tag_set

Sizes = tuple[int, int, int, int, int]  # text, linked, links, inner, headings

_H1: Final = TAGS["h1"]
_P: Final = TAGS["p"]
_CODE_OR_DATA: Final = tag_set("pre table dl")
_MOST: Final = 0.4  # share of the page's text that no such box holds, except comments
_SMALL: Final = 500  # characters of a box about an article
_LABEL: Final = 100  # characters of a share bar
_MOST_BYLINES, _BYLINE = 2, 200  # on a page; characters of one
_LEAST: Final = 140  # characters that the page must have beside its comments


def without_named(
    stats: list[Stats], title: frozenset[str], article: bool
) -> tuple[list[Stats], list[LexborNode]]:
    """The measures without the boxes whose names and contents say that they are no content, and those boxes.

    `title`: the words of the page's title; a box that holds the <h1> that they name stays. `article`: the
    page says that it is one article, so that boxes beside it or about it are known as such.
    """
    gone = _boxes(stats, title, article)
    if not gone:
        return stats, []
    kept = _compacted(stats, gone)
    return kept, [stats[number].node for number in sorted(gone)]


def _boxes(stats: list[Stats], title: frozenset[str], article: bool) -> set[int]:
    """The numbers of the boxes to leave out, none inside another."""
    if not any(own.kind for own in stats):
        return set()
    data = list(accumulate((own.tag in _CODE_OR_DATA for own in stats), initial=0))
    titles = list(accumulate((_is_title(own, title) for own in stats), initial=0))
    gone: set[int] = set() if article else _bylines(stats, data)
    number, end = 1, len(stats)
    left = stats[0].text
    while number < end:
        own = stats[number]
        if number in gone:
            number = own.end
            continue
        holds = data[own.end] > data[number]
        named = titles[own.end] > titles[number]
        if own.kind and not named and _is_apart(own, stats[0].text, left, article, holds):
            gone.add(number)
            left -= own.text
            number = own.end
        else:
            number += 1
    return gone


def _bylines(stats: list[Stats], data: list[int]) -> set[int]:
    """The one box on a page, or two, that say who wrote it and when. Of more of them each belongs to a part
    of the page: a release, say, of which the day is content."""
    found: list[int] = []
    number = 1
    while number < len(stats) and len(found) <= _MOST_BYLINES:
        own = stats[number]
        if own.kind is not Kind.ABOUT:
            number += 1
            continue
        found.append(number)
        number = own.end
    return {
        number
        for number in found
        if len(found) <= _MOST_BYLINES
        and stats[number].text + stats[number].linked < _BYLINE
        and stats[number].tag != _P
        and stats[number].headings == 0
        and data[stats[number].end] == data[number]
        and css_first(stats[number].node, "time,[datetime],[rel~=author]") is not None
    }


def _is_title(own: Stats, title: frozenset[str]) -> bool:
    return own.tag == _H1 and own.text > 0 and is_named(own.node, title)


def _is_apart(own: Stats, whole: int, left: int, article: bool, holds: bool) -> bool:
    """Whether a named box is no content. `whole` and `left`: characters of the page, and of what is not out
    yet; `holds`: it holds code or data.
    """
    if own.kind is Kind.COMMENTS:
        return left - own.text >= _LEAST
    if own.text > _MOST * whole and own.text > _LEAST:
        return False
    if article and own.kind is Kind.ABOUT:
        return own.text + own.linked < _SMALL and not holds and own.tag != _P
    if holds and own.linked <= own.text:
        return False
    if article:
        return True
    if own.kind is Kind.BESIDE:
        return own.linked >= own.text or own.text + own.linked < _LABEL
    if own.kind is not Kind.AROUND:
        return False
    return own.linked >= own.text or (own.text < _LABEL and css_first(own.node, "nav") is not None)


def _compacted(stats: list[Stats], gone: set[int]) -> list[Stats]:
    """The measures without these boxes and what they held, renumbered."""
    lost: list[Sizes] = [(0, 0, 0, 0, 0)] * len(stats)
    for number in range(len(stats) - 1, 0, -1):
        own = stats[number]
        if number in gone:
            lost[number] = (own.text, own.linked, own.links, own.inner, own.headings)
        if any(lost[number]):
            lost[own.parent] = _sum(lost[own.parent], lost[number])
    kept: list[Stats] = []
    new = [0] * (len(stats) + 1)
    number = 0
    while number < len(stats):
        new[number] = len(kept)
        if number in gone:
            for inside in range(number, stats[number].end):
                new[inside] = len(kept)
            number = stats[number].end
            continue
        kept.append(_less(stats[number], lost[number]))
        number += 1
    new[len(stats)] = len(kept)
    for own in kept:
        own.parent = new[own.parent] if own.parent >= 0 else -1
        own.end = new[own.end]
    return kept


def _sum(one: Sizes, other: Sizes) -> Sizes:
    return (
        one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3], one[4] + other[4],
    )  # fmt: skip


def _less(own: Stats, lost: Sizes) -> Stats:
    text, linked, links, inner, headings = lost
    own.text -= text
    own.linked -= linked
    own.links -= links
    own.inner -= inner
    own.headings -= headings
    return own
