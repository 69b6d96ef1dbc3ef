"""Checks whether the four processes are ready: grpc.health.v1 for three, /readyz for the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path


def service_ready(target: str) -> Callable[[], Awaitable[bool]]:
    """A check of a gRPC service's `readiness` (the name is set in docspasta/serving)."""

    socket = Path(target.removeprefix("unix:")) if target.startswith("unix:") else None

    async def answers() -> bool:
        if socket is not None and not socket.is_socket():
            return False
        import grpc
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        # A new channel each time: a channel that failed waits a second before it tries again.
        options = [("grpc.use_local_subchannel_pool", 1)]
        async with grpc.aio.insecure_channel(target, options=options) as channel:
            try:
                answer = await health_pb2_grpc.HealthStub(channel).Check(
                    health_pb2.HealthCheckRequest(service="readiness"), timeout=2
                )
            except grpc.RpcError:
                return False
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    return answers


def gateway_ready(address: str) -> Callable[[], Awaitable[bool]]:
    """A check of the gateway's /readyz."""
    host, _, port = address.rpartition(":")

    async def answers() -> bool:
        try:
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        except OSError:
            return False
        try:
            writer.write(f"GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
            async with asyncio.timeout(2):
                status = await reader.readline()
            return status.split(b" ")[1:2] == [b"200"]
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()

    return answers
