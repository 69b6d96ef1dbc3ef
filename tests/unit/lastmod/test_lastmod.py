"""What sitemaps say of when pages were changed: read, put in order, and too new to tell."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from docspasta.lastmod import moment_of, newest_first, pairs, settled

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00.123+02:00", datetime(2026, 11, 1, 8, 0, 0, 123000, tzinfo=UTC)),
        ("0001-01-01T00:00:00+10:00", None),  # before all time
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_lastmod_is_a_moment(text: str, moment: datetime | None) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    ("text", "kept"),
    [("2026-11-27", True), ("2026-11-28", False), ("2026-11-29", False), ("2027-01-01", False), ("?", False)],
)
def test_a_lastmod_of_today_may_stay_though_the_page_changes_once_more(text: str, kept: bool) -> None:
    assert settled(text, TODAY) == (text if kept else "")


def test_what_was_changed_last_is_fetched_first() -> None:
    dated = {"a": "2026-01-01", "c": "2026-11-01", "d": "nonsense"}
    assert newest_first(["a", "b", "c", "d"], dated) == [2, 0, 1, 3]
    assert pairs(("a", "b"), ("2026-01-01", "")) == {"a": "2026-01-01"}
    assert pairs(("a", "b"), ()) == {}
