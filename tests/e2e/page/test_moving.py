"""The moving picture of the tutorial: an address is pasted, pages arrive, the document is chosen from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.stack import RunningStack

from .acts import crawl, open_page, until_done, until_ended
from .moving import moving_picture
from .site import Site

PICTURE = Path(__file__).parents[3] / "docs" / "pictures" / "crawl.png"
SIZE = {"width": 1000, "height": 680}
SECONDS = 0.35


@pytest.mark.skipif(os.environ.get("DOCSPASTA_PICTURES") != "1", reason="DOCSPASTA_PICTURES=1 makes it")
def test_a_crawl_as_a_moving_picture(tab: Any, running: RunningStack, site: Site) -> None:
    pictures: list[bytes] = []

    def shown() -> None:
        pictures.append(tab.screenshot())

    tab.set_viewport_size(SIZE)
    open_page(tab, running.gateway)
    shown()
    crawl(tab, site.origin, delay="0.2")
    for pages in (1, 4, 7, 10, 13, 16, 19):
        until_done(tab, pages)
        shown()
    until_ended(tab)
    shown()
    tab.locator(".card h2 a").first.click()
    tab.wait_for_selector('[role="tree"] .row')
    tab.locator('[role="treeitem"]', has_text="Page 1").first.click()
    tab.wait_for_selector(".prose .piece")
    tab.wait_for_timeout(300)  # what is drawn in pieces is there
    shown()
    assert len(pictures) * SECONDS <= 5, "longer motion would need a way to stop it (WCAG 2.2.2)"
    PICTURE.write_bytes(moving_picture(pictures, SECONDS))
