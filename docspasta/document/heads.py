"""A page's headings with the HTML ids that stand below each, as a program reads them. Pure."""

from __future__ import annotations

from .facts import Facts


def headings_of(facts: Facts) -> list[dict[str, object]]:
    """Level, text and ids of each heading, in the page's order. The first id is the heading's own, where it
    has one; those that follow stand below it and above the next heading."""
    found: list[dict[str, object]] = []
    if not facts.headings:
        return []
    anchors = sorted(facts.anchors, key=lambda anchor: anchor[1])
    at = 0
    while at < len(anchors) and anchors[at][1] < facts.headings[0][3]:
        at += 1
    ends = [offset for _, _, _, offset in facts.headings[1:]]
    for (level, text, own, _), end in zip(facts.headings, [*ends, float("inf")], strict=True):
        ids = [own] if own else []
        while at < len(anchors) and anchors[at][1] < end:
            ids.append(anchors[at][0])
            at += 1
        found.append({"level": level, "text": text, "ids": list(dict.fromkeys(ids))})
    return found
