"""The epoch changes when it must, and only then."""

from __future__ import annotations

import asyncpg
import pytest

from docspasta.store.epoch import epoch, read_epoch


async def test_the_epoch_stays_until_a_new_one_begins(database, pool):
    first = await epoch(database.owner_dsn)
    async with pool.connection() as connection:
        assert await read_epoch(connection) == first
    assert len(first) == 10 and int(first, 16) >= 0
    second = await epoch(database.owner_dsn, new=True)
    assert second != first
    assert await epoch(database.app_dsn) == second


async def test_only_the_owner_begins_an_epoch(database):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await epoch(database.app_dsn, new=True)
