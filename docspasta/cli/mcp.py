"""`docspasta mcp`: the tools of docspasta/mcp over standard input and output, for an agent beside us."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from docspasta.cli.connection import Connection, Target, connected
from docspasta.cli.exits import FAILED, OK, CommandError
from docspasta.mcp.jobs import service_of

SECONDS = 90.0  # that a call may take: a large source's pages are looked through


async def serve(target: Target) -> int:
    """Serve until the agent closes standard input. Nothing but the protocol goes to standard output."""
    try:
        from mcp.server.stdio import stdio_server

        from docspasta.mcp.server import build
    except ImportError as error:
        raise CommandError("docspasta mcp needs its extra: pip install 'docspasta[mcp]'", FAILED) from error
    async with connected(target, "mcp") as connection:
        jobs = ConnectionJobs(connection)

        async def caller(context: Any) -> ConnectionJobs:
            return jobs

        server = build(caller)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())
    return OK


class ConnectionJobs:
    """The jobs service by the command line's own connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def ask(self, method: str, request: Any) -> Any:
        """The answer of a unary RPC. Raises grpc.aio.AioRpcError."""

        def rpc() -> Any:
            stub = getattr(self._connection, service_of(method))
            return getattr(stub, method)

        return await self._connection.call(rpc, request, timeout=SECONDS)

    async def stream(self, method: str, request: Any) -> AsyncIterator[Any]:
        """The answers of a streaming RPC. Raises grpc.aio.AioRpcError."""
        stub: Any = getattr(self._connection.jobs, method)
        call = stub(request, metadata=await self._connection.credential(), timeout=SECONDS)
        try:
            async for answer in call:
                yield answer
        finally:
            call.cancel()
