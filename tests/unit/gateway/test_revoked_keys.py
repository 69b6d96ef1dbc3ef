"""A revoked API key's streams end within a minute, however its exchange and the checks fall in time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from docspasta.identity.tokens import INTERNAL_LIFETIME
from docspasta.v1.identity_pb2 import ExchangeTokenRequest, ExchangeTokenResponse
from gateway.credentials import Credential, Credentials
from gateway.hub import CHECK_SECONDS

PROMISED = 60.0
KEY = Credential("key", "dsp_x")


class Exchange:
    """The identity service, which gives tokens for a key until it is revoked. `now` is the test's clock."""

    identity = SimpleNamespace(ExchangeToken=None)

    def __init__(self) -> None:
        self.now, self.revoked_at, self.tokens = 0.0, float("inf"), 0

    async def ask(self, _: Any, asked: ExchangeTokenRequest, __: Any) -> ExchangeTokenResponse:
        if self.now >= self.revoked_at:
            raise grpc.aio.AioRpcError(
                grpc.StatusCode.UNAUTHENTICATED, grpc.aio.Metadata(), grpc.aio.Metadata()
            )
        self.tokens += 1
        expires = Timestamp()
        expires.FromNanoseconds(int((self.now + INTERNAL_LIFETIME) * 1e9))
        return ExchangeTokenResponse(token=str(self.now), expires_at=expires)


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def credentials(exchange: Exchange) -> Credentials:
    none: Any = None
    services: Any = exchange
    return Credentials(services, none, none, none, lambda: exchange.now)


@pytest.mark.parametrize("late", range(0, 31, 3))
async def test_a_stream_ends_in_a_minute(exchange: Exchange, credentials: Credentials, late: int) -> None:
    """`late`: seconds from the token's exchange to the first check; they come as seldom as they may."""
    await credentials.token(KEY)
    exchange.revoked_at = exchange.now = 0.001
    exchange.now = float(late)
    with pytest.raises(grpc.aio.AioRpcError):
        while exchange.now < 1_000:
            token = await credentials.token(KEY)
            if exchange.now - float(token) >= INTERNAL_LIFETIME:
                break
            exchange.now += CHECK_SECONDS
    assert exchange.now - exchange.revoked_at < PROMISED


async def test_a_token_is_shared_by_the_requests_of_some_time(
    exchange: Exchange, credentials: Credentials
) -> None:
    for _ in range(60):
        await credentials.token(KEY)
        exchange.now += 1
    assert 1 < exchange.tokens <= 3
