"""A real gRPC server with nothing but health, for tests of the supervisor alone: `python -m ...service NAME`.

It says what it was told on stdout, so that a test can see which process holds which secret.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


async def serve(listen: str) -> None:
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    server.add_insecure_port(listen)
    await server.start()
    await servicer.set("readiness", health_pb2.HealthCheckResponse.SERVING)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await server.stop(0)


def main(name: str) -> None:
    print(
        json.dumps({key: value for key, value in os.environ.items() if key.startswith("DOCSPASTA_")}),
        flush=True,
    )
    asyncio.run(serve(os.environ[f"DOCSPASTA_{name}_LISTEN"]))
