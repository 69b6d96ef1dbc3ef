"""A real Chromium follows a job through killed processes and a proxy's refusals, and stops by itself."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import time
from typing import Any

import pytest

from docspasta.identity.installation import ANONYMOUS_ISSUER
from docspasta.identity.tokens import Signer
from tests.integration.watch.installation import Crawl, Installation, Records, installed
from tests.sizes import FULL

from .front import fronting

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser_path() -> str:
    """Where Chromium is; without one these tests are skipped, aloud."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("DOCSPASTA_REQUIRE_CHROMIUM") == "1":
        pytest.fail("no Chromium here, and it is required")
    pytest.skip("no Chromium here (Debian: apt-get install chromium); the streams' browser proof is left out")


@pytest.fixture
def installation(postgres_server, valkey_server, browser_path):
    """One jobs process and one gateway, to be killed."""
    valkey_server.flush()
    with installed(postgres_server, valkey_server.url) as made:
        made.add_gateway(made.add_jobs(JOBS_POLL_INTERVAL="2"))
        made.ready()
        yield made


def anonymous(installation: Installation) -> tuple[str, str]:
    """A browser's user id and its cookie."""
    subject = secrets.token_hex(16)
    signer = Signer.from_pem(installation.keys["DOCSPASTA_ANONYMOUS_KEY"], ANONYMOUS_ISSUER)
    return f"anon-{subject}", signer.sign(subject, ("read", "write"), 3600, time.time())


async def wait_for(page: Any, expression: str, what: str, seconds: float = 40) -> None:
    """Wait until the page says so."""
    until = time.monotonic() + seconds
    while not await page.evaluate(expression):
        if time.monotonic() > until:
            held = await page.evaluate("({...held, pages: 0, versions: 0})")
            raise AssertionError(f"not within {seconds} s: {what}; the page holds {held}")
        await asyncio.sleep(0.05)


async def agrees(page: Any, crawl: Crawl) -> None:
    """What the page holds is what the database holds."""
    truth = await crawl.truth()
    await wait_for(page, f"versionOf(held.lastId) === {truth['version']}", f"version {truth['version']}")
    held = await page.evaluate("held")
    assert held["wrong"] == []
    assert {page_id: tuple(row) for page_id, row in held["pages"].items()} == {
        page_id: row[:3] for page_id, row in truth["pages"].items()
    }
    assert held["versions"] == {page_id: row[3] for page_id, row in truth["pages"].items()}
    assert {name: held["progress"][name] for name in truth["counts"]} == truth["counts"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "plain",
    [
        True,
        pytest.param(
            False,
            marks=pytest.mark.skipif(not FULL, reason="make test-full: once more, behind a proxy"),
        ),
    ],
    ids=["direct", "behind a proxy"],
)
async def test_it_keeps_up_and_stops_by_itself(installation, browser_path, plain):
    from playwright.async_api import async_playwright

    user, cookie = anonymous(installation)
    gateway, jobs = installation.gateways[0], installation.jobs[0]
    async with (
        fronting(gateway.address, plain=plain) as front,
        Records.of(installation) as records,
        async_playwright() as playwright,
    ):
        crawl = await records.crawl(120, user_id=user)
        browser = await playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        context = await browser.new_context()
        origin = f"http://{front.address}"
        await context.add_cookies([{"name": "docspasta", "value": cookie, "url": origin}])
        page = await context.new_page()
        await page.goto(f"{origin}/follow?job={crawl.job_id}")
        await crawl.advance(20)
        await agrees(page, crawl)

        await asyncio.to_thread(gateway.kill)
        await crawl.advance(20)
        if not plain:
            await asyncio.sleep(
                5 if FULL else 2
            )  # a proxy says 502 meanwhile: that is the case, no wait for it
        gateway.start()
        await agrees(page, crawl)

        await asyncio.to_thread(jobs.kill)
        await crawl.advance(20)
        jobs.start()
        await agrees(page, crawl)

        if not plain:
            assert front.told[502] > 0
            front.answers = [429]
            await asyncio.to_thread(gateway.kill)
            gateway.start()
            await crawl.advance(20)
            await agrees(page, crawl)
            assert front.told[429] == 1

        await crawl.finish(at_once=15)
        await agrees(page, crawl)
        await wait_for(page, "held.closed", "EventSource stopped by itself")
        assert (await page.evaluate("held.ended"))["state"] == "completed"
        assert await page.evaluate("held.resets") == 0
        if plain:
            # Without a proxy's refusals the browser's own EventSource was enough.
            assert await page.evaluate("held.opened") == 1
        await browser.close()
