"""The fuzz target on damaged golden pages, a little of it in every run."""

from __future__ import annotations

import random

from tests.fuzz.content import run
from tests.sizes import size


def test_damaged_pages() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    count = size("pages made of noise")
    assert run(count, seed) == count
