"""Every family's golden pages: what its generator wrote, and the Markdown that must come of it.

DOCSPASTA_GOLDEN=write rewrites the Markdown after a change that is meant; look at the difference before committing.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docspasta.content import detect_family, read_page
from docspasta.content.families import BASE_ROWS, FAMILIES
from docspasta.content.family import Family, rule

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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_no_other_family_has_a_say(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its own family is the only one, a page reads the same: its own rows and the shared ones make it."""
    own = page.parent.name
    monkeypatch.setattr(detect_family, "FAMILIES", tuple(each for each in FAMILIES if each.name == own))
    monkeypatch.setattr(detect_family, "_CHOSEN", {own: detect_family._CHOSEN[own]})
    monkeypatch.setattr(
        detect_family, "_MARKS", [each for each in detect_family._MARKS if each[1].family.name == own]
    )
    monkeypatch.setattr(detect_family, "_by_name", detect_family._by_name.__wrapped__)
    read = read_page(page.read_bytes(), URL.format(name=page.stem))
    assert read.markdown == page.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_has_its_own_rows_and_the_shared_ones(family: Family) -> None:
    rules = detect_family._CHOSEN[family.name].roles.rules
    allowed = {rule(row) for row in (*family.rows, *BASE_ROWS)}
    assert set(rules) <= allowed
