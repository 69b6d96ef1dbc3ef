"""One installation a module: two jobs processes, two gateways, real Postgres and Valkey."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.stack import PostgresServer, ValkeyServer

from .installation import Installation, Records, installed


@pytest.fixture(scope="module")
def installation(postgres_server: PostgresServer, valkey_server: ValkeyServer) -> Iterator[Installation]:
    """Two gateways, each over a jobs process of its own."""
    valkey_server.flush()
    with installed(postgres_server, valkey_server.url) as made:
        for _ in range(2):
            jobs = made.add_jobs(JOBS_POLL_INTERVAL="2")
            made.add_gateway(jobs)
        made.ready()
        yield made


@pytest.fixture
async def records(installation: Installation) -> AsyncIterator[Records]:
    """The store and the bell."""
    async with Records.of(installation) as made:
        yield made
