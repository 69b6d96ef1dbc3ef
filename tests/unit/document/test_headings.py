"""Which heading is a page's own, and what it costs to tell."""

from __future__ import annotations

import time

from docspasta.content.page import Heading
from docspasta.document.headings import own_heading


def cost(opened: int) -> float:
    """CPU seconds, the least of three, for a page that opens so many links before its heading."""
    markdown = "](a" * opened + "\n\n# Title\n"
    heading = Heading(1, "Title", "", len(markdown) - len("# Title\n"))
    took = []
    for _ in range(3):
        began = time.thread_time()
        assert own_heading([heading], "Title", markdown) == 0
        took.append(time.thread_time() - began)
    return min(took)


def test_links_that_are_never_closed_cost_their_length_and_not_its_square() -> None:
    assert cost(16_000) < 8 * cost(4_000)
