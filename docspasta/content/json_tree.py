"""JSON shown as a tree that folds: nested lists, an item a line, indented by a style sheet. It becomes a
block of code whose lines are indented by the brackets that are open."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .code import CodeRules, block_text
from .state import IN_BLOCKS
from .walk import SKIP, Attributes, Opened, Walk

_ITEMS_ARE_LINES = CodeRules("li", "", False)
_INDENT = "  "


def json_tree(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A tree of JSON: a fenced block."""
    if walk.mode is not IN_BLOCKS:
        return None
    walk.flush()
    text = indented(block_text(node, _ITEMS_ARE_LINES))
    if text:
        walk.writer.fence(text, "json")
    return SKIP


def indented(text: str) -> str:
    """Lines of JSON, each indented by the brackets that are open where it begins. A line that no bracket ends
    is a value, whatever stands in its strings."""
    lines, depth = [], 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare[:1] in ("}", "]"):
            depth = max(depth - 1, 0)
        lines.append(_INDENT * depth + bare)
        if bare[-1:] in ("{", "["):
            depth += 1
    return "\n".join(lines)
