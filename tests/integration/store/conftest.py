"""A pool of the application role on this test's own database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from docspasta.store.pool import Pool, open_pool
from tests.stack import Database


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    made = await open_pool(database.app_dsn, size=8)
    yield made
    await made.close()
