"""For everybody: the keyboard alone, WCAG by axe-core in light and dark, small screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.stack import RunningStack

from .acts import crawl, job_id, open_page, until, until_ended
from .conftest import shot
from .site import Site

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(tab: Any) -> list[str]:
    """What axe-core finds wrong, a line each. Its script comes by the debugger: the CSP allows no other."""
    tab.evaluate(AXE.read_text() + "; 0")
    found = tab.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    return [
        f"{row['id']}: {row['help']}: {node['html'][:160]}"
        for row in found["violations"]
        for node in row["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(tab: Any, running: RunningStack, site: Site, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_page(tab, running.gateway)
    assert violations(tab) == []
    crawl(tab, site.origin, delay="0.1")
    until_ended(tab)
    tab.click("details.failures summary")
    assert violations(tab) == []
    shot(tab, f"front-{scheme}")
    tab.goto(f"{running.gateway}/jobs/{job_id(tab)}")
    tab.wait_for_selector(".prose h1")
    assert violations(tab) == []
    shot(tab, f"job-{scheme}")
    tab.set_viewport_size({"width": 390, "height": 844})
    assert violations(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "a phone must not scroll sideways"
    )
    shot(tab, f"phone-{scheme}")
    tab.goto(f"{running.gateway}/docs")
    tab.wait_for_selector(".call")
    assert violations(tab) == []


def test_axe_sees_a_planted_mistake(tab: Any, running: RunningStack) -> None:
    open_page(tab, running.gateway)
    tab.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(row.startswith("button-name") for row in violations(tab))


def test_the_keyboard_is_enough(tab: Any, running: RunningStack, site: Site) -> None:
    open_page(tab, running.gateway)
    tab.keyboard.type(site.origin)
    tab.keyboard.press("Enter")
    until_ended(tab)
    _tab_to(tab, "Copy Markdown")
    tab.keyboard.press("Enter")
    until(tab, "document.querySelector('.card .actions .says').innerText.startsWith('Copied')")
    tab.goto(f"{running.gateway}/jobs/{job_id(tab)}")
    tab.wait_for_selector(".prose h1")
    for _ in range(40):
        if tab.evaluate("document.activeElement.getAttribute('role')") == "tree":
            break
        tab.keyboard.press("Tab")
    first = tab.inner_text(".preview h2")
    tab.keyboard.press("ArrowDown")
    until(tab, "was => document.querySelector('.preview h2').innerText !== was", first)
    tab.keyboard.press("End")
    until(tab, "document.querySelector('.row[aria-selected=\"true\"]') !== null")


def _tab_to(tab: Any, words: str) -> None:
    for _ in range(40):
        if tab.evaluate("document.activeElement.innerText") == words:
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"{words!r} is not reached with the Tab key")
