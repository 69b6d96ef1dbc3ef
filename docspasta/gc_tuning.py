"""How often a long-lived process looks for garbage that only a cycle keeps. Imports `gc` alone."""

from __future__ import annotations

import gc

RARELY = (50_000, 20, 50)  # objects of a request or a page die by their counts; there are next to no cycles
IN_STEPS = (10_000, 100, 50)  # the same looks at what grows old; one at 10,000 young objects takes some 2 ms


def collect_rarely() -> None:
    """To be called once everything is imported: what exists now is never looked at again, for a full
    collection of it would hold every stream and every page up for 20 ms and more."""
    gc.freeze()
    gc.set_threshold(*RARELY)


def collect_in_steps() -> None:
    """As `collect_rarely`, for a process whose event loop serves others: what one of them makes at once, such
    as the 50,000 pages of a sitemap, is looked through in parts."""
    gc.freeze()
    gc.set_threshold(*IN_STEPS)
