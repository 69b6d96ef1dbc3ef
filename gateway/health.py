"""Is this process alive, and does it want requests?

Ready means: jobs was ready once, and no drain has begun. A gateway stays ready while jobs is away for a
moment: its own answer (`retry:`) is better for browsers than a load balancer's error.
"""

from __future__ import annotations

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from docspasta.telemetry.logs import logger

log = logger("health")


class Readiness:
    """What /readyz answers."""

    def __init__(self, jobs: grpc.aio.Channel) -> None:
        self._jobs = jobs
        self._seen, self._said = False, ""
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
            missing = await self._jobs_missing()
            if missing:
                if missing != self._said:
                    log.info("not ready", waiting_for=missing)
                self._said = missing
                return missing
            self._seen = True
            log.info("ready")
        return ""

    async def _jobs_missing(self) -> str:
        """What keeps jobs from serving, '' for nothing."""
        request = health_pb2.HealthCheckRequest(service="readiness")
        try:
            answer = await health_pb2_grpc.HealthStub(self._jobs).Check(request, timeout=2)
        except grpc.aio.AioRpcError:
            return "jobs has not answered yet"
        return "" if answer.status == health_pb2.HealthCheckResponse.SERVING else "jobs is not ready yet"
