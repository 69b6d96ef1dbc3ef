"""Migrations are applied in the order of their numbers, of which each is there once."""

from __future__ import annotations

from docspasta.store.migrate import migrations


def test_the_numbers_of_migrations_follow_each_other() -> None:
    numbers = [int(migration.name.partition("_")[0]) for migration in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
