"""Headings whose level is that of the section they stand in: pages that write <h1> in each of them, as HTML
once proposed, and specifications still do.
"""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .headings import heading
from .query import css
from .walk import Open

MANY_HEADINGS: Final = 3  # <h1> of a page whose sections are looked at
_SECTIONS: Final = frozenset({"section", "article", "emu-clause", "emu-annex", "emu-intro"})
_DEEPEST: Final = 6
_MAX_DEPTH: Final = 400
_MOST: Final = 5_000  # headings


def section_levels(roots: list[LexborNode]) -> list[tuple[LexborNode, Open]]:
    """The <h1> that stand in sections of sections, with what opens each at the level of its section; none,
    where sections have headings of lower levels, too."""
    found = [(node, _section(node)) for root in roots for node in css(root, "h1")[:_MOST]]
    if len(found) < MANY_HEADINGS:
        return []
    depths = sorted({depth for _, (depth, _) in found})
    if len(depths) < 2 or len(depths) > _DEEPEST:
        return []
    inside = {box.mem_id for _, (depth, box) in found if depth > depths[0] and box is not None}
    lower = (node for root in roots for node in css(root, "section h2, article h2")[:_MOST])
    if any((box := _section(node)[1]) is not None and box.mem_id in inside for node in lower):
        return []
    return [(node, heading(depths.index(depth) + 1)) for node, (depth, _) in found if depth > depths[0]]


def _section(node: LexborNode) -> tuple[int, LexborNode | None]:
    """How many sections an element stands in, and the innermost of them."""
    depth, inner = 0, None
    up = node.parent
    for _ in range(_MAX_DEPTH):
        if up is None:
            break
        if up.tag in _SECTIONS:
            depth += 1
            inner = inner if inner is not None else up
        up = up.parent
    return depth, inner
