"""The processes: asks each for its health, over the address that traffic uses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from .findings import Finding, good, note, wrong

SERVICES = ("jobs", "crawler", "processor", "renderer")


async def look_at_services(given: Mapping[str, str]) -> list[Finding]:
    """Findings about each service whose address is set; `given` are settings without their prefix."""
    targets = {name: given.get(f"{name.upper()}_ADDRESS", "") for name in SERVICES}
    asked = [_service(name, target, given) for name, target in targets.items() if target]
    return list(await asyncio.gather(*asked))


async def _service(name: str, target: str, given: Mapping[str, str]) -> Finding:
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    from docspasta.serving.channel import open_channel
    from docspasta.settings import Shared

    tls = {
        key: given[key.upper()] for key in ("tls_certificate", "tls_key", "tls_ca") if key.upper() in given
    }
    try:
        channel = open_channel(target, Shared(**tls))  # type: ignore[arg-type]
    except OSError as error:
        remedy = "check DOCSPASTA_TLS_CERTIFICATE, DOCSPASTA_TLS_KEY and DOCSPASTA_TLS_CA"
        return wrong(name, f"its certificate can't be read: {error}", remedy)
    async with channel:
        try:
            request = health_pb2.HealthCheckRequest(service="readiness")
            answer = await health_pb2_grpc.HealthStub(channel).Check(request, timeout=5)
        except grpc.aio.AioRpcError as error:
            remedy = "check that it runs, its Service and NetworkPolicy, and that both sides use TLS alike"
            return wrong(name, f"{target} does not answer: {error.details() or error.code().name}", remedy)
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        remedy = "it is starting, draining, or waiting for its database: see its log"
        return note(name, f"{target} answers, but is not ready", remedy)
    return good(name, f"{target} serves")
