"""What stands beside a block of code: small labels, among them the name of its language."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from .languages import language_of_label
from .tags import COMMENT, HEADINGS, TEXT, UNSEEN, tag_set

MOST = 24  # characters of a language's name
_NOT_LABELS = frozenset(HEADINGS) | tag_set("p pre li dt a")
_NODES = 60  # of a label, each looked at twice
_NEAR = 3  # elements looked at on each side
_COPIES = re.compile(r"(?:^|[\s_-])(?:copy|clipboard|copied)(?=$|[\s_-])", re.I)
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:code|lang|language|header|heading|head|toolbar|title|label|bar|top|info|name|meta)(?=$|[\s_-])"
    r"|[a-z](?:Lang|Language|Header|Toolbar|Title|Label|Bar)(?=$|[\s_-])"
)


def language_beside(pre: LexborNode) -> str:
    """The language that a small box above or below a block of code names, one that its class calls a header,
    a label or the like; '' for none."""
    node: LexborNode | None = pre
    for _ in range(2):
        if node is None:
            return ""
        found = beside(node)
        for each in found:
            if _is_label(each) and (language := language_of_label(label_text(each))):
                return language
        if any(len(label_text(each)) > MOST for each in found):
            return ""
        node = node.parent
    return ""


def _is_label(node: LexborNode) -> bool:
    """Whether a box, or the first in it, is a label by its class."""
    inner = node.first_child
    while inner is not None and not inner.is_element_node:
        inner = inner.next
    return any(
        each is not None and _NAMED.search(each.attributes.get("class") or "") is not None
        for each in (node, inner)
    )


def beside(node: LexborNode) -> list[LexborNode]:
    """The next elements on both sides, up to text or to one that is no label."""
    found: list[LexborNode] = []
    for forward in (False, True):
        here = node
        for _ in range(2 * _NEAR):
            other = here.next if forward else here.prev
            if other is None:
                break
            here = other
            if here.tag_id == COMMENT or (here.tag_id == TEXT and not (here.text_content or "").strip()):
                continue
            if here.tag_id == TEXT or here.tag_id in _NOT_LABELS:
                break
            found.append(here)
    return found


def label_text(node: LexborNode) -> str:
    """The text of a small element without what copies the code; a long one for a large element."""
    parts: list[str] = []
    stack: list[LexborNode | None] = [node.first_child]
    for _ in range(_NODES):
        here = stack.pop() if stack else None
        if here is None:
            if not stack:
                return "".join(parts).strip()
            continue
        stack.append(here.next)
        if here.tag_id == TEXT:
            parts.append(here.text_content or "")
        elif here.tag_id not in UNSEEN and _COPIES.search(here.attributes.get("class") or "") is None:
            stack.append(here.first_child)
    return "x" * (MOST + 1)
