"""The page as people read it: on paper, at 200 %, in the dark, in Hebrew and Japanese, without a network."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiohttp import web

from tests.sizes import FULL
from tests.stack import RunningStack

from .acts import crawl, done, job_id, open_page, until, until_done, until_ended
from .site import Site, serving
from .test_access import TAGS, violations

pytestmark = pytest.mark.skipif(not FULL, reason="make test-full: the page in seven shapes, in a browser")

WIDE = "document.documentElement.scrollWidth <= innerWidth"
HEBREW, JAPANESE = "מדריך למתחילים", "はじめての方へ"
BODIES = {
    "/he": ("he", HEBREW, "טקסט של תיעוד שנקרא מימין לשמאל, עם די מילים כדי להישמר. " * 8),
    "/ja": ("ja", JAPANESE, "この文書は日本語で書かれており、空白なしで行が折り返されます。" * 12),
}


class Languages(Site):
    """A start page, a page in Hebrew and one in Japanese."""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        language, title, text = BODIES.get(request.path, ("en", "The manual", "Words to be kept. " * 40))
        links = "".join(f'<a href="{path}">{row[1]}</a> ' for path, row in BODIES.items())
        way = ' dir="rtl"' if language == "he" else ""
        return web.Response(
            text=f'<html lang="{language}"{way}><title>{title}</title><body><nav>{links}</nav>'
            f"<main><h1>{title}</h1><p>{text}</p><pre><code>print(1)</code></pre></main></body></html>",
            content_type="text/html",
        )


@pytest.fixture(scope="module")
def languages() -> Iterator[Site]:
    with serving(Languages(0)) as made:
        yield made


def finished(tab: Any, running: RunningStack, site: Site) -> None:
    """Crawl a site and open the finished crawl."""
    open_page(tab, running.gateway)
    crawl(tab, site.origin, delay="0")
    until_ended(tab)
    tab.goto(f"{running.gateway}/jobs/{job_id(tab)}")
    tab.wait_for_selector(".prose h1")


def test_on_paper_stands_the_page_alone_in_black_on_white(
    tab: Any, running: RunningStack, site: Site
) -> None:
    finished(tab, running, site)
    tab.locator('[role="treeitem"]', has_text="Page 1").first.click()
    until(tab, "document.querySelector('.preview h2')?.innerText === 'Page 1'")
    tab.wait_for_selector(".prose .piece")
    tab.get_by_role("button", name="Theme:").click()
    tab.get_by_role("button", name="Theme:").click()
    tab.wait_for_selector('text="Theme: dark"')
    tab.emulate_media(media="print")
    shown = tab.evaluate(
        "[...document.querySelectorAll('button, nav, [role=tree], .grip, .takeaway')]"
        ".filter((node) => node.checkVisibility()).map((node) => node.outerHTML.slice(0, 80))"
    )
    assert shown == []
    colours = tab.evaluate(
        "['.preview h2', '.prose p', '.prose pre'].map((at) => document.querySelector(at))"
        ".map((node) => getComputedStyle(node).color)"
    )
    assert set(colours) == {"rgb(36, 31, 26)"}, "dark letters, whatever the theme on the screen"
    pieces = "[...document.querySelectorAll('.piece')]"
    hidden = f"{pieces}.filter((node) => !node.checkVisibility({{ contentVisibilityAuto: true }}))"
    assert tab.evaluate(f"{hidden}.length") == 0, "what is out of sight is printed, too"
    inch = 96  # pixels
    tab.set_viewport_size({"width": 7 * inch, "height": 10 * inch})
    high = tab.evaluate("document.querySelector('main').getBoundingClientRect().height")
    margin = dict.fromkeys(("left", "right"), "0.75in") | dict.fromkeys(("top", "bottom"), "0.5in")
    paper = tab.pdf(width="8.5in", height="11in", margin=margin)
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
    assert 1 <= sheets <= math.ceil(high / (10 * inch)) + 1, "no sheets but those that the text needs"


def test_at_200_per_cent_nothing_is_cut(
    person: Callable[..., Any], running: RunningStack, site: Site
) -> None:
    """WCAG 1.4.4 and 1.4.10: 1,280 pixels at 200 % are 640 of them, at 400 % 320."""
    tab = person().new_page()
    finished(tab, running, site)
    tab.emulate_media(reduced_motion="reduce")
    here = tab.url
    for width in (640, 320):
        tab.set_viewport_size({"width": width, "height": 512})
        for address in (here, f"{running.gateway}/", f"{running.gateway}/docs"):
            tab.goto(address)
            tab.wait_for_selector(".preview h2, .card h2, .call h2", state="attached")
            assert tab.evaluate(WIDE), f"{address} at {width} px scrolls sideways"
            assert violations(tab, ["wcag2aa", "wcag21aa", "wcag22aa"]) == []


def test_other_scripts_go_their_own_way(tab: Any, running: RunningStack, languages: Site) -> None:
    finished(tab, running, languages)
    tab.locator('[role="treeitem"]', has_text=HEBREW).first.click()
    until(tab, f"document.querySelector('.preview h2')?.innerText === '{HEBREW}'")
    tab.wait_for_selector(".prose .piece p")
    way = "(at) => getComputedStyle(document.querySelector(at)).direction"
    assert tab.evaluate(way, ".prose") == "rtl" and tab.evaluate(way, ".preview h2") == "rtl"
    assert tab.evaluate(way, ".takeaway") == "ltr", "the page around it stays as it is"
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(tab, TAGS if scheme == "light" else ["color-contrast"]) == []

    tab.locator('[role="treeitem"]', has_text=JAPANESE).first.click()
    until(tab, f"document.querySelector('.preview h2')?.innerText === '{JAPANESE}'")
    tab.wait_for_selector(".prose .piece p")
    assert tab.evaluate(way, ".prose") == "ltr"
    for width in (1200, 390):
        tab.set_viewport_size({"width": width, "height": 844})
        assert tab.evaluate(WIDE), f"text without blanks breaks its lines at {width} px"
    tab.set_viewport_size({"width": 1200, "height": 844})
    tab.get_by_label("Filter pages").fill("はじめて")
    until(tab, "document.querySelectorAll('.row').length === 1")
    tab.get_by_role("button", name="Copy page").click()
    until(tab, "document.querySelector('.preview .says').innerText === 'Copied.'")
    assert JAPANESE in tab.evaluate("navigator.clipboard.readText()")


def test_the_whole_page_from_right_to_left(tab: Any, running: RunningStack, languages: Site) -> None:
    """As a translation would have it: `dir=rtl` on the document."""
    finished(tab, running, languages)
    tab.evaluate("document.documentElement.dir = 'rtl'")
    left = "(at) => document.querySelector(at).getBoundingClientRect().left"
    assert tab.evaluate(left, ".side") > tab.evaluate(left, ".main"), "the list is on the right"
    assert tab.evaluate(WIDE)
    grip = tab.locator(".grip")
    before = int(grip.get_attribute("aria-valuenow"))
    grip.press("ArrowLeft")
    assert int(grip.get_attribute("aria-valuenow")) > before, "the arrow moves the bar where it points"


def test_offline_and_back(tab: Any, running: RunningStack) -> None:
    with serving(Site(20)) as slow:
        open_page(tab, running.gateway)
        crawl(tab, slow.origin, delay="0.3")
        until_done(tab, 2)
        tab.context.set_offline(True)
        tab.locator(".card .actions").get_by_role("button", name="Pause").click()
        until(tab, "document.querySelector('.card .actions .says').innerText === 'You are offline.'")
        tab.context.set_offline(False)
        until(tab, "document.querySelector('.card .actions .says').innerText === ''")
        until_ended(tab)
        assert done(tab) == 21, "nothing was missed meanwhile"
        assert tab.locator(".notice").count() == 0
