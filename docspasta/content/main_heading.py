"""Which heading is a page's own, when no family says: decided over the page, by its title, its position and
where it leads.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.document.titles import SEPARATOR

from .box_names import kind_of_box
from .element_stats import Stats
from .element_text import is_link, is_named, letters, short_text, words_of
from .phrases import is_about_the_page
from .query import css
from .tags import HEADINGS, TAGS, tag_set

_H1, _P = TAGS["h1"], TAGS["p"]
_BOXES = tag_set("section article main")
_MOST_OPENING = 8  # nodes behind a heading
_FEWEST_WORDS = 4  # of a paragraph that opens a page
_MAX_DEPTH = 400
_SMALLEST = 3  # level of a page's heading that its title does not name
_BEFORE = 600  # characters of text in the content, before a heading that is not its main one


def main_heading(stats: list[Stats], top: int, said: str) -> int:
    """The number of the page's main heading, -1 for none: the first <h1> in the content, or the first heading
    there, when the title names it; else an <h1> before the content that the title names, or where there is
    none in the content, that says a word with which the title begins (`Colors | lib`: Enumeration Colors), or
    any word of it, when it stands in the box that holds the content; else the first in the content, unless it
    is a small one, which heads a part of a page. An <h1> that is a link, or stands in a box of links, is the
    site's: none in the content gives way to it.
    """
    title, begins = words_of(said), words_of(SEPARATOR.split(said)[0])
    inside = _first_inside(stats, top)
    if inside >= 0 and is_named(stats[inside].node, title):
        return inside
    low = inside < 0 or HEADINGS[stats[inside].tag] > 2
    begins = title if low else begins if stats[inside].tag != _H1 else frozenset()
    for number in range(top - 1, -1, -1):
        own = stats[number]
        if own.tag != _H1 or (inside >= 0 and _is_the_sites(stats, number, top)):
            continue
        text = short_text(own.node) or ""
        words = words_of(text)
        named = words <= title or words & begins or letters(text) == letters(said)
        if words and (named or (words & title and _is_beside(stats, number, top))):
            return number
    return inside if inside >= 0 and HEADINGS[stats[inside].tag] <= _SMALLEST else -1


def _is_beside(stats: list[Stats], number: int, top: int) -> bool:
    """Whether a heading stands in the box around the content, which is not the whole page."""
    box = stats[top].parent
    return 0 <= box < number and stats[box].tag in _BOXES


def _first_inside(stats: list[Stats], top: int) -> int:
    """The first <h1> in the content, unless much of it stands before; else the first heading; else -1."""
    first, text, end = -1, 0, top
    for number in range(top, stats[top].end):
        own = stats[number]
        if own.tag in HEADINGS:
            first = number if first < 0 else first
            if own.tag == _H1 and (text < _BEFORE or first == number):
                return number
        if number >= end and own.tag not in HEADINGS and not _holds_heading(own):
            text, end = text + own.text, own.end
    return first


def _holds_heading(own: Stats) -> bool:
    return own.headings > 0


def _is_the_sites(stats: list[Stats], number: int, top: int) -> bool:
    """Whether a heading before the content is the site's name: a link, or in a box of links that does not
    hold the content.
    """
    if stats[number].linked > 0 and stats[number].text == 0:
        return True
    box = number
    for _ in range(_MAX_DEPTH):
        up = stats[box].parent
        if up < 0 or up < top < stats[up].end:
            break
        box = up
    return box != number and stats[box].links > 2 and stats[box].linked > stats[box].text


def banner_heading(tree: LexborHTMLParser, stats: list[Stats], heading: int, title: str) -> list[LexborNode]:
    """The <h1> with which the title begins, when a page keeps it in its banner and has none in <main>. One
    that is a link is the site's, and one that says what the page's heading says is not wanted twice.
    """
    start = " ".join(title.lower().split())
    mine = words_of(short_text(stats[heading].node) or "") if heading >= 0 else frozenset()
    for node in css(tree.root, "h1")[:5]:
        text = " ".join((short_text(node) or "").lower().split())
        if text and start.startswith(text):
            if any(own.node.mem_id == node.mem_id for own in stats) or words_of(text) == mine:
                return []
            return [] if is_link(node) else [node, *opening(node)]
    return []


def opening(heading: LexborNode) -> list[LexborNode]:
    """The paragraphs right behind a heading that stands outside of the content: they open it."""
    found: list[LexborNode] = []
    here = heading.next
    for _ in range(_MOST_OPENING):
        if here is None:
            break
        if here.tag_id == _P:
            text = short_text(here, 80) or ""
            kind = kind_of_box(here.attributes.get("class") or "", here.attributes.get("id") or "")
            linked = sum(len(link.text_lexbor()) for link in css(here, "a[href]"))
            if kind or len(text.split()) < _FEWEST_WORDS or 2 * linked > len(text) or is_about_the_page(text):
                break
            found.append(here)
        elif here.is_element_node:
            break
        here = here.next
    return found
