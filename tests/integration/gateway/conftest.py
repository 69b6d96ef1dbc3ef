"""One jobs process and one gateway a module, over real Postgres and Valkey."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import aiohttp
import pytest

from tests.integration.watch.installation import Installation, Records, installed
from tests.stack import PostgresServer, ValkeyServer


@pytest.fixture(scope="module")
def installation(postgres_server: PostgresServer, valkey_server: ValkeyServer) -> Iterator[Installation]:
    """A gateway that other origins may use, and that crawls no private address."""
    valkey_server.flush()
    with installed(postgres_server, valkey_server.url) as made:
        made.add_gateway(made.add_jobs(), GATEWAY_CORS_ORIGINS="https://friend.example")
        made.ready()
        yield made


@pytest.fixture
async def records(installation: Installation) -> AsyncIterator[Records]:
    async with Records.of(installation) as made:
        yield made


@pytest.fixture
async def client(installation: Installation) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client without cookies of its own, at the gateway's address."""
    base = f"http://{installation.gateways[0].address}"
    async with aiohttp.ClientSession(base, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
def bearer(installation: Installation) -> Callable[..., dict[str, str]]:
    """The header of a user."""
    return lambda user="local": {"Authorization": f"Bearer {installation.token(user)}"}
