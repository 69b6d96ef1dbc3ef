"""Lastmods are judged by the pages that changed, and noted beside what is kept."""

from __future__ import annotations

from datetime import date

import pytest

from docspasta.store.conversions import Kept
from services.processor.lastmods import HELD, Judged, is_trusted, judged, noted

TODAY = date(2026, 11, 29)
ROW = Kept("k" * 32, b"d", 1)


def kept(lastmod: str) -> Kept:
    return ROW._replace(lastmod=lastmod)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("2026-01-01", "2026-11-29", Judged(held=1)),
        ("2026-01-01", "2026-01-01", Judged(lied=1)),
        ("", "2026-01-01", Judged()),
        ("2026-01-01", None, Judged()),
        ("2026-01-01", "", Judged()),
    ],
)
def test_a_page_that_changed_says_what_its_lastmod_is_worth(was: str, now: str | None, said: Judged) -> None:
    assert judged(kept(was), now) == said


def test_trust_is_earned_by_changes_or_given() -> None:
    assert not is_trusted(HELD - 1, asked=False)
    assert is_trusted(HELD, asked=False) and is_trusted(0, asked=True)


@pytest.mark.parametrize(
    ("lastmods", "was", "lastmod"),
    [
        ({ROW.url_key: "2026-01-01"}, None, "2026-01-01"),
        ({ROW.url_key: "2026-11-29"}, kept("2026-01-01"), ""),  # it may change once more today
        ({}, kept("2026-01-01"), "2026-01-01"),  # the sitemap was not read yet, and the page is the same
        ({}, None, ""),
    ],
)
def test_the_lastmod_of_what_is_kept(lastmods: dict[str, str], was: Kept | None, lastmod: str) -> None:
    assert noted(ROW, lastmods, was, TODAY).lastmod == lastmod
