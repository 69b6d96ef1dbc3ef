"""Selectors are judged before a page is converted with them, and judging one costs little."""

from __future__ import annotations

import time

import pytest

from docspasta.content.selectors import MAX_SELECTOR, exclusion_mistake, selector_mistake

LONG = [
    ":has(" * 160 + "p" + ")" * 160,
    ":not(" * 160 + "p" + ")" * 160,
    "* " * 499,
    ":nth-child(2n+1 of p)" * 47,
]


@pytest.mark.parametrize(
    "selector", ["*|*", "*", "html", "body", ":root", ":has(p)", ":not(main)", "main, *|body"]
)
def test_an_exclusion_of_every_page_is_refused(selector: str) -> None:
    assert "nothing would be left" in exclusion_mistake(selector)
    assert not selector_mistake(selector)


@pytest.mark.parametrize("selector", ["nav", ".note p", "main *", "html > body > nav", "body *", ":has(.ad)"])
def test_others_are_not(selector: str) -> None:
    assert not exclusion_mistake(selector) and not selector_mistake(selector)


@pytest.mark.parametrize("selector", ["", " ", "[", ":nope", "a,,b", "p" * (MAX_SELECTOR + 1)])
def test_what_is_no_selector_is_refused(selector: str) -> None:
    assert selector_mistake(selector) == exclusion_mistake(selector) != ""


@pytest.mark.parametrize("selector", LONG)
def test_judging_costs_little(selector: str) -> None:
    selector = selector[:MAX_SELECTOR]
    took = []
    for _ in range(5):
        began = time.thread_time()
        exclusion_mistake(selector)
        took.append(time.thread_time() - began)
    assert min(took) < 0.002
