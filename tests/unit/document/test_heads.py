"""The headings of a page with the ids below each, for programs."""

from __future__ import annotations

from docspasta.document.facts import Facts
from docspasta.document.heads import headings_of


def test_each_id_belongs_to_the_heading_above_it():
    headings = [(1, "Top", "top", 20), (2, "Next", "", 100), (2, "Last", "last", 200)]
    anchors = [("banner", 0), ("last", 200), ("below", 150), ("above", 100), ("top-2", 20)]
    told = headings_of(Facts([], headings, anchors, [], []))
    assert [(one["level"], one["text"], one["ids"]) for one in told] == [
        (1, "Top", ["top", "top-2"]),
        (2, "Next", ["above", "below"]),
        (2, "Last", ["last"]),
    ]


def test_a_page_without_headings_has_none():
    assert headings_of(Facts([], [], [("x", 0)], [], [])) == []
