"""JSON shown as a tree: its lines are indented by the brackets that are open."""

from __future__ import annotations

import json

from docspasta.content.json_tree import indented


def test_lines_are_indented_by_open_brackets() -> None:
    value = {"name": "eggs", "bells": [1, {"tone": "}", "loud": []}], "why": "a [ in text"}
    lines = json.dumps(value, indent=2)
    flat = "\n".join(line.strip() for line in lines.split("\n"))
    assert indented(flat) == lines


def test_brackets_that_nothing_opened_do_no_harm() -> None:
    assert indented("]\n}\n1") == "]\n}\n1"
