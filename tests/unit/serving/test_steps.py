"""No single step on an event loop that serves others is long, whatever a site or a user wrote.

Costs are CPU time beside that of a fixed sum, so that a slow machine judges as a fast one does.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from docspasta import robots
from docspasta.globs import matches
from docspasta.urls import canonical

ORIGIN = "https://docs.example.org"
LONG = ORIGIN + "/" + "a" * 1990
SPLIT = ORIGIN + "/" + "ab/" * 660
GLOBS = ["/**" + "a*" * 200 + "b", "/**/" * 100 + "b", "/" + "**a" * 150 + "X", "/**?" + "a**" * 100 + "b"]
RULES = [
    f"Disallow:/{path}%05d\n" for path in ("*ab*ab*ab*", "*z", "", "*" + "a*" * 15, "*aaaaaaaaaaaaaaaab")
]
LINKS = ["../" * 600 + "x", "a" * 2000, "%" * 650, "//" * 900, "?" + "&" * 2000, "ü" * 300]
MOST = 20.0  # times the sum, which takes some .4 ms; the costliest step takes 13


def cost(step: Callable[[], object]) -> float:
    """The least CPU seconds of some tries."""
    took = []
    for _ in range(5):
        began = time.process_time()
        step()
        took.append(time.process_time() - began)
    return min(took)


def reference() -> float:
    """What a fixed piece of work costs on this machine."""
    return cost(lambda: sum(number * number for number in range(10_000)))


@pytest.mark.parametrize("pattern", GLOBS)
@pytest.mark.parametrize("url", [LONG, SPLIT])
def test_fifty_globs_and_a_url(pattern: str, url: str) -> None:
    matches(pattern, url)
    assert cost(lambda: [matches(pattern, url) for _ in range(50)]) < MOST * reference()


@pytest.mark.parametrize("line", RULES)
@pytest.mark.parametrize("url", [LONG, SPLIT])
def test_a_robots_txt_and_a_url(line: str, url: str) -> None:
    text = "User-agent: *\n" + "".join(line % at for at in range(400_000 // len(line)))
    found = robots.read(text.encode(), f"{ORIGIN}/robots.txt")
    assert cost(lambda: found.allows(url)) < MOST * reference()


@pytest.mark.parametrize("link", LINKS)
def test_a_link_s_url(link: str) -> None:
    def step() -> None:
        try:
            canonical(link, SPLIT)
        except ValueError:
            pass

    assert cost(step) < MOST * reference()
