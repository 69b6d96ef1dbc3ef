"""The test's site and the stack that may crawl it. The browser is in the directory above."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack import RunningStack, running_stack

from .site import TEXT, Site, serving

DEEP = "<h2>Deep inside</h2><p>Here the pancake setting is told of, far below the beginning of its page.</p>"


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """Twenty pages, the first of them long, and two that are named but missing."""
    with serving(Site(20, missing=2, extra=f"<p>{TEXT}</p>" * 150 + DEEP)) as made:
        yield made


@pytest.fixture(scope="package")
def running() -> Iterator[RunningStack]:
    """One stack for all of these files, which may crawl the tests' sites on loopback."""
    with running_stack(
        docspasta_allow_private="127.0.0.0/8",
        docspasta_crawler_ports="*",
        docspasta_jobs_open_per_address="100",
        docspasta_jobs_running_per_user="20",
        docspasta_gateway_requests_per_second="500",
        docspasta_jobs_requests_per_second="500",
    ) as stack:
        yield stack


def shot(page: Any, name: str) -> None:
    """Keep a picture under docs/pictures when DOCSPASTA_PICTURES=1; a release looks at them."""
    if os.environ.get("DOCSPASTA_PICTURES") == "1":
        folder = Path(__file__).parents[3] / "docs" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
