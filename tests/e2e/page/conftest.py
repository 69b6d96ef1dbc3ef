"""A real Chromium before the real stack. Without a browser these tests are skipped, aloud."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack import RunningStack

from .site import Site, serving

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Playwright's handle of the browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("DOCSPASTA_REQUIRE_CHROMIUM") == "1":
            pytest.fail("no Chromium here, and it is required")
        pytest.skip("no Chromium here (Debian: apt-get install chromium); the page's tests are left out")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Twenty pages, and two that are named but missing."""
    with serving(Site(20, missing=2)) as made:
        yield made


@pytest.fixture(scope="module")
def running(start_stack: Callable[..., RunningStack], site: Site) -> RunningStack:
    """The whole stack, which may crawl the test's site."""
    return start_stack(
        docspasta_allow_private=site.origin.removeprefix("http://"),
        docspasta_jobs_running_per_user="20",
        docspasta_gateway_requests_per_second="500",
        docspasta_jobs_requests_per_second="500",
    )


@pytest.fixture
def person(chromium: Any) -> Iterator[Callable[[], Any]]:
    """Makes people: each a browser context of their own, with errors of the page collected."""
    contexts: list[Any] = []

    def make(**options: Any) -> Any:
        context = chromium.new_context(viewport={"width": 1200, "height": 900}, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def tab(person: Callable[..., Any]) -> Any:
    """A tab of one person; an uncaught error in the page fails the test."""
    page = person().new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors, errors


def shot(page: Any, name: str) -> None:
    """Keep a picture under docs/pictures when DOCSPASTA_PICTURES=1; a release looks at them."""
    if os.environ.get("DOCSPASTA_PICTURES") == "1":
        folder = Path(__file__).parents[3] / "docs" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
