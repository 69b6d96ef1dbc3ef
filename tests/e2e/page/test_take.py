"""What one takes away: pages ticked within a budget of tokens, copied, split; links to what is shown."""

from __future__ import annotations

from typing import Any

from tests.stack import RunningStack

from .acts import crawl, job_id, open_page, until, until_ended
from .conftest import shot
from .site import Site
from .test_access import violations

BUDGET = "document.querySelector('.budget b').innerText"
TICKED = "[...document.querySelectorAll('[role=treeitem]')].filter(row => row.ariaChecked === 'true').length"


def test_only_what_is_ticked_is_fetched_and_copied(tab: Any, running: RunningStack, site: Site) -> None:
    asked: list[str] = []
    open_page(tab, running.gateway)
    crawl(tab, site.origin, delay="0")
    until_ended(tab)
    job = job_id(tab)
    tab.goto(f"{running.gateway}/jobs/{job}")
    tab.wait_for_selector('[role="tree"] .row >> text=Page 3')
    tab.on("request", lambda request: asked.append(request.url))
    tab.get_by_role("button", name="Select none").click()
    until(tab, f"{BUDGET}.startsWith('0 of')")
    for page in ("Page 3", "Page 4", "Page 9"):
        tab.locator('[role="treeitem"]', has_text=page).locator(".box").first.click()
    until(tab, f"{TICKED} === 3")
    until(tab, "document.querySelector('.budget p').innerText.includes('3 pages')")
    shot(tab, "select")
    tab.locator(".takeaway select").select_option(label="none")
    tab.locator(".takeaway .copy button").click()
    until(tab, "document.querySelector('.copy .says').innerText.startsWith('Copied')")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert "## [Page 4]" in copied or "## Page 4" in copied
    assert "Page 5" not in copied and "Page 9" in copied and "## Contents" not in copied
    fetched = [url for url in asked if f"/jobs/{job}" in url and "/selection" not in url]
    assert len(fetched) == 1 and "pages=4-5%2C10" in fetched[0], fetched

    tab.get_by_role("button", name="Select all").click()
    tab.get_by_label("Token limit").fill("1000")
    until(tab, "document.querySelector('.budget').classList.contains('over')")
    tab.get_by_role("button", name="Split into").click()
    tab.wait_for_selector(".parts li")
    parts = tab.locator(".parts li").count()
    assert parts > 1
    tab.get_by_role("button", name="Copy part 2").click()
    until(
        tab,
        "[...document.querySelectorAll('.parts .says')].some(node => node.innerText.startsWith('Copied'))",
    )
    assert f'part: "2 of {parts}"' in tab.evaluate("navigator.clipboard.readText()")
    shot(tab, "split")
    tab.get_by_role("button", name="Keep what fits").click()
    until(tab, "!document.querySelector('.budget').classList.contains('over')")


def test_a_link_shows_what_one_looked_at_and_back_works(tab: Any, running: RunningStack, site: Site) -> None:
    open_page(tab, running.gateway)
    crawl(tab, site.origin, delay="0", pages="9")
    until_ended(tab)
    tab.goto(f"{running.gateway}/jobs/{job_id(tab)}")
    heading = "document.querySelector('.preview h2')?.innerText"
    for page in ("Page 2", "Page 5"):
        tab.locator('[role="treeitem"]', has_text=page).first.click()
        until(tab, f"words => {heading} === words", page)
    link = tab.url
    tab.go_back()
    until(tab, f"{heading} === 'Page 2'")
    tab.goto(link)
    until(tab, f"{heading} === 'Page 5'")
    tab.fill('[aria-label="Filter pages"]', "page-7")
    until(tab, "new URLSearchParams(location.search).get('q') === 'page-7'")
    tab.reload()
    until(tab, "document.querySelectorAll('.row').length === 1")


def test_a_search_leads_straight_to_the_section(tab: Any, running: RunningStack, site: Site) -> None:
    open_page(tab, running.gateway)
    crawl(tab, site.origin, delay="0", pages="9")
    until_ended(tab)
    options = "document.querySelectorAll('[role=option]').length"
    tab.reload()
    tab.wait_for_selector('[role="combobox"]')
    tab.locator("h1").click()
    tab.keyboard.press("/")
    tab.keyboard.type("pancake settings")
    until(tab, f"{options} > 0")
    assert [word.lower() for word in tab.locator("mark").all_inner_texts()][:2] == ["pancake", "setting"]
    assert violations(tab) == []
    shot(tab, "search")
    tab.keyboard.press("ArrowDown")
    active = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
    assert "Deep inside" in tab.evaluate(f"{active}.innerText")
    tab.keyboard.press("Enter")
    tab.wait_for_selector('.prose h2 >> text="Deep inside"')
    seen = "document.querySelector('.prose h2').getBoundingClientRect()"
    until(tab, f"{seen}.top >= 0 && {seen}.bottom <= innerHeight")
    tab.fill('[role="combobox"]', "page 7")
    until(tab, "document.querySelector('[role=option]')?.innerText.startsWith('Page 7')")
    tab.keyboard.press("Escape")
    assert tab.locator(".found").is_hidden()
    tab.keyboard.press("Enter")
    until(tab, "document.querySelector('.preview h2').innerText === 'Page 7'")
    tab.fill('[role="combobox"]', "zzzzqqq")
    until(tab, "document.querySelector('.found').innerText.includes('Nothing found')")
    tab.go_back()
    until(tab, "document.querySelector('.preview h2').innerText === 'Page 1'")
    tab.locator(".section-head", has_text="Deep inside").hover()
    tab.get_by_role("button", name="Copy section Deep inside").click()
    tab.wait_for_selector('.section-head button >> text="Copied"')
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert "## Deep inside" in copied and "page-1.html" in copied and "# Page 1" not in copied
    tab.get_by_role("tab", name="Outline").click()
    for _ in range(2):  # the same entry leads there again
        tab.evaluate("scrollTo(0, 0)")
        tab.locator(".row", has_text="Deep inside").click()
        until(tab, f"{seen}.top >= 0 && {seen}.bottom <= innerHeight")
    more = tab.locator(".job .head .menu")
    more.locator("summary").click()
    assert more.get_by_role("button", name="Delete").is_visible()
    tab.keyboard.press("Escape")
    assert not more.get_by_role("button", name="Delete").is_visible()
