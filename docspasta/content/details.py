"""Folded details with their summary, as GitHub takes them."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .admonitions import title
from .blocks import block
from .element_text import short_text
from .escape import html_text, visible
from .phrases import MENUS
from .query import css, css_first
from .state import IN_BLOCKS
from .tags import TAGS
from .walk import SKIP, Attributes, Opened, Walk, skip

_MOST: Final = 300  # links of a list of contents
_SUMMARY: Final = TAGS["summary"]
_LI: Final = TAGS["li"]


def details(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<details> with its <summary>, as GitHub takes it. In a list of files it is a part of the list."""
    parent = node.parent
    if walk.writer.flat or walk.mode is not IN_BLOCKS or (parent is not None and parent.tag_id == _LI):
        return block(walk, node, attributes)
    walk.flush()
    child = node.first_child
    while child is not None and child.tag_id != _SUMMARY:
        child = child.next
    label = "Details"
    if child is not None:
        label = " ".join(visible(short_text(child, 400) or "").split()).rstrip("¶ ") or label
        walk.overrides[child.mem_id] = skip
    if label.lower() in MENUS and _is_contents(node):
        return SKIP
    lead = walk.writer.lead
    walk.writer.block(f"<details>\n<summary>{html_text(label)}</summary>")
    return _end_details, (lead, len(walk.writer.out))


def _is_contents(node: LexborNode) -> bool:
    """Whether what is folded is a list of links into the page."""
    links = css(node, "a[href]")[:_MOST]
    inner = sum((link.attributes.get("href") or "").startswith("#") for link in links)
    return inner > 1 and inner == len(links) and css_first(node, "p,pre,table") is None


def _end_details(walk: Walk, opened: tuple[str | None, int]) -> None:
    walk.flush()
    lead, size = opened
    if len(walk.writer.out) == size:  # nothing is folded
        del walk.writer.out[-2:]
        walk.writer.lead = lead
        return
    walk.writer.block("</details>")


def summary(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<summary>: of a folded admonition the title; that of <details> is written already."""
    walk.flush()
    if walk.untitled():
        return title(walk, node, attributes)
    return block(walk, node, attributes)
