"""docs/limits.md names every setting that bounds a user or a client, and no other that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from docspasta.settings import Crawler, Gateway, Jobs, Operator, Processor, Renderer

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "limits.md").read_text()
SETTINGS = {
    f"DOCSPASTA_{name.upper()}"
    for kind in (Jobs, Crawler, Processor, Renderer, Gateway, Operator)
    for name in kind.model_fields
}


def test_every_setting_exists() -> None:
    named = set(re.findall(r"DOCSPASTA_[A-Z_]+", TEXT))
    assert len(named) > 15 and named <= SETTINGS, named - SETTINGS


def test_every_bound_on_a_user_or_a_client_is_named() -> None:
    bounds = {name for name in SETTINGS if re.search(r"_PER_(USER|ADDRESS|SECOND|USER_DAY)", name)}
    assert bounds <= set(re.findall(r"DOCSPASTA_[A-Z_]+", TEXT)), bounds


def test_every_row_is_held_by_tests_that_exist() -> None:
    rows = [line.split("|")[1:-1] for line in TEXT.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[0].strip() != "work"]
    assert len(rows) > 40
    for row in rows:
        tests = re.findall(r"`(tests/[^`]+\.py)`", row[-1])
        assert tests, f"no test holds: {row[0]}"
        for test in tests:
            assert "def test_" in (ROOT / test).read_text(), f"{test} has no test"
