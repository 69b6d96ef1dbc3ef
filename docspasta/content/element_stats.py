"""What every element of a page holds: text, links, headings. The finder of content asks nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from .box_names import Kind, kind_of_box
from .family import Role, Roles
from .hidden import keeps_lines
from .query import css_first
from .tags import BLOCKS, HEADINGS, STRUCTURE, TAGS, TEXT, UNSEEN, tag_set

_A: Final = TAGS["a"]
_PRE: Final = TAGS["pre"]
_CODE_TAG: Final = TAGS["code"]
_FORM: Final = TAGS["form"]
_SKIPPED: Final = UNSEEN | tag_set("nav footer form label")
_AROUND_FORMS: Final = _SKIPPED - {_FORM}
_NAMED: Final = tag_set("div section aside header footer ul ol nav")
_MAY_BE_HIDDEN: Final = frozenset(HEADINGS) | tag_set("main article table details dl figure fieldset")
_NAMED_IN_ARTICLES: Final = tag_set("p li td article h2 h3 h4 h5 h6 dl table figure")
_PANELS: Final = frozenset({Role.PANEL, Role.PANELS})


@dataclass(slots=True)
class Stats:
    """What one element holds: characters outside links and in them, links, those that lead into the page."""

    node: LexborNode
    tag: int  # that of <pre> too for a box whose style or class makes it one
    parent: int
    kind: Kind = Kind.NONE  # what its class and id say
    hidden: bool = False
    text: int = 0
    linked: int = 0
    links: int = 0
    inner: int = 0
    headings: int = 0
    end: int = 0  # number of the first element after it


def measure(root: LexborNode, roles: Roles, article: bool = False, all_of_it: bool = False) -> list[Stats]:
    """The measures of `root` and every element in it that can hold content, in document order. What is
    hidden, or what a row drops, is left out: it is not written either.

    `article`: ids say as much as classes, for they are not those of sections. `all_of_it`: a form holds the
    page (ASP.NET), or it is hidden until a script shows it.
    """
    skipped = _AROUND_FORMS if all_of_it else _SKIPPED
    stats = [Stats(root, root.tag_id, -1)]
    stack: list[tuple[LexborNode | None, int, int]] = []
    node, here, link = root.first_child, 0, 0  # link: 0 none, 1 to elsewhere, 2 into the page
    while True:
        while node is None:
            if not stack:
                sum_up(stats)
                return stats
            stats[here].end = len(stats)
            node, here, link = stack.pop()
        tag = node.tag_id
        if tag == TEXT:
            size = len((node.text_content or "").strip())
            if size:
                own = stats[here]
                if link:
                    own.linked += size
                else:
                    own.text += size
            node = node.next
            continue
        if tag in skipped or (tag == _CODE_TAG and link == 0 and _counted(node, stats[here])):
            node = node.next
            continue
        inside = link
        number = here
        if tag == _A:
            inside = 2 if (node.attributes.get("href") or "#").startswith("#") else 1
            stats[here].links += 1
            stats[here].inner += inside - 1
        elif tag in BLOCKS:
            block = _block(node, tag, here, roles, article)
            if block is None or (block.hidden and not all_of_it):
                node = node.next
                continue
            number = len(stats)
            stats.append(block)
            if block.tag == _PRE:
                block.text = min(len(node.text_lexbor().strip()), 2000)
                block.end = number + 1
                node = node.next
                continue
        stack.append((node.next, here, link))
        node, here, link = node.first_child, number, inside


def _block(node: LexborNode, tag: int, parent: int, roles: Roles, article: bool) -> Stats | None:
    """The measures of an element before what is in it, or None for one that is not written."""
    own = Stats(node, tag, parent)
    if tag in HEADINGS:
        own.headings = 1
    named = tag in _NAMED or (article and tag in _NAMED_IN_ARTICLES)
    attributes = node.attributes if named or tag in _MAY_BE_HIDDEN else None
    if attributes:
        classes = attributes.get("class") or ""
        role = roles.of(tag, classes)
        if role is Role.DROP:
            return None
        own.hidden = role not in _PANELS and _is_hidden(attributes)
        if role is Role.PREFORMATTED or keeps_lines(attributes.get("style") or ""):
            own.tag = tag if css_first(node, STRUCTURE) else _PRE
        if named:
            own.kind = kind_of_box(classes, (attributes.get("id") or "") if article else "")
    return own


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether nobody sees a box, and nothing says that a click opens it."""
    style = attributes.get("style")
    if "hidden" not in attributes and not style:
        return False
    if attributes.get("role") == "tabpanel":
        return False
    if attributes.get("hidden", "until-found") != "until-found":
        return True
    plain = style.replace(" ", "").lower() if style else ""
    return "display:none" in plain or "visibility:hidden" in plain


def _counted(node: LexborNode, own: Stats) -> bool:
    own.text += len(node.text_lexbor())
    return True


def sum_up(stats: list[Stats]) -> None:
    """Add what each element holds itself to those around it."""
    stats[0].end = len(stats)
    for number in range(len(stats) - 1, 0, -1):
        own = stats[number]
        if own.end == 0:
            own.end = number + 1
        up = stats[own.parent]
        up.text += own.text
        up.linked += own.linked
        up.links += own.links
        up.inner += own.inner
        up.headings += own.headings


def children_of(stats: list[Stats], number: int) -> list[int]:
    """The block children of an element, by number."""
    found, at, end = [], number + 1, stats[number].end
    while at < end:
        found.append(at)
        at = stats[at].end
    return found
