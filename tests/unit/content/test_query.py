"""Questions in CSS."""

from __future__ import annotations

import re
from pathlib import Path

import docspasta.content

CONTENT = Path(docspasta.content.__file__).parent
# A selector that a person gives is tried by an engine that goes with it.
BESIDES = {"selectors.py"}


def test_one_engine_answers_all_questions() -> None:
    """A parser's own `css` starts an engine for each page, at the cost of parsing a small one."""
    asking = [
        path.name
        for path in CONTENT.rglob("*.py")
        if path.name not in BESIDES and re.search(r"\.css(?:_first|_matches)?\(", path.read_text())
    ]
    assert asking == []
