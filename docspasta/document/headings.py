"""Headings of pages as headings of one document, so that its outline is one tree. Pure.

Level 1 is the document's title, level 2 a page's heading (or a part's, like the contents), deeper ones the
pages' own. No level is skipped on the way down; what lies deeper than 6 is 6.
"""

from __future__ import annotations

from collections.abc import Sequence

TITLE_LEVEL = 1
PAGE_LEVEL = 2
DEEPEST = 6


def leads(headings: Sequence[tuple[int, int]]) -> bool:
    """Whether a page's first heading is the page's own: it begins the page, and none is above it.

    `headings` are (level, byte offset) in order.
    """
    return bool(headings) and headings[0][1] == 0 and headings[0][0] == min(level for level, _ in headings)


def shifted(levels: Sequence[int], leading: bool) -> list[int]:
    """The level of each heading in the document. `leading`: the first is the page's own."""
    result: list[int] = []
    above: list[int] = []
    for number, level in enumerate(levels):
        if leading and number == 0:
            result.append(PAGE_LEVEL)
            continue
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        result.append(min(PAGE_LEVEL + len(above), DEEPEST))
    return result
