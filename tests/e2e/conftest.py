"""A real Chromium, and people who use it. Without a browser these tests are skipped, aloud."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Playwright's handle of the browser.

    For a module only: as long as it is open its event loop runs in this thread, and no async test can.
    """
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
