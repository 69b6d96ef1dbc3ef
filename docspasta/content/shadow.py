"""Templates that are shown: no parser of HTML opens a <template> for readers. Those of declarative shadow DOM
are opened here, and what the page itself puts into their slots is put there; so are those that fill the slot
for the content of a component (Vue's, in a page that was not made ready on the server).
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from .query import css
from .tags import SOUGHT

_ROOT: Final = "docspasta-shadow"
_TEMPLATE: Final = re.compile(rb"<(/?)template\b([^>]*)>", re.I)
_SHADOW: Final = re.compile(rb"\bshadowroot(?:mode)?\s*=", re.I)
# The slot that holds a component's content; one for its label is read by `components.py`.
_FILLING: Final = re.compile(
    rb"""(?:\bslot\s*=\s*["']?|\bv-slot:|(?<![\w-])#)(?:contents?|default|body|main|page)\b""", re.I
)
_MOST: Final = 2000  # components of a page


def has_shadow(tree: LexborHTMLParser, html: bytes, tags: frozenset[str] = SOUGHT) -> bool:
    """Whether a page may hold templates that are shown. `tags`: the ones of SOUGHT that may be in it."""
    if "template" not in tags or not tree.tags("template"):
        return False
    return b"shadowroot" in html or any(_is_shown(tag[2]) for tag in _TEMPLATE.finditer(html))


def _is_shown(attributes: bytes) -> bool:
    return _SHADOW.search(attributes) is not None or _FILLING.search(attributes) is not None


def opened(html: bytes) -> bytes:
    """The HTML with its shadow trees as elements that stand first in their component."""
    stack: list[bool] = []

    def replaced(tag: re.Match[bytes]) -> bytes:
        if tag[1]:
            return b"</%s>" % _ROOT.encode() if stack and stack.pop() else tag[0]
        stack.append(_is_shown(tag[2]))
        return b"<%s>" % _ROOT.encode() if stack[-1] else tag[0]

    return _TEMPLATE.sub(replaced, html)


def fill_slots(tree: LexborHTMLParser) -> None:
    """Move what stands in a component beside its shadow tree into the slots that show it. A component has one
    shadow tree: the first."""
    hosts: set[int] = set()
    for shadow in css(tree.root, _ROOT)[:_MOST]:
        if shadow.parent is None or shadow.parent.mem_id in hosts:
            continue
        hosts.add(shadow.parent.mem_id)
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
