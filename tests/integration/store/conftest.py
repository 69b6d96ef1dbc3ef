"""A pool of the application role on this test's own database."""

from __future__ import annotations

import pytest

from docspasta.store.pool import open_pool


@pytest.fixture
async def pool(database):
    made = await open_pool(database.app_dsn, size=8)
    yield made
    await made.close()
