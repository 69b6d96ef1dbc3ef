"""What is left of a page's chrome inside its content, when no family says: what precedes the heading, lists
of links into the page itself, menus, and short, linked or well-known phrases at the end. It knows the page's
measures and nothing else.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

from selectolax.lexbor import LexborNode

from .box_names import Kind
from .code_labels import code_labels
from .element_stats import Stats
from .element_text import short_text
from .phrases import BARS, IMPRINTS, LANGUAGES, MENUS, TAILS, is_about_the_page
from .query import css, css_first
from .tags import BLOCKS, HEADINGS, TAGS, TEXT, tag_set

_PRE: Final = TAGS["pre"]
_P: Final = TAGS["p"]
_TABLE: Final = TAGS["table"]
_LISTS: Final = tag_set("ul ol menu dl")
_BOXES: Final = tag_set("div section aside header footer nav ul ol menu dl table p form center address")
_FOOTER_TAG: Final = TAGS["footer"]
_FOOTERS: Final = tag_set("div section footer")
_PROSE: Final = tag_set("p li pre td dd")
PAGER: Final = re.compile(r"\b(?:next|prev|previous|older|newer|back)\b|[←→‹›«»]")
_CARDS: Final = re.compile(r"(?:^|[\s_-])(?:cards?|tiles?)(?:$|[\s_-])")
_MAX_CARDS: Final = 12
_MAX_LANGUAGES: Final = 60
_TABS: Final = "[role=tablist],[role=tabpanel]"
_SENTENCE: Final = 25  # characters of text that is no label
_BAR: Final = 60  # characters of a phrase that every site has
_TAIL: Final = 40  # elements at the end
_FIRST: Final = 12  # elements down to the first letter
_INITIALS: Final = frozenset(phrase[0] for phrase in IMPRINTS)
_SMALL_BOX: Final = 60  # elements of a box that is read
_NODES: Final = 150  # of its text
_LAST: Final = 400  # characters of a box at the end
_MANY: Final = 2_000  # elements of a box that are looked at one by one
_REMARK: Final = 240  # characters of a box about the page
_NAMED_FOOTER, _FOOTER = 900, 300  # characters of an imprint


def boilerplate_in(stats: list[Stats], top: int, heading: int) -> list[LexborNode]:
    """The elements in the content that are not content."""
    found: list[LexborNode] = []
    number, end = top + 1, stats[top].end
    first = _prose(stats, range(max(heading, top) + 1, end))
    last = _prose(stats, range(end - 1, top, -1))
    prose = list(accumulate((own.text if own.tag in _PROSE else 0 for own in stats), initial=0))
    section = 0  # the end of one that is all content, though it holds links into the page alone
    while number < end:
        own = stats[number]
        contents = number >= section and _is_contents(stats, number)
        if contents and own.headings == 1 and _is_listed(stats, number):
            section, contents = own.end, False
        before = heading >= 0 and own.end <= heading
        near = not first <= number <= last or end - own.end < _TAIL
        said = _said(own, number) if own.tag in _BOXES and (near or own.text + own.linked <= _BAR) else ""
        if own.tag in _BOXES and (
            (before and _leads(stats, number))
            or contents
            or (near and _is_languages(own))
            or (number > heading and _is_menu(stats, number))
            or _is_bar(own, number, said)
            or (not first <= number <= last and _is_about_the_page(own, stats, number, said))
            or _ends(stats, number, end, said)
        ):
            found += _with_its_heading(stats, number)
            number = own.end
            continue
        if own.tag == _PRE:
            found += code_labels(own.node)
        if number > heading and _is_imprint(stats, number):
            behind = prose[end] - prose[own.end]
            if behind < prose[number] - prose[top + 1]:
                return found + _outermost(stats, number, end)
        number += 1
    return found


def _with_its_heading(stats: list[Stats], number: int) -> list[LexborNode]:
    """A box that goes, and the heading before it when that is one of a site's own boxes."""
    own, before = stats[number], stats[number - 1]
    if before.tag in HEADINGS and before.parent == own.parent and own.links > 1:
        text = short_text(before.node)
        if text is not None and " ".join(text.lower().split()) in MENUS:
            return [before.node, own.node]
    return [own.node]


def _is_languages(own: Stats) -> bool:
    """A list of links whose texts are names of languages: other languages that the page is there in."""
    if not 2 < own.links < _MAX_LANGUAGES or own.headings or own.text > own.linked:
        return False
    links = css(own.node, "a[href]")
    names = [" ".join((short_text(link, 6) or "").lower().split()) for link in links]
    return sum(name in LANGUAGES for name in names) >= len(names) - 1


def _said(own: Stats, number: int) -> str:
    """What a small box says, in lower case and on one line; '' for a larger one."""
    if own.text + own.linked > _NAMED_FOOTER or own.end - number > _SMALL_BOX:
        return ""
    text = short_text(own.node, _NODES)
    return " ".join(text.lower().split()) if text else ""


def _prose(stats: list[Stats], numbers: range) -> int:
    """The first of these elements that is text of the page, and not about it; -1 for none."""
    for number in numbers:
        own = stats[number]
        if own.text >= _SENTENCE and own.end == number + 1 and own.linked < own.text:
            text = short_text(own.node, _NODES)
            if text is None or not is_about_the_page(text):
                return number
    return -1


def _is_about_the_page(own: Stats, stats: list[Stats], number: int, said: str) -> bool:
    """A line or a small box about the page, not of it: when it was changed, whether it helped, how long it
    takes to read.
    """
    if not said or own.text + own.linked > _REMARK or not is_about_the_page(said):
        return False
    return all(stats[inside].tag not in (_PRE, _TABLE) for inside in range(number, own.end))


def _outermost(stats: list[Stats], number: int, end: int) -> list[LexborNode]:
    """The elements from `number` on, none inside another."""
    found = []
    while number < end:
        found.append(stats[number].node)
        number = stats[number].end
    return found


def _leads(stats: list[Stats], number: int) -> bool:
    """What precedes the main heading is a breadcrumb, a bar, a menu, unless it is prose or holds code."""
    own = stats[number]
    if own.end - number > _MANY:
        return False
    if own.linked > 0.4 * own.text:
        return not any(_is_sentence(stats[inside]) for inside in range(number, own.end))
    if own.text >= 100 or own.tag == _P or own.tag in _LISTS:
        return False
    return all(stats[inside].tag != _PRE for inside in range(number, own.end))


def _is_sentence(own: Stats) -> bool:
    """A paragraph that says something beside its links."""
    return own.tag == _P and own.text >= 30 and own.links <= 3


def _is_contents(stats: list[Stats], number: int) -> bool:
    """A box of links into the page itself, with nothing beside them. A bare list of them is the author's
    own.
    """
    own = stats[number]
    if own.tag in _LISTS or own.tag in (_P, _TABLE):
        return False
    return (
        own.inner >= 2
        and own.inner >= 0.8 * own.links
        and own.text < 0.35 * own.linked + 30
        and own.links > 1
        and own.linked >= 2 * own.inner  # permalinks say nothing
        and not _holds_targets(own.node)
    )


def _holds_targets(box: LexborNode) -> bool:
    """Whether a link of a box leads to what stands in the box itself: then it is no list of contents."""
    link = css_first(box, 'a[href^="#"]')
    target = (link.attributes.get("href") or "")[1:] if link is not None else ""
    if not target or not target.isprintable() or '"' in target or "\\" in target:
        return False
    return css_first(box, f'[id="{target}"]') is not None


def _is_listed(stats: list[Stats], number: int) -> bool:
    """Whether a box is a section of the page that the page's own list of contents names by its heading: a
    synopsis, say, whose lines lead to what is said of each."""
    own = stats[number]
    first = next((stats[inside] for inside in range(number, own.end) if stats[inside].tag in HEADINGS), None)
    said = " ".join((short_text(first.node) or "").split()) if first is not None else ""
    if first is None or not said or said.lower() in MENUS:
        return False
    anchor = css_first(first.node, "[id],a[name]")
    names = [own.node.attributes.get("id")]
    names += [anchor.attributes.get("id") or anchor.attributes.get("name")] if anchor is not None else []
    for name in names:
        if not name or not name.isprintable() or '"' in name or "\\" in name:
            continue
        for link in css(stats[0].node, f'a[href="#{name}"]')[:_FIRST]:
            if " ".join((short_text(link) or "").split()) == said:
                return True
    return False


def _is_bar(own: Stats, number: int, said: str) -> bool:
    """A short phrase that every documentation site has."""
    if (own.tag == _P and own.text) or own.headings or own.text + own.linked > _BAR or own.end - number > 12:
        return False
    return said in BARS


def _is_menu(stats: list[Stats], number: int) -> bool:
    """A box under a heading that a site's own boxes have (navigation, related topics), of links alone."""
    own = stats[number]
    if (
        not 0 < own.headings < 4
        or own.text > own.linked + 60
        or own.tag == _TABLE
        or own.end - number > _MANY
    ):
        return False
    if any(stats[inside].tag in (_PRE, _P) and stats[inside].text for inside in range(number, own.end)):
        return False
    first = next(stats[inside] for inside in range(number, own.end) if stats[inside].tag in HEADINGS)
    text = short_text(first.node)
    return text is not None and " ".join(text.lower().split()) in MENUS


def _is_imprint(stats: list[Stats], number: int) -> bool:
    """A box of its own that says whose the page is, or what made it: late in the page a footer. What comes
    after it (dialogs, notices) is no content either.
    """
    own = stats[number]
    most = _NAMED_FOOTER if own.kind is Kind.AROUND or own.tag == _FOOTER_TAG else _FOOTER
    if own.headings or own.text + own.linked > most or own.tag not in _FOOTERS:
        return False
    if not _begins_so(own.node) or not _said(own, number).startswith(IMPRINTS):
        return False
    return all(stats[inside].tag != _PRE for inside in range(number, own.end))


def _begins_so(node: LexborNode) -> bool:
    """Whether the first letter of a box is one with which an imprint begins. It is asked of each box."""
    here = node.first_child
    for _ in range(_FIRST):
        if here is None:
            return False
        if here.tag_id != TEXT:
            here = here.first_child if here.first_child is not None else here.next
            continue
        text = (here.text_content or "").strip()
        if text:
            return text[0].lower() in _INITIALS
        here = here.next
    return True


def _follows_heading(stats: list[Stats], number: int) -> bool:
    """Whether the element before this one, in the same box, is a heading: links under it are its section."""
    parent, before = stats[number].parent, number - 1
    while before > parent and stats[before].parent > parent:
        before = stats[before].parent
    return before > parent and stats[before].tag in HEADINGS


def _is_cards(own: Stats, text: str) -> bool:
    """Whether a box of links is one of cards: its links hold blocks, a title and what it leads to. So do
    those of a pager, which are one or two, or say where they go.
    """
    if own.kind or PAGER.search(text) is not None:
        return False
    if own.links < 3 and _CARDS.search(own.node.attributes.get("class") or "") is None:
        return False
    links = css(own.node, "a[href]")[:_MAX_CARDS]
    return any(child.tag_id in BLOCKS for link in links for child in link.iter())


def _ends(stats: list[Stats], number: int, end: int, said: str) -> bool:
    """The last boxes of the content, when they are links more than text: previous, next, edit, imprint."""
    own = stats[number]
    after = stats[stats[number].parent].end if own.parent >= 0 else end
    rest = end - own.end
    if rest > 12 and after != own.end:
        return False
    if not said or own.text + own.linked >= _LAST or rest >= _TAIL or css_first(own.node, _TABS) is not None:
        return False
    if (
        not _follows_heading(stats, number)
        and own.end >= end - 3
        and own.tag not in _LISTS
        and own.links
        and own.linked >= max(own.text, 4)
        and own.headings == 0
    ):
        return own.tag != _P and own.tag != _TABLE and not _is_cards(own, said)
    return (
        own.tag != _P
        and said.startswith(TAILS)
        and not any(stats[after].tag == _P and stats[after].text > 200 for after in range(own.end, end))
    )
