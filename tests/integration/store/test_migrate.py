"""The schema is what the migrations build."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from docspasta.store import migrate as room
from docspasta.store.migrate import MigrationError, check, main, migrate, migrations


def test_each_migration_has_the_next_number() -> None:
    """Two of one number would be applied by their names' order, which nobody chose."""
    numbers = [int(migration.name.partition("_")[0]) for migration in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_migrated_database_has_nothing_pending(database):
    assert await check(database.owner_dsn) == []
    assert await check(database.app_dsn) == []
    assert await migrate(database.owner_dsn) == []


async def test_an_empty_database_gets_every_migration_once(postgres_server, database):
    name = f"{database.name}_empty"
    await postgres_server.execute(f"CREATE DATABASE {name} OWNER docspasta_owner")
    dsn = postgres_server.dsn("docspasta_owner", name)
    try:
        names = [migration.name for migration in migrations()]
        assert await check(dsn) == names
        assert await migrate(dsn) == names
        assert await check(dsn) == []
    finally:
        await postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_two_migrations_at_once_apply_everything_once(postgres_server, database):
    """Take the lock away: the second one fails on a table that exists."""
    name = f"{database.name}_twice"
    await postgres_server.execute(f"CREATE DATABASE {name} OWNER docspasta_owner")
    dsn = postgres_server.dsn("docspasta_owner", name)
    try:
        applied = await asyncio.gather(*(migrate(dsn) for _ in range(4)))
        each = sorted(name for names in applied for name in names)
        assert each == [migration.name for migration in migrations()]
    finally:
        await postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_migration_that_was_edited_after_it_was_applied_is_refused(database):
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("UPDATE schema_migrations SET checksum = 'other'")
    await owner.close()
    for act in (migrate, check):
        with pytest.raises(MigrationError, match="restore the file that was applied"):
            await act(database.owner_dsn)


async def test_a_newer_schema_is_let_be(database):
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("INSERT INTO schema_migrations (name, checksum) VALUES ('9999_later', 'x')")
    await owner.close()
    assert await check(database.app_dsn) == []


def test_bad_usage_is_told(monkeypatch, capsys):
    monkeypatch.delenv("DOCSPASTA_POSTGRES_OWNER_DSN", raising=False)
    monkeypatch.delenv("DOCSPASTA_POSTGRES_DSN", raising=False)
    assert main([]) == 2 and "usage:" in capsys.readouterr().err


async def test_a_missing_role_is_made_when_allowed_and_named_when_not(monkeypatch, database):
    role = f"{database.name}_role"
    monkeypatch.setattr(room, "ROLES", (role,))
    with pytest.raises(MigrationError, match=f"run: CREATE ROLE {role} LOGIN"):
        await migrate(database.owner_dsn)
    await migrate(database.superuser_dsn)
    connection = await asyncpg.connect(database.superuser_dsn)
    may = await connection.fetchrow("SELECT rolcanlogin, rolbypassrls FROM pg_roles WHERE rolname = $1", role)
    await connection.execute(f"DROP ROLE {role}")
    await connection.close()
    assert tuple(may) == (False, False)
