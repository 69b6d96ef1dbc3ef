"""Is this process alive, and does it want requests?

Ready means: jobs has answered once, and no drain has begun. A gateway stays ready while jobs is away for a
moment: its own answer (`retry:`) is better for browsers than a load balancer's error.
"""

from __future__ import annotations

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Readiness:
    """What /readyz answers."""

    def __init__(self, jobs: grpc.aio.Channel) -> None:
        self._jobs = jobs
        self._seen = False
        self.draining = False

    async def healthz(self, request: Request) -> Response:
        """GET /healthz: the process runs."""
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def readyz(self, request: Request) -> Response:
        """GET /readyz: 200, or 503 with what is missing."""
        missing = await self.missing()
        status = {"status": missing or "ok"}
        return JSONResponse(status, 503 if missing else 200, headers={"Cache-Control": "no-store"})

    async def missing(self) -> str:
        """What this process waits for, '' for nothing."""
        if self.draining:
            return "draining"
        if not self._seen:
            try:
                await health_pb2_grpc.HealthStub(self._jobs).Check(health_pb2.HealthCheckRequest(), timeout=2)
                self._seen = True
            except grpc.aio.AioRpcError:
                return "jobs has not answered yet"
        return ""
