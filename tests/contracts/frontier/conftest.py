"""The frontier's contract suite runs against a single Valkey and against a Cluster of three."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.hosts import Pace
from tests.contracts.frontier.driver import Clock, Crawl
from tests.contracts.frontier.servers import Server, running_cluster
from tests.stack import ValkeyServer

SHARDS = 5


@pytest.fixture(scope="session")
def valkey_cluster() -> Iterator[Server]:
    """A Valkey Cluster of three nodes."""
    with running_cluster() as server:
        yield server


@pytest.fixture(params=["single", "cluster"])
def server(request: pytest.FixtureRequest) -> Server:
    """An empty Valkey: one server, then a Cluster."""
    if request.param == "cluster":
        found: Server = request.getfixturevalue("valkey_cluster")
        found.flush()
        return found
    single: ValkeyServer = request.getfixturevalue("valkey_server")
    single.flush()
    return Server(single.url, False)


@pytest.fixture
def clock() -> Clock:
    """The test's own time."""
    return Clock()


@pytest.fixture
async def queues(server: Server, clock: Clock) -> AsyncIterator[Queues]:
    """The queues of one process, on the test's clock."""
    made = await open_queues(
        server.url, name="test", shards=SHARDS, cluster=server.cluster, pace=Pace(), clock=clock
    )
    yield made
    await made.close()


@pytest.fixture
def crawl(queues: Queues, clock: Clock, server: Server) -> Crawl:
    """Short words for what the suite does."""
    return Crawl(queues, clock, server)
