"""For everybody: the keyboard alone, WCAG by axe-core in light and dark, small screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.sizes import FULL
from tests.stack import RunningStack

from .acts import crawl, job_id, open_page, until, until_ended
from .conftest import shot
from .site import Site, serving

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(tab: Any, rules: list[str] = TAGS) -> list[str]:
    """What axe-core finds wrong, a line each. Its script comes by the debugger: the CSP allows no other."""
    tab.evaluate(AXE.read_text() + "; 0")
    seen = tab.viewport_size
    whole = tab.evaluate("document.documentElement.scrollHeight")
    # To axe a button that the fold cuts is a small one.
    tab.set_viewport_size({**seen, "height": max(seen["height"], whole)})
    found = tab.evaluate("rules => axe.run(document, { runOnly: rules })", rules)
    tab.set_viewport_size(seen)
    return [
        f"{row['id']}: {row['help']}: {node['html'][:160]}"
        for row in found["violations"]
        for node in row["nodes"]
    ]


def clean(tab: Any, name: str) -> None:
    """Nothing is wrong in either scheme, which differ in colours alone."""
    for scheme, rules in ("light", TAGS), ("dark", ["color-contrast"]):
        tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(tab, rules) == [], scheme
        shot(tab, f"{name}-{scheme}")


def test_axe_finds_nothing(tab: Any, running: RunningStack, site: Site) -> None:
    """The small size looks at one crawl's card and at its pages on a phone, where all of them are."""
    open_page(tab, running.gateway)
    if FULL:
        clean(tab, "empty")
    crawl(tab, site.origin, delay="0")
    until_ended(tab)
    tab.click("details.failures summary")
    clean(tab, "front")
    tab.goto(f"{running.gateway}/jobs/{job_id(tab)}")
    tab.wait_for_selector(".prose h1")
    if FULL:
        clean(tab, "job")
    tab.set_viewport_size({"width": 390, "height": 844})
    clean(tab, "phone")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "a phone must not scroll sideways"
    )
    tab.locator('[role="treeitem"]', has_text="Page 4").first.click()
    until(tab, "document.querySelector('.main').getBoundingClientRect().top < innerHeight * 0.6")
    assert not tab.locator('[role="tree"]').is_visible(), "a phone shows the page or the list"
    tab.get_by_role("button", name="All pages").click()
    tab.wait_for_selector('[role="tree"]')
    assert tab.evaluate(
        "document.querySelector('.list').scrollHeight <= document.querySelector('.list').clientHeight"
    )
    if FULL:
        tab.goto(f"{running.gateway}/docs")
        tab.wait_for_selector(".call")
        clean(tab, "docs")


def test_axe_sees_a_planted_mistake(tab: Any, running: RunningStack) -> None:
    open_page(tab, running.gateway)
    tab.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(row.startswith("button-name") for row in violations(tab))
    tab.emulate_media(color_scheme="dark", reduced_motion="reduce")
    tab.evaluate(
        "const grey = document.createElement('p'); grey.textContent = 'Grey'; "
        "grey.style.cssText = 'color: #777; background: #888'; document.querySelector('main').append(grey)"
    )
    assert any(row.startswith("color-contrast") for row in violations(tab, ["color-contrast"]))


def test_the_keyboard_is_enough(tab: Any, running: RunningStack) -> None:
    with serving(Site(3)) as small:
        open_page(tab, running.gateway)
        tab.keyboard.type(small.origin)
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
