"""Footnotes whose number stands in a block of its own, above their text, as texi2any and LaTeX2HTML write."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .element_text import short_text
from .query import css
from .tags import HEADINGS, TAGS, TEXT, tag_set
from .walk import SKIP, Attributes, Opened, Walk
from .writer import Saved

_NUMBERED: Final = tag_set("h3 h4 h5 h6 dt")
_TEXTS: Final = tag_set("p dd div ul ol dl pre blockquote table")
_DT: Final = TAGS["dt"]
_MOST: Final = 20  # blocks of a footnote
_BLANK: Final = " \t\r\n\f[]()."


def number_block(node: LexborNode | None, number: str) -> LexborNode | None:
    """The block around a footnote's id, when the footnote's number is all that it holds."""
    for _ in range(3):
        if node is None or node.tag_id in _NUMBERED:
            break
        node = node.parent
    if node is None or node.tag_id not in _NUMBERED:
        return None
    said: LexborNode = node
    if node.tag_id == _DT:  # LaTeX2HTML repeats what is noted: <dt><a>... pots</a><a><sup>1</sup></a></dt>
        said = next(iter(css(node, "a[href]")[-1:]), node)
    return node if (short_text(said) or "").strip(_BLANK) == number else None


def texts_below(block: LexborNode) -> list[LexborNode]:
    """The blocks of the footnote whose number `block` holds; none when anything else follows."""
    found: list[LexborNode] = []
    here = block.next
    while here is not None and len(found) < _MOST:
        tag = here.tag_id
        if tag == TEXT:
            if (here.text_content or "").strip():
                return []
        elif tag in HEADINGS or tag == block.tag_id:
            break
        elif tag in _TEXTS:
            found.append(here)
        elif here.is_element_node and short_text(here) != "":
            return []
        here = here.next
    return found


def continued(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A further block of a footnote."""
    walk.flush()
    saved = walk.writer.open("    ", "    ")
    opened = walk.handler_of(node.tag_id)(walk, node, attributes)
    if opened is SKIP:
        walk.writer.close(saved)
        return SKIP
    return _end, (saved, opened)


def _end(walk: Walk, state: tuple[Saved, Opened]) -> None:
    saved, opened = state
    if isinstance(opened, tuple):
        end, inner = opened
        end(walk, inner)
    walk.flush()
    walk.writer.close(saved)
