"""How long a look for garbage holds up a process that serves others."""

from __future__ import annotations

import gc
import time

from docspasta.store.results import FoundUrl
from tests.loop_steps import own_heap, reference


def test_no_look_is_long_at_what_a_long_sitemap_makes() -> None:
    """Tuples of classes of their own are looked through, each time, however many were made at once."""
    for _ in range(5):
        longest = longest_look()
        if longest < reference():
            return
    raise AssertionError(f"a look took {longest * 1000:.1f} ms, and {reference() * 1000:.1f} ms are the most")


def longest_look() -> float:
    """CPU seconds of the longest look for garbage while 100,000 rows are made."""
    looks, began = [0.0], 0.0

    def looked(phase: str, _: object) -> None:
        nonlocal began
        if phase == "start":
            began = time.thread_time()
        else:
            looks.append(time.thread_time() - began)

    with own_heap():
        gc.callbacks.append(looked)
        rows = [FoundUrl(f"https://docs.example.org/{at}", f"{at}") for at in range(100_000)]
        gc.callbacks.remove(looked)
    assert len(looks) > len(rows) // 20_000
    return max(looks)
