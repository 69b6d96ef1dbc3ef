"""What a section's prose and code are, against a pattern that says it at once."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from docspasta.search.passages import parted

BLOCKS = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ \t>]*\1|\Z)", re.MULTILINE | re.DOTALL)
PIECES = ["```", "````", "~~~", "\n", "\n", "\n\n", " ", "> ", "a", "```py\n", "`", "~", "x = 1\n", "- "]


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_prose_and_code_are_parted_at_fences(text: str) -> None:
    code: list[str] = []

    def taken(found: re.Match[str]) -> str:
        code.append(found[2])
        return "\n"

    prose = BLOCKS.sub(taken, text)
    assert parted(text) == (prose, "\n".join(code))
