"""Each fuzz target on a little of what it makes up, in every run; what once broke a promise stays in it."""

from __future__ import annotations

import random

import pytest

from tests.fuzz import assembly, facts, globs, robots, selectors, sitemaps
from tests.fuzz.loop import run

FOUND = [(robots, b"User-agent: *\nDisallow: /b\nAllow: **\n")]


@pytest.mark.parametrize(
    ("kind", "count"),
    [(globs, 500), (robots, 500), (sitemaps, 500), (selectors, 50), (facts, 500), (assembly, 20)],
)
def test_made_up_input(kind, count: int) -> None:  # type: ignore[no-untyped-def]
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    assert run(kind.made, kind.target, count, seed) == count


@pytest.mark.parametrize(("kind", "data"), FOUND)
def test_what_once_broke_a_promise(kind, data: bytes) -> None:  # type: ignore[no-untyped-def]
    kind.target(data)
