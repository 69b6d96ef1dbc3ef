"""One jobs process and one gateway a module, over real Postgres and Valkey."""

from __future__ import annotations

import aiohttp
import pytest

from tests.integration.watch.installation import Records, installed


@pytest.fixture(scope="module")
def installation(postgres_server, valkey_server):
    """A gateway that other origins may use, and that crawls no private address."""
    valkey_server.flush()
    with installed(postgres_server, valkey_server.url) as made:
        made.add_gateway(made.add_jobs(), GATEWAY_CORS_ORIGINS="https://friend.example")
        made.ready()
        yield made


@pytest.fixture
async def records(installation):
    async with Records.of(installation) as made:
        yield made


@pytest.fixture
async def client(installation):
    """An HTTP client without cookies of its own, at the gateway's address."""
    base = f"http://{installation.gateways[0].address}"
    async with aiohttp.ClientSession(base, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
def bearer(installation):
    """The header of a user."""
    return lambda user="local": {"Authorization": f"Bearer {installation.token(user)}"}
