"""Buttons: what is a control of the page, and what is text that can be pressed.

A button that opens a panel is the label of the panel. One that copies, toggles or leads on is no text.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .blocks import line_of_label
from .element_text import short_text
from .inline import apart
from .query import css_first
from .state import IN_BLOCKS
from .tags import BLOCKS, COMMENT, HEADINGS, TAGS, TEXT, tag_set
from .walk import SKIP, Attributes, Open, Opened, Walk

_LI: Final = TAGS["li"]
_DT: Final = TAGS["dt"]
_TD: Final = TAGS["td"]
_TH: Final = TAGS["th"]
_SELECT: Final = TAGS["select"]
_INPUT: Final = TAGS["input"]
_TYPED_IN: Final = frozenset("text search number email url tel password date time color range file".split())
_ICONS: Final = tag_set("svg img i script style template")
_TOOLS: Final = re.compile(
    r"^\W*(?:copy|copied|toggle|expand(?:ed)? all|collapse(?: all)?|close|open (?:menu|search|navigation|in )"
    r"|menu\b|search|share|print|download|edit|view (?:source|as|page|in|on)|ask (?:ai|a )|feedback|subscribe"
    r"|sign (?:in|up)|log ?in|show (?:more|less|all|source|code)|see (?:more|less)|load more|read more|hide"
    r"|run\b|try it|reset|skip to|scroll|back to top|return to top|next$|previous$|prev$|submit|cancel|save"
    r"|dismiss|got it|accept|on this page|in this (?:article|page)|table of contents|contents$|navigation"
    r"|appearance|theme|dark|light|language$|version$|link to|permalink|jump to|yes$|no$|report|improve"
    r"|suggest|was this)",
    re.I,
)
_TOOL_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:copy|clipboard|toggle(?!-?(?:text|label))|hamburger|close|share|feedback|theme|search|menu|nav"
    r"|navbar|toolbar|toc|pagination|dismiss|fullscreen|zoom|play|run)(?=$|[\s_-])",
    re.I,
)
_COPIES: Final = re.compile(r"\b(?:copy|copied|clipboard)\b", re.I)
_OPENING_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:accordion|collapsible|disclosure|expander|faq)", re.I)
_OPENS: Final = ("aria-expanded", "aria-controls")
_TARGETS: Final = ("aria-controls", "data-bs-target", "data-target", "data-collapse-target")


def button(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<button>: its text when it names or holds content, nothing when it is a control."""
    opens = any(name in attributes for name in _OPENS)
    opens = opens or _OPENING_CLASS.search(attributes.get("class") or "") is not None
    if attributes.get("role") == "tab" or not _is_content(walk, node, attributes, opens):
        return SKIP
    if opens:
        _show_panel(walk, node, attributes)
    _set_apart(walk, node)
    if walk.mode is not IN_BLOCKS or walk.writer.flat or _runs_in_line(walk, node):
        return apart(walk, node, attributes)
    if css_first(node, "h1,h2,h3,h4,h5,h6,ul,ol,dl,pre,table") is not None:
        return walk.page.by_tag[TAGS["div"]](walk, node, attributes)
    return line_of_label(walk, node, attributes)


def label_of_field(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<label>: nothing when it names what is chosen or typed, such as the version in a picker."""
    following = node.next
    while following is not None and following.tag_id in (TEXT, COMMENT):
        following = following.next
    if following is not None and _is_field(following):
        return SKIP
    return SKIP if (field := css_first(node, "select,input")) is not None and _is_field(field) else None


def _is_field(node: LexborNode) -> bool:
    tag = node.tag_id
    return tag == _SELECT or (tag == _INPUT and (node.attributes.get("type") or "text") in _TYPED_IN)


def _is_content(walk: Walk, node: LexborNode, attributes: Attributes, opens: bool) -> bool:
    text = short_text(node, 200)
    words = " ".join((text or "").split()) if text is not None else "more"
    if not words or not any(char.isalnum() for char in words):
        return False
    if _stands_in_text(node) and not _COPIES.search(f"{words} {attributes.get('class') or ''}"):
        return True
    said = attributes.get("aria-label") or attributes.get("title") or ""
    if _TOOLS.match(words) or _TOOLS.match(said) or attributes.get("type") in ("submit", "reset"):
        return False
    in_heading = walk.title is not None
    if not in_heading and _TOOL_CLASS.search(attributes.get("class") or ""):
        return False
    if "aria-haspopup" in attributes and attributes["aria-haspopup"] not in ("false", "dialog"):
        return False
    return in_heading or opens or _holds_blocks(node) or _names_item(node)


def _stands_in_text(node: LexborNode) -> bool:
    """Whether a button stands in a sentence, which speaks of it."""
    before = node.prev
    return (
        before is not None
        and before.tag_id == TEXT
        and any(char.isalnum() for char in before.text_content or "")
    )


def _holds_blocks(node: LexborNode) -> bool:
    """Whether blocks stand in a button, or several pieces of text: then it is more than a control."""
    pieces = 0
    child = node.first_child
    while child is not None:
        tag = child.tag_id
        if tag in BLOCKS:
            return True
        if tag not in _ICONS and tag not in (TEXT, COMMENT) and (short_text(child) or "x").strip():
            pieces += 1
        child = child.next
    return pieces > 1 or css_first(node, "p,div,code,li,h2,h3,h4") is not None


def _names_item(node: LexborNode) -> bool:
    """Whether a button is what an item of a list, a term or a cell starts with."""
    parent = node.parent
    return parent is not None and parent.tag_id in (_LI, _DT, _TD, _TH)


def _runs_in_line(walk: Walk, node: LexborNode) -> bool:
    """Whether text stands beside a button, in its line."""
    parent = node.parent
    if any(part.strip() for part in walk.inline.parts):
        return True
    return parent is not None and (parent.tag_id in (_LI, _DT, _TD, _TH) or parent.tag_id not in BLOCKS)


def _set_apart(walk: Walk, node: LexborNode) -> None:
    """The pieces of a button are boxes to a reader: blanks between them."""
    child = node.first_child
    count = 0
    while child is not None and count < 20:
        tag = child.tag_id
        if tag != TEXT and tag not in BLOCKS and tag not in _ICONS and child.prev is not None:
            walk.overrides.setdefault(child.mem_id, _apart(walk, tag))
        child = child.next
        count += 1


def _apart(walk: Walk, tag: int) -> Open:
    handler = walk.handler_of(tag)

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        walk.gap()
        return handler(walk, node, attributes)

    return begin


def _show_panel(walk: Walk, node: LexborNode, attributes: Attributes) -> None:
    """What a button opens is read, whatever hides it: the element that it names, else the one behind it."""
    named = False
    if attributes.get("id"):
        walk.opened_ids.add(f"#{attributes['id']}")  # a panel that it labels
    for name in _TARGETS:
        for target in (attributes.get(name) or "").split():
            walk.opened_ids.add(target.lstrip("#"))
            named = True
    if named:
        return
    here: LexborNode | None = node
    for _ in range(3):
        following = here.next if here is not None else None
        while following is not None and following.tag_id in (TEXT, COMMENT):
            following = following.next
        if following is not None:
            walk.opened.add(following.mem_id)
            return
        here = here.parent if here is not None else None
        if here is not None and here.tag_id not in HEADINGS and here.tag_id not in BLOCKS:
            return
