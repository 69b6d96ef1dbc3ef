"""How often a long-lived process looks for garbage that only a cycle keeps. Imports `gc` alone."""

from __future__ import annotations

import gc

RARELY = (50_000, 20, 50)  # objects of a request or a page die by their counts; there are next to no cycles


def collect_rarely() -> None:
    """To be called once everything is imported: what exists now is never looked at again, for a full
    collection of it would hold every stream and every page up for 20 ms and more."""
    gc.freeze()
    gc.set_threshold(*RARELY)
