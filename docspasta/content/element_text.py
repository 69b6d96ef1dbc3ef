"""Short looks at an element. Each stops after so many nodes: an element that holds a whole page, asked
at every depth, would cost the square of the page."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .query import css_first
from .tags import COMMENT, TAGS, TEXT

_WORD: Final = re.compile(r"[^\W_]+")


def short_text(node: LexborNode, limit: int = 40) -> str | None:
    """The text of a small element, or None when it has more than `limit` nodes."""
    parts: list[str] = []
    stack: list[LexborNode | None] = []
    here = node.first_child
    count = 0
    while here is not None or stack:
        if here is None:
            here = stack.pop()
            continue
        count += 1
        if count > limit:
            return None
        if here.tag_id == TEXT:
            parts.append(here.text_content or "")
            here = here.next
        else:
            stack.append(here.next)
            here = here.first_child
    return "".join(parts)


def only_text(node: LexborNode) -> str | None:
    """The text of an element that holds one run of text and nothing else; None for any other."""
    first = node.first_child
    if first is None or first.next is not None or first.tag_id != TEXT:
        return None
    return first.text_content or ""


def has_text(node: LexborNode, limit: int = 60) -> bool:
    """Whether an element holds any text; a large one is taken to."""
    text = short_text(node, limit)
    return text is None or bool(text.strip())


def first_element(node: LexborNode) -> LexborNode | None:
    """The first element in a box, unless text precedes it."""
    child = node.first_child
    while child is not None:
        if child.tag_id == TEXT:
            if (child.text_content or "").strip():
                return None
        elif child.tag_id != COMMENT:
            return child
        child = child.next
    return None


def next_element(node: LexborNode) -> LexborNode | None:
    """The element behind this one, in the same box."""
    following = node.next
    while following is not None and following.tag_id in (TEXT, COMMENT):
        following = following.next
    return following


def holds_any(node: LexborNode, tags: frozenset[int], selector: str) -> bool:
    """Whether an element with one of these tags stands in another one. CSS, which costs fifty looks, is asked
    only about what is more than two deep; `selector` names the same elements.
    """
    child = node.first_child
    while child is not None:
        tag = child.tag_id
        if tag in tags:
            return True
        inner = child.first_child if tag != TEXT else None
        if inner is not None and (inner.tag_id != TEXT or inner.next is not None):
            return css_first(node, selector) is not None
        child = child.next
    return False


def words_of(text: str) -> frozenset[str]:
    """The words of a title or a heading, in lower case."""
    return frozenset(_WORD.findall(text.lower()))


def letters(text: str) -> str:
    """The letters and digits of a text, in lower case, without what stands between them."""
    return "".join(_WORD.findall(text.lower()))


def is_named(heading: LexborNode, title: frozenset[str]) -> bool:
    """Whether all words of a heading are among those of the page's title."""
    own = words_of(short_text(heading) or "")
    return bool(own) and own <= title


def is_link(heading: LexborNode) -> bool:
    """Whether a heading is one link and nothing else."""
    found = 0
    child = heading.first_child
    while child is not None:
        if child.tag_id == TAGS["a"] and "href" in child.attributes:
            found += 1
        elif child.tag_id != TEXT or (child.text_content or "").strip():
            return False
        child = child.next
    return found == 1
