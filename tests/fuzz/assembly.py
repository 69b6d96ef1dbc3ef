"""The fuzz target of assembly: whatever a page holds, it stays in its place between two innocent pages.

python -m tests.fuzz.assembly [seconds] [seed]
"""

from __future__ import annotations

import random
from importlib import import_module
from typing import Any

from .loop import main

pages: Any = import_module("tests.unit.document.test_containment")  # the property, and what it is tried on
START = "<p>Some ordinary words that make a page long enough.</p><a href='#q'>q</a>"


def made(rng: random.Random) -> bytes:
    """The HTML of a page that tries to be more than that."""
    return (START + "".join(pages.hostile(rng) for _ in range(rng.randrange(1, 5)))).encode()


def target(data: bytes) -> None:
    """Assemble `data` between two pages; raises AssertionError when they read otherwise than alone."""
    page = pages.read(data, "/1")
    if not page.reason:
        pages.check(page)


if __name__ == "__main__":
    main(made, target)
