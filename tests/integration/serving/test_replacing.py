"""A replica behind a name is replaced, as an upgrade does: no call is refused, no stream waits for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from docspasta.serving.channel import open_channel
from tests.integration.serving.names import NameServer, name_server
from tests.ports import free_port

OLD, NEW = "127.0.0.1", "127.0.0.2"
Request = health_pb2.HealthCheckRequest


class Replica(health_pb2_grpc.HealthServicer):  # type: ignore[misc]
    """Answers Check; a Watch goes on until `ending`."""

    def __init__(self) -> None:
        self.calls, self.ending = 0, asyncio.Event()

    async def Check(self, request: Request, context: object) -> health_pb2.HealthCheckResponse:
        self.calls += 1
        return health_pb2.HealthCheckResponse()

    async def Watch(
        self, request: Request, context: grpc.aio.ServicerContext[object, object]
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        yield health_pb2.HealthCheckResponse()
        await self.ending.wait()
        await context.abort(grpc.StatusCode.UNAVAILABLE, "this stream is renewed")

    @asynccontextmanager
    async def serving(self, address: str) -> AsyncIterator[grpc.aio.Server]:
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        health_pb2_grpc.add_HealthServicer_to_server(self, server)
        server.add_insecure_port(address)
        await server.start()
        try:
            yield server
        finally:
            await server.stop(0)


@dataclass
class Pair:
    """An old replica and a new one at the same port of two addresses, and a client that knows their name."""

    old: Replica
    leaving: grpc.aio.Server
    new: Replica
    names: NameServer
    stub: health_pb2_grpc.HealthStub


@asynccontextmanager
async def pair(*addresses: str) -> AsyncIterator[Pair]:
    """The name has these addresses at first."""
    port, old, new = free_port(), Replica(), Replica()
    async with (
        old.serving(f"{OLD}:{port}") as leaving,
        new.serving(f"{NEW}:{port}"),
        name_server(*addresses) as names,
        open_channel(names.target("jobs.docs.svc", port)) as channel,
    ):
        yield Pair(old, leaving, new, names, health_pb2_grpc.HealthStub(channel))


async def test_a_replaced_replica_costs_no_call() -> None:
    """The worst moment: the name was looked up just before."""
    async with pair(OLD) as one:
        await one.stub.Check(Request(), timeout=20)
        one.names.addresses = [NEW]
        await one.leaving.stop(0)
        began = time.monotonic()
        await asyncio.gather(*(one.stub.Check(Request(), timeout=20) for _ in range(20)))
        assert time.monotonic() - began < 15
        assert one.old.calls == 1 and one.new.calls == 20


async def test_a_replica_that_drains_gives_new_calls_away_and_keeps_open_streams() -> None:
    """A stream that the old replica ends in its grace is opened again at the new one, at once."""
    async with pair(OLD) as one:
        stream = one.stub.Watch(Request())
        await stream.read()
        one.names.addresses = [NEW]
        stopping = asyncio.create_task(one.leaving.stop(600))
        await one.stub.Check(Request(), timeout=20)
        assert one.old.calls == 0 and one.new.calls == 1
        one.old.ending.set()
        with pytest.raises(grpc.aio.AioRpcError):
            await stream.read()
        again = one.stub.Watch(Request(), timeout=20)
        await again.read()
        one.new.ending.set()
        await asyncio.wait_for(stopping, 30)  # the last stream's end ends it, not the grace


async def test_a_second_replica_takes_the_calls_of_one_that_was_killed() -> None:
    """Its address is still the answer to its name."""
    async with pair(OLD, NEW) as one:
        async with asyncio.timeout(30):
            while not (one.old.calls and one.new.calls):
                await one.stub.Check(Request(), timeout=20)
        await one.leaving.stop(0)
        await asyncio.gather(*(one.stub.Check(Request(), timeout=20) for _ in range(20)))
