"""The schema is what the migrations build."""

from __future__ import annotations

from docspasta.store.migrate import check, migrate, migrations


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
