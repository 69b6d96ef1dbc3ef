"""Tabs: each panel under its label."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .admonitions import bold
from .blocks import block
from .element_text import has_text
from .escape import visible
from .query import css
from .state import TabSet
from .tags import LAST
from .walk import SKIP, Attributes, Opened, Walk, transparent


def tab_list(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """The labels of tabs, kept for the panels that follow."""
    found = (
        css(node, "[role=tab]")
        or css(node, "label")
        or css(node, "button")
        or css(node, "li")
        or list(node.iter())
    )
    labels = [" ".join(visible(each.text_lexbor()).split()) for each in found[:200]]
    walk.flush()
    walk.tabs.append(TabSet([label for label in labels if label]))
    return SKIP


def panels(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """The box of panels that have no sign of their own: each child takes the next label."""
    walk.flush()
    for child in node.iter():
        if not walk.tabs or not walk.tabs[-1].labels:
            break
        walk.overrides[child.mem_id] = panel
    return _end_panels, len(walk.tabs)


def _end_panels(walk: Walk, depth: int) -> None:
    walk.flush()
    del walk.tabs[max(depth - 1, 0) :]


def panel(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """One tab's content under its label."""
    walk.flush()
    label = walk.tabs[-1].labels.pop(0) if walk.tabs and walk.tabs[-1].labels else ""
    if walk.tabs and not walk.tabs[-1].labels:
        walk.tabs.pop()
    if label and has_text(node, 400):
        walk.text(label)
        bold(walk)
        walk.flush()
    handler = walk.page.by_tag[min(node.tag_id, LAST)]
    return (block if handler is transparent else handler)(walk, node, attributes)
