"""API signatures: one line of code. Read whole, not walked: half of an API page is their parts."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .element_text import only_text
from .escape import visible
from .family import Role
from .query import css, css_first
from .state import IN_BLOCKS, IN_CODE
from .tags import BLOCKS, TAGS, TEXT, UNSEEN, tag_set
from .walk import SKIP, Attributes, Opened, Walk

_A: Final = TAGS["a"]
_BR: Final = TAGS["br"]
_TD: Final = TAGS["td"]
_TABLES: Final = tag_set("table tbody tr")
_STRUCTURE: Final = "p,ul,ol,dl,pre,table,h1,h2,h3,h4,blockquote"  # what no signature holds
_PERMALINKS: Final = frozenset({"#", "¶", "§", "🔗"})
_LOOSE: Final = (("( ", "("), (" )", ")"), (" ,", ","), ("[ ", "["), (" ]", "]"))


def signature(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An API signature."""
    if walk.mode is not IN_BLOCKS:
        return None
    if walk.inline.parts:
        walk.flush()
    text = signature_text(walk, node)
    if text:
        walk.put(walk.inline.code_span(text), text)
        walk.flush()
    return SKIP


def signature_span(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A signature in a term or a line: one span of code."""
    text = signature_text(walk, node)
    if text and walk.mode is not IN_CODE:
        walk.inline.part_code()
        walk.put(walk.inline.code_span(text), text)
    return SKIP


def perhaps_signature(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box that a theme calls a signature: one, unless it holds other blocks."""
    if any(each.mem_id != node.mem_id for each in css(node, _STRUCTURE)):
        return walk.handler_of(node.tag_id)(walk, node, attributes)
    return signature(walk, node, attributes)


def signature_text(walk: Walk, node: LexborNode) -> str:
    """A signature on one line, without its permalinks."""
    parts = []
    broken: bool | None = None
    child = node.first_child
    while child is not None:
        tag = child.tag_id
        if tag == TEXT:
            parts.append(child.text_content or "")
        elif tag == _A:
            if not _is_tool(walk, child):
                parts.append(child.text_lexbor())
        elif tag in UNSEEN:
            pass  # a button, a script
        elif tag in _TABLES:
            parts.append(_with_breaks(child))
        elif tag == _BR or tag in BLOCKS:
            parts.append(f" {child.text_lexbor()} ")
        else:
            inner = child.first_child
            if broken is None and inner is not None and (inner.next is not None or inner.tag_id != TEXT):
                broken = css_first(node, "br") is not None  # asked once: half of an API page is signatures
            parts.append(_with_breaks(child) if broken else child.text_lexbor())
        child = child.next
    text = " ".join("".join(parts).split())
    if text.endswith("¶"):  # a permalink inside another element
        text = text.rstrip("¶ ")
    for loose, tight in _LOOSE:
        if loose in text:
            text = text.replace(loose, tight)
    return text if text.isascii() else visible(text).replace("\u2011", "-")


def _with_breaks(node: LexborNode) -> str:
    """The text of an element in which lines are broken, a blank for each break and between cells."""
    parts: list[str] = []
    stack: list[LexborNode | None] = [node.first_child]
    while stack:
        here = stack.pop()
        if here is None:
            continue
        stack.append(here.next)
        if here.tag_id == TEXT:
            parts.append(here.text_content or "")
        elif here.tag_id == _BR:
            parts.append(" ")
        elif here.tag_id == _TD:
            parts.append(" ")
            stack.append(here.first_child)
        elif here.tag_id not in UNSEEN:
            stack.append(here.first_child)
    return "".join(parts)


def _is_tool(walk: Walk, link: LexborNode) -> bool:
    """A permalink, or a link to the source, beside a signature."""
    attributes = link.attributes
    name = attributes.get("id")
    if name:
        walk.writer.anchor(name)
    if walk.page.roles.of(_A, attributes.get("class")) is Role.DROP:
        return True
    child = link.first_child
    if child is None:
        return True
    if child.next is None and (attributes.get("href") or "")[:1] == "#" and only_text(link) in _PERMALINKS:
        return True
    return (
        child.tag_id != TEXT and walk.page.roles.of(child.tag_id, child.attributes.get("class")) is Role.DROP
    )
