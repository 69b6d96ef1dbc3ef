"""Every family's golden pages: what its generator wrote, and the Markdown that must come of it.

DOCSPASTA_GOLDEN=write rewrites the Markdown after a change that is meant; look at the difference before committing.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docspasta.content import read_page
from docspasta.content.families import FAMILIES

GOLDEN = Path(__file__).parents[2] / "golden"
PAGES = sorted(GOLDEN.glob("*/*.html"))
URL = "https://kitchen.example.org/docs/{name}.html"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_golden(page: Path) -> None:
    read = read_page(page.read_bytes(), URL.format(name=page.stem))
    expected = page.with_suffix(".md")
    if os.environ.get("DOCSPASTA_GOLDEN") == "write":
        expected.write_text(read.markdown, encoding="utf-8")
    assert read.reason == ""
    assert read.markdown == expected.read_text(encoding="utf-8")


def test_every_family_has_a_golden_page() -> None:
    assert {page.parent.name for page in PAGES} == {family.name for family in FAMILIES}
