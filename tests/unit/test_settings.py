"""docs/settings.md is what the settings say, and settings read their environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from docspasta.settings import Crawler, Jobs, table

ROOT = Path(__file__).parents[2]


def test_the_table_is_generated() -> None:
    written = (ROOT / "docs/settings.md").read_text()
    assert written == table() + "\n", "run: python -m docspasta.settings > docs/settings.md"


def test_every_setting_is_described() -> None:
    for name, field in Jobs.model_fields.items():
        assert field.description, name


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCSPASTA_CRAWLER_FETCHES", "7")
    assert Crawler().crawler_fetches == 7


def test_the_crawler_is_given_neither_postgres_nor_tickets() -> None:
    names = " ".join(Crawler.model_fields)
    assert "postgres" not in names and "ticket" not in names and "signing" not in names
