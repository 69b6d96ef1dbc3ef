"""A fleet over a database and a Valkey of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import stack as stacks
from tests.e2e.drain.fleet import Fleet, fleet_of

SETTINGS = {
    "ALLOW_PRIVATE": "127.0.0.1,localhost",
    "CRAWLER_PORTS": "*",
    "CRAWLER_MIN_DELAY": "0",
    "CRAWLER_DELAY": "0",
    "CRAWLER_CONCURRENCY": "8",
    "CRAWLER_MAX_CONCURRENCY": "16",
    "JOBS_REQUESTS_PER_SECOND": "100000",
    "GATEWAY_REQUESTS_PER_SECOND": "0",
    "GATEWAY_STREAMS_PER_ADDRESS": "20000",
    "PROCESSOR_WORKERS": "1",
}


@pytest.fixture
def fleet(database: stacks.Database, redis_url: str) -> Iterator[Fleet]:
    """No process runs yet: `await fleet.up()`."""
    with fleet_of(database, redis_url, **SETTINGS) as made:
        yield made
