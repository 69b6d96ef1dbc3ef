"""Debian's Django and PostgreSQL documentation: every reachable page, and the same bytes twice.

The sites and the list of what is reachable come from ../shared/bench; nginx serves them on loopback.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sizes import FULL
from tests.stack import shared_directory

pytestmark = pytest.mark.skipif(not FULL, reason="make test-full: real sites of 691 and 1,169 pages")
SITES = {"django": "http://127.0.1.4:8084/index.html", "postgres": "http://127.0.1.2:8082/index.html"}


@pytest.fixture(scope="module")
def bench() -> Path:
    """The directory of ../shared/bench, with its sites being served."""
    directory = shared_directory("bench")
    if directory is None:
        if os.environ.get("DOCSPASTA_REQUIRE_SHARED") == "1":
            pytest.fail("../shared/bench is absent, and DOCSPASTA_REQUIRE_SHARED=1")
        pytest.skip("../shared/bench is absent")
    for step in ("fetch", "start"):
        done = subprocess.run(
            ["bash", str(directory / "serve_corpus.sh"), step],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return directory


def reachable(bench: Path, name: str, target: Path) -> set[str]:
    """What the plainest of crawlers finds: one process, a set in memory, no limits."""
    program = [sys.executable, str(bench / "peers" / "ideal.py"), "--start", SITES[name], "--conc", "16"]
    subprocess.run(
        [*program, "--urls-out", str(target), "--site", name], check=True, timeout=300, capture_output=True
    )
    return {line.split()[0] for line in target.read_text().splitlines() if line.strip()}


def crawled(room, name: str, output: str, concurrency: int) -> set[str]:
    """Crawl a site; the URLs of pages that were fetched, with content or without."""
    done = room.run(
        "crawl",
        SITES[name],
        *("--all", "--delay", "0", "--concurrency", str(concurrency), "--json", "-o", output),
        within=600,
    )
    assert done.returncode == 0, done.stderr + room.logs()
    pages = [
        event for event in map(json.loads, done.stdout.splitlines()) if event["event"].startswith("url_")
    ]
    return {page["url"] for page in pages if page["state"] == "processed" or page["reason"] == "empty"}


@pytest.mark.parametrize("name", SITES)
def test_every_reachable_page_and_the_same_bytes_twice(room, bench, name):
    wanted = reachable(bench, name, room.path / "urls")
    found = crawled(room, name, "first.md", 16)
    assert wanted - found == set(), "pages that were not crawled"
    assert crawled(room, name, "second.md", 5) == found
    first, second = ((room.path / file).read_bytes() for file in ("first.md", "second.md"))
    assert first == second and len(first) > 5_000_000
    assert b"complete: true" in first[:500]
    room.is_quiet()
