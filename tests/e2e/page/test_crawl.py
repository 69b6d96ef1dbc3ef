"""Paste, watch, copy; steer; be cut off in every way; be alone with one's jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sizes import FULL
from tests.stack import RunningStack

from .acts import crawl, done, job_id, open_page, until, until_done, until_ended
from .conftest import shot
from .proxy import proxying
from .site import Site, serving


def test_paste_watch_copy(tab: Any, running: RunningStack, site: Site) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(f"{request.method} {urlsplit(request.url).path}"))
    open_page(tab, running.gateway)
    assert tab.evaluate("document.activeElement.id") == "address"
    shot(tab, "empty")
    crawl(tab, site.origin, delay="0.1")
    until_done(tab, 3)
    shot(tab, "crawling")
    until_ended(tab)
    assert done(tab) == 21
    tab.click("text=Copy Markdown")
    until(tab, "document.querySelector('.card .actions .says').innerText.startsWith('Copied')")
    copied = tab.evaluate("navigator.clipboard.readText()")
    served = tab.evaluate(f"fetch('/api/v5/jobs/{job_id(tab)}/markdown').then(answer => answer.text())")
    assert copied == served and "Page 20" in copied
    assert asked.count("POST /api/v5/crawl") == 1
    of_job = [row for row in asked if "/api/v5" in row]
    assert f"GET /api/v5/jobs/{job_id(tab)}" not in of_job, of_job
    tab.click("details.failures summary")
    tab.wait_for_selector(".failures li a.found")
    assert tab.locator(".failures li a.found").count() == 2, "each says what links to it"
    shot(tab, "done")


def test_bad_input_is_answered_beside_the_field(tab: Any, running: RunningStack) -> None:
    open_page(tab, running.gateway)
    for text, words in [("", "Paste"), ("ftp://x.example", "http or https"), ("no spaces", "host name")]:
        tab.fill("#address", text)
        tab.press("#address", "Enter")
        until(tab, f"document.querySelector('#address-says').innerText.includes({words!r})")
        assert tab.get_attribute("#address", "aria-invalid") == "true"
    tab.fill("#address", "http://10.0.0.1/")
    tab.press("#address", "Enter")
    until(tab, "document.querySelector('#address-says').innerText.length > 20")
    shot(tab, "bad-input")


def test_an_address_in_the_link_is_filled_in(tab: Any, running: RunningStack) -> None:
    tab.goto(f"{running.gateway}/?url=docs.example.org/guide")
    tab.wait_for_selector("#address")
    assert tab.input_value("#address") == "docs.example.org/guide"


def test_reload_in_mid_crawl(tab: Any, running: RunningStack, site: Site) -> None:
    open_page(tab, running.gateway)
    crawl(tab, site.origin, delay="0.15")
    until_done(tab, 2)
    tab.reload()
    tab.wait_for_selector(".card:not(.ghost)")
    until_ended(tab)
    assert done(tab) == 21


def test_pause_resume_cancel_delete(tab: Any, running: RunningStack, site: Site) -> None:
    open_page(tab, running.gateway)
    crawl(tab, site.origin, delay="0.3")
    until_done(tab, 1)
    tab.click("text=Pause")
    tab.wait_for_selector('.card[data-state="paused"]', timeout=5000)
    tab.click("text=Resume")
    tab.wait_for_selector('.card[data-state="running"]', timeout=5000)
    tab.click(".actions >> text=Cancel")
    tab.wait_for_selector('.card[data-state="cancelled"]', timeout=5000)
    shot(tab, "cancelled")
    tab.get_by_role("button", name="Delete", exact=True).click()
    tab.get_by_role("button", name="Undo", exact=True).click()
    tab.get_by_role("button", name="Delete", exact=True).click()
    until(tab, "document.activeElement.textContent === 'Undo'")
    tab.wait_for_selector(".empty", timeout=20_000)


def test_the_gateway_dies_and_comes_back(tab: Any, running: RunningStack, site: Site) -> None:
    open_page(tab, running.gateway)
    crawl(tab, site.origin, delay="0.3")
    until_done(tab, 2)
    running.restart("gateway")
    until_ended(tab)
    assert done(tab) == 21
    tab.wait_for_selector(".live.ended", state="attached")


@pytest.mark.skipif(not FULL, reason="make test-full: the page once more, behind a proxy")
def test_also_behind_a_proxy_that_answers_502(tab: Any, running: RunningStack, site: Site) -> None:
    with proxying(lambda: running.gateway) as proxy:
        open_page(tab, proxy.origin)
        crawl(tab, site.origin, delay="0.3")
        until_done(tab, 2)
        running.restart("gateway")
        until_ended(tab)
        assert done(tab) == 21
        tab.wait_for_selector(".live.ended", state="attached")


def test_two_people_do_not_see_each_other(
    person: Callable[..., Any], running: RunningStack, site: Site
) -> None:
    alice, bob = person().new_page(), person().new_page()
    open_page(alice, running.gateway)
    crawl(alice, site.origin, pages="2")
    until_ended(alice)
    open_page(bob, running.gateway)
    bob.wait_for_selector(".empty")
    bob.goto(f"{running.gateway}/jobs/{job_id(alice)}")
    bob.wait_for_selector("text=Crawl not found")
    shot(bob, "not-here")


def test_crawls_without_pages_go_at_once_and_the_theme_stays(tab: Any, running: RunningStack) -> None:
    open_page(tab, running.gateway)
    for name in ("one", "two"):
        crawl(tab, f"{name}.invalid")
    tab.get_by_role("button", name="Clear 2 crawls without pages").click()
    tab.wait_for_function("document.activeElement.innerText === 'Keep them'")
    tab.get_by_role("button", name="Delete 2", exact=True).click()
    tab.wait_for_selector(".empty")
    for theme in ("light", "dark"):
        tab.get_by_role("button", name="Theme:").click()
        tab.wait_for_selector(f'text="Theme: {theme}"')
    tab.reload()
    tab.wait_for_selector('text="Theme: dark"')
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(25, 22, 19)"


COUNT_STREAMS = """
const Real = window.EventSource;
window.openStreams = 0;
window.EventSource = class extends Real {
  constructor(...given) { super(...given); window.openStreams += 1; }
  close() { if (this.readyState !== 2) window.openStreams -= 1; super.close(); }
};
"""


def test_ten_jobs_in_three_tabs_hold_two_streams(person: Callable[..., Any], running: RunningStack) -> None:
    someone = person()
    someone.add_init_script(COUNT_STREAMS)
    tabs = [someone.new_page() for _ in range(3)]
    open_page(tabs[0], running.gateway)
    with serving(Site(20)) as slow:  # a host of its own: ten slow jobs would hold up the other tests' site
        for _ in range(10):
            crawl(tabs[0], slow.origin, delay="2")
        _hold_two_streams(tabs, running.gateway)
    for page in tabs:
        page.close()


def _hold_two_streams(tabs: list[Any], gateway: str) -> None:
    tabs[1].goto(f"{gateway}/jobs/{job_id(tabs[0])}")
    tabs[2].goto(f"{gateway}/")
    for page in tabs:
        page.wait_for_selector(".progress")
    for page in tabs:
        took = page.evaluate(
            "(async () => { const begun = performance.now();"
            "const answer = await fetch('/api/v5/jobs'); await answer.json();"
            "return [answer.status, performance.now() - begun]; })()"
        )
        assert took[0] == 200 and took[1] < 10_000, took
    streams = [page.evaluate("window.openStreams") for page in tabs]
    assert 1 <= sum(streams) <= 2, streams
    shot(tabs[0], "many")
