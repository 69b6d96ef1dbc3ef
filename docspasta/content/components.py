"""Custom elements whose names say that they are tabs, panels or folds (`sl-tab`, `doc-tab`,
`x-accordion-item`): a browser draws their label, which stands in an attribute or in a template that fills a
slot.
"""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborNode

from .admonitions import bold
from .element_text import has_text
from .tabs import panel, tab
from .tags import COMMENT, TAGS, TEXT
from .walk import END_BLOCK, Attributes, Opened, Walk

_TEMPLATE, _FEW = TAGS["template"], 6
_LABELS = ("label", "heading", "header", "data-label", "tab-title", "title", "summary")
_SLOT = re.compile(
    r"<template\s+(?:#|v-slot:|slot=[\"']?)(?:title|label|header|heading|summary)\b[^>]*>(.*)", re.S
)
_TAG = re.compile(r"<[^>]*>")


def labelled(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A component with a label: a tab that names its panel, a panel that a tab names, or both in one."""
    if attributes.get("panel"):
        return tab(walk, node, attributes)
    label = _label(node, attributes)
    if not label:
        return panel(walk, node, attributes) if attributes.get("name") else walk.apart(node)
    walk.flush()
    if has_text(node, 400):
        walk.text(label)
        bold(walk)
        walk.flush()
    return END_BLOCK


def _label(node: LexborNode, attributes: Attributes) -> str:
    """What names a component: an attribute, or the template of its slot; '' for nothing."""
    said = next((attributes.get(name) for name in _LABELS if attributes.get(name)), "") or ""
    child = node.first_child
    for _ in range(0 if said else _FEW):
        if child is None:
            break
        if child.tag_id == _TEMPLATE:
            found = _SLOT.match(child.html or "")
            said = html.unescape(_TAG.sub("", found[1])) if found is not None else ""
            if said.strip():
                break
        elif child.tag_id not in (TEXT, COMMENT):
            break
        child = child.next
    return " ".join(said.split())
