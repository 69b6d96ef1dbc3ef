"""Declarative shadow DOM: what a component shows stands in a <template>, which no parser of HTML opens for
readers. It is opened here, and what the page itself puts into its slots is put there.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from .query import css

_ROOT = "docspasta-shadow"
_TEMPLATE = re.compile(rb"<(/?)template\b([^>]*)>", re.I)
_SHADOW = re.compile(rb"\bshadowroot(?:mode)?\s*=", re.I)
_MOST = 2000  # components of a page


def has_shadow(tree: LexborHTMLParser, html: bytes) -> bool:
    """Whether a page may hold a shadow tree. Its templates are found faster in the tree than in the HTML."""
    return bool(tree.tags("template")) and b"shadowroot" in html


def opened(html: bytes) -> bytes:
    """The HTML with its shadow trees as elements that stand first in their component."""
    stack: list[bool] = []

    def replaced(tag: re.Match[bytes]) -> bytes:
        if tag[1]:
            return b"</%s>" % _ROOT.encode() if stack and stack.pop() else tag[0]
        stack.append(_SHADOW.search(tag[2]) is not None)
        return b"<%s>" % _ROOT.encode() if stack[-1] else tag[0]

    return _TEMPLATE.sub(replaced, html)


def fill_slots(tree: LexborHTMLParser) -> None:
    """Move what stands in a component beside its shadow tree into the slots that show it."""
    for shadow in css(tree.root, _ROOT)[:_MOST]:
        slots = {(slot.attributes.get("name") or ""): slot for slot in reversed(css(shadow, "slot"))}
        filled: set[str] = set()
        node = shadow.next
        while node is not None:
            following = node.next
            name = (node.attributes.get("slot") or "") if node.is_element_node else ""
            slot = slots.get(name)
            if slot is not None and not (node.is_text_node and node.is_empty_text_node):
                if name not in filled:
                    filled.add(name)
                    for default in list(slot.iter(include_text=True)):
                        default.remove()
                slot.insert_child(node)  # a copy of it
                node.remove()
            node = following
