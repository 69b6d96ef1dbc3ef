"""A server that has stopped has no call left: what calls use may be closed after it."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from docspasta.serving.channel import open_channel
from docspasta.serving.server import GrpcServer
from docspasta.settings import Shared
from docspasta.v1.identity_pb2 import ExchangeTokenRequest
from docspasta.v1.identity_pb2_grpc import (
    IdentityServiceServicer,
    IdentityServiceStub,
    add_IdentityServiceServicer_to_server,
)
from tests.stack import short_directory


class Slow(IdentityServiceServicer):
    """Its call waits until it is cut, and needs a moment to end."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), False

    async def ExchangeToken(self, request: Any, context: Any) -> Any:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            self.ended = True


async def test_a_call_that_is_cut_has_ended_when_the_server_has() -> None:
    with short_directory() as directory:
        address, slow = f"unix:{directory / 'socket'}", Slow()
        server = GrpcServer(address, [], Shared(health_listen=""), None)  # type: ignore[arg-type]
        add_IdentityServiceServicer_to_server(slow, server.server)
        await server.start()
        channel = open_channel(address)
        call = IdentityServiceStub(channel).ExchangeToken(ExchangeTokenRequest())
        await asyncio.wait_for(slow.begun.wait(), 30)
        await server.stop(0.01)
        assert slow.ended
        with pytest.raises(grpc.aio.AioRpcError):
            await call
        await channel.close()
