"""grpc.health.v1 on a port of its own, without TLS and without credentials: what a kubelet asks.

A kubelet's gRPC probes speak no TLS, and the main port may ask for certificates (mTLS). `` and `liveness` are
served as long as the process runs; `readiness` asks, and never waits longer than the answer takes.

    python -m docspasta.serving.probes [readiness]   exit 0 when DOCSPASTA_HEALTH_LISTEN serves it
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

LIVE = ("", "liveness")
# Where a process that listens everywhere is asked from beside it.
LOOPBACKS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104


class ProbeServicer(health_pb2_grpc.HealthServicer):  # type: ignore[misc]
    """Answers Check from a function; Watch is not for probes."""

    def __init__(self, ready: Callable[[], Awaitable[bool]]) -> None:
        self._ready = ready

    async def Check(self, request: Any, context: Any) -> Any:
        if request.service in LIVE:
            serving = True
        elif request.service == "readiness":
            serving = await self._ready()
        else:
            await context.abort(grpc.StatusCode.NOT_FOUND, "services: '', 'liveness', 'readiness'")
        status = health_pb2.HealthCheckResponse
        return status(status=status.SERVING if serving else status.NOT_SERVING)


class Probes:
    """The listener. With `listen` '' it does nothing."""

    def __init__(self, listen: str, ready: Callable[[], Awaitable[bool]]) -> None:
        self._listen, self._ready = listen, ready
        self._server: grpc.aio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises RuntimeError that names the address when it is taken."""
        if not self._listen:
            return
        self._server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        health_pb2_grpc.add_HealthServicer_to_server(ProbeServicer(self._ready), self._server)
        self._server.add_insecure_port(self._listen)
        await self._server.start()

    async def stop(self) -> None:
        """Close it, last of all: a draining process is alive."""
        if self._server is not None:
            await self._server.stop(0)
            self._server = None


async def ask(address: str, service: str, timeout: float = 3.0) -> bool:
    """Whether the process that listens on `address` serves `service`."""
    host, _, port = address.rpartition(":")
    reached = f"{LOOPBACKS.get(host, host)}:{port}"
    async with grpc.aio.insecure_channel(reached, options=[("grpc.enable_http_proxy", 0)]) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        try:
            answer = await health_pb2_grpc.HealthStub(channel).Check(request, timeout=timeout)
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def main() -> int:
    """Docker's health check: 0 when it serves, 1 when it does not, 2 without an address."""
    address = os.environ.get("DOCSPASTA_HEALTH_LISTEN", "")
    if not address:
        print("DOCSPASTA_HEALTH_LISTEN is empty: this process answers no probes", file=sys.stderr)
        return 2
    return 0 if asyncio.run(ask(address, sys.argv[1] if len(sys.argv) > 1 else "readiness")) else 1


if __name__ == "__main__":
    sys.exit(main())
