"""Sources in the page: made of a crawl, run, compared, accepted, scheduled; and who is signed in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sizes import FULL
from tests.stack import RunningStack

from .acts import crawl, open_page, until, until_ended
from .conftest import shot
from .site import Site, serving
from .test_access import violations

CARD = "document.querySelector('.card.kept')"
STATE = f"{CARD}?.querySelector('.state').innerText"


@pytest.mark.skipif(not FULL, reason="make test-full: three crawls in a browser; its words are unit tests")
def test_a_crawl_is_kept_up_to_date(tab: Any, running: RunningStack) -> None:
    """Signed in by the command line's link: an anonymous browser has no schedules."""
    tab.goto(running.keys.sign_in_link(running.gateway))
    tab.wait_for_selector("#address")
    assert tab.locator(".who b").inner_text() == "this computer"
    with serving(Site(8)) as changing:
        crawl(tab, changing.origin, delay="0")
        until_ended(tab)
        tab.get_by_role("button", name="Keep up to date").click()
        until(tab, f"{STATE} === 'Up to date'")
        card = tab.locator(".card.kept")
        until(tab, f"{CARD}.innerText.includes('9 pages; nothing to compare with yet')")
        others = tab.locator(".card:not(.kept)").count()

        changing.pages = 2
        card.get_by_role("button", name="Run now").click()
        until(tab, f"{STATE} === 'Suspect'")
        assert "would take away more than 30 % of the pages" in card.inner_text()
        until(tab, f"{CARD}.innerText.includes('It would change: ')")
        card.locator("details.changes summary").click()
        assert "Removed" in card.locator("details.changes li").first.inner_text()
        card.get_by_label("Crawl").select_option(label="every week")
        until(tab, f"{CARD}.innerText.includes('next run in')")
        tab.emulate_media(reduced_motion="reduce")
        assert violations(tab) == []
        shot(tab, "sources")
        card.get_by_role("button", name="Use it anyway").click()
        until(tab, f"{STATE} === 'Up to date'")
        until(tab, f"{CARD}.innerText.includes(' removed')")

    card.get_by_text("Runs", exact=True).click()
    until(tab, f"{CARD}.innerText.includes('in use')")
    assert tab.locator(".card:not(.kept)").count() == others, "runs are told of by their source alone"
    card.get_by_role("button", name="Pause schedule").click()
    until(tab, f"{CARD}.innerText.includes('schedule paused')")
    card.get_by_role("button", name="Delete").click()
    assert tab.evaluate("document.activeElement.innerText") == "Keep it"
    card.get_by_role("button", name="Delete source").click()
    until(tab, f"!{CARD} && document.querySelectorAll('.card').length === 1")
    assert "2 earlier crawls of this address" in tab.locator(".earlier summary").inner_text()


def test_a_browser_without_a_sign_in_is_told_so(tab: Any, running: RunningStack, site: Site) -> None:
    tab.goto(running.keys.sign_in_link(running.gateway))
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_selector("text=Not signed in")
    open_page(tab, running.gateway)
    assert tab.locator(".who").inner_text() == "Not signed in"
