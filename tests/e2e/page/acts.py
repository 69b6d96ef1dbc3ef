"""What a person does at the page."""

from __future__ import annotations

import time
from typing import Any

ENDED = '.card[data-state="completed"], .card[data-state="failed"], .card[data-state="cancelled"]'


def until(tab: Any, expression: str, arg: Any = None, within: float = 30) -> None:
    """Wait until an expression holds in the page. (The page's CSP forbids the eval of wait_for_function.)"""
    end = time.monotonic() + within
    while not tab.evaluate(expression, arg):
        assert time.monotonic() < end, f"not within {within:g} s: {expression}"
        tab.wait_for_timeout(40)


def open_page(tab: Any, origin: str) -> None:
    tab.goto(f"{origin}/")
    tab.wait_for_selector("#address")


def crawl(tab: Any, url: str, delay: str = "", pages: str = "") -> None:
    """Paste an address, press Enter, and wait for the card."""
    before = tab.locator(".card:not(.ghost)").count()
    if delay or pages:
        if not tab.locator("details.options").evaluate("node => node.open"):
            tab.click("details.options summary")
        tab.get_by_label("Seconds between requests").fill(delay)
        tab.get_by_label("Max pages").fill(pages)
    tab.fill("#address", url)
    tab.press("#address", "Enter")
    until(tab, "n => document.querySelectorAll('.card:not(.ghost)').length > n", before)


def until_ended(tab: Any, within: float = 60) -> None:
    tab.wait_for_selector(ENDED, timeout=within * 1000)


def done(tab: Any) -> int:
    """Pages that the first card shows as done."""
    return int(tab.locator(".figures b").first.inner_text().replace(",", ""))


def until_done(tab: Any, pages: int, within: float = 30) -> None:
    """Wait until the first card shows at least so many pages as done."""
    until(
        tab,
        "n => Number(document.querySelector('.figures b')?.innerText.replaceAll(',', '')) >= n",
        pages,
        within,
    )


def job_id(tab: Any) -> str:
    """The id of the first card's job."""
    return str(tab.locator(".card h2 a").first.get_attribute("href")).rsplit("/", 1)[1]
