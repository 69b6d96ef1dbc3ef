"""The gateway process: builds everything, serves HTTP until SIGTERM, drains, exits 0."""

from __future__ import annotations

import asyncio
import gc
import sys

import uvloop

from docspasta.identity.build import build_verifier
from docspasta.identity.installation import ANONYMOUS_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.serving.probes import Probes
from docspasta.settings import Gateway
from docspasta.telemetry import logs, loop_lag, metrics, tracing

from .app import build_app
from .credentials import Credentials
from .health import Readiness
from .hub import Hub
from .origins import Origins
from .requests import Parts
from .server import build_server, serve
from .services import Services
from .stream import EventStreams


def main() -> int:
    """Exit status 0 after a drain, 2 when a setting is missing or wrong."""
    settings = Gateway()
    logs.configure("gateway", settings.log_level, settings.log_format)
    tracing.configure("gateway", settings.otlp_endpoint)
    metrics.listen(settings.metrics_listen, "gateway")
    try:
        uvloop.run(run(settings))
    except ValueError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 2
    return 0


async def run(settings: Gateway) -> None:
    """Serve until told to stop."""
    services = Services(settings)
    signer = anonymous_signer(settings)
    credentials = Credentials(services, build_verifier(settings), signer)
    hub = Hub(services, credentials)
    streams = EventStreams(
        hub,
        credentials,
        settings.gateway_heartbeat,
        settings.gateway_streams,
        settings.gateway_streams_per_address,
    )
    readiness = Readiness(services.jobs_channel())
    origins = Origins(settings.gateway_public_url, settings.gateway_cors_origins)
    app = build_app(Parts(settings, services, credentials, origins), streams, readiness, settings)

    async def drain() -> None:
        readiness.draining = streams.draining = True
        await hub.drain(settings.grace * 0.8)

    async def ready() -> bool:
        return not await readiness.missing()

    probes = Probes(settings.health_listen, ready)
    await probes.start()
    lag = asyncio.create_task(loop_lag.measure())
    hub.start()
    quieten_collector()
    try:
        await serve(build_server(app, settings.gateway_listen, settings.gateway_trusted_proxies), drain)
    finally:
        await hub.close()
        await services.close()
        await probes.stop()
        lag.cancel()


def anonymous_signer(settings: Gateway) -> Signer | None:
    """Signs anonymous cookies; None when they are off."""
    pem = settings.anonymous_key.get_secret_value()
    return Signer.from_pem(pem, ANONYMOUS_ISSUER, settings.identity_audience) if pem else None


def quieten_collector() -> None:
    """Long-lived connections make full collections long: what exists now is never looked at again, and the
    young are looked at less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


if __name__ == "__main__":
    sys.exit(main())
