"""A gRPC server that is whole: TLS, health apart from readiness, reflection, drain.

Health services (grpc.health.v1): `` and `liveness` serve as long as the process runs; `readiness` serves
from the first answer of each store until the drain, and each named service follows readiness.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from docspasta.identity import Verifier
from docspasta.settings import Shared
from docspasta.telemetry import loop_lag, metrics
from docspasta.telemetry.logs import logger

from .interceptor import Around
from .limits import PART_BYTES
from .probes import Probes
from .readiness import Ask, until_answered

log = logger("serving")
SERVING = health_pb2.HealthCheckResponse.SERVING
CUT_SECONDS = 5.0  # what a call that was cut has for its end
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class GrpcServer:
    """`server` takes servicers (add_…Servicer_to_server); then start, ready, and stop."""

    def __init__(self, listen: str, names: Sequence[str], settings: Shared, verifier: Verifier) -> None:
        self._listen, self._names, self._settings = listen, tuple(names), settings
        self._around = Around(verifier, settings.max_connection_age)
        self.server = grpc.aio.server(
            interceptors=[self._around],
            options=_options(settings),
        )
        self._wants_work = self._stopping = False
        self._lag: asyncio.Task[None] | None = None
        self._becoming: asyncio.Task[None] | None = None
        self._probes = Probes(settings.health_listen, self._ready)
        self._health = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self.server)
        listed = (*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(listed, self.server)

    async def start(self) -> None:
        """Listen. Raises CannotStart that names the address when it is taken."""
        try:
            self._bind()
        except RuntimeError as error:
            said = f"it can't listen on {self._listen}: the address is in use, or not of this machine"
            raise CannotStart(said) from error
        await self.server.start()
        await self._health.set("", SERVING)
        await self._health.set("liveness", SERVING)
        await self.ready(False)
        await self._probes.start()
        self._lag = asyncio.create_task(loop_lag.measure())
        log.info("listening", address=self._listen)

    def _bind(self) -> None:
        if self._settings.tls_certificate:
            self.server.add_secure_port(self._listen, server_credentials(self._settings))
        else:
            self.server.add_insecure_port(self._listen)

    async def ready(self, ready: bool) -> None:
        """Say whether this process wants work."""
        self._wants_work = ready
        for name in ("readiness", *self._names):
            await self._health.set(name, SERVING if ready else NOT_SERVING)

    def ready_when(self, stores: Mapping[str, Ask]) -> None:
        """Become ready as soon as each store has answered. Returns at once."""
        self._becoming = asyncio.create_task(self._become_ready(stores), name="readiness")

    async def _become_ready(self, stores: Mapping[str, Ask]) -> None:
        await until_answered(stores, log)
        if not self._stopping:
            await self.ready(True)
            log.info("ready")

    async def stop(self, grace: float | None = None) -> None:
        """Refuse new calls, let open ones end within `grace` seconds, then cut them and wait for their end:
        what they use may be closed afterwards."""
        if self._becoming is not None:
            self._becoming.cancel()
            await asyncio.wait([self._becoming], timeout=1)  # a client may take the cancellation for an error
        self._stopping = True
        await self.ready(False)
        await self.server.stop(self._settings.grace if grace is None else grace)
        if calls := set(self._around.calls):
            await asyncio.wait(calls, timeout=CUT_SECONDS)
        await self._probes.stop()
        if self._lag is not None:
            self._lag.cancel()

    async def _ready(self) -> bool:
        return self._wants_work


def _options(settings: Shared) -> list[tuple[str, Any]]:
    age = int(settings.max_connection_age * 1000)
    return [
        ("grpc.max_connection_age_ms", age),
        ("grpc.max_connection_age_grace_ms", int(settings.grace * 1000)),
        ("grpc.max_receive_message_length", PART_BYTES),
        ("grpc.so_reuseport", 0),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.max_concurrent_streams", 10_000),
        ("grpc.max_metadata_size", 32 * 1024),
    ]


def server_credentials(settings: Shared) -> grpc.ServerCredentials:
    """TLS of this process; with a CA, clients must show a certificate it signed (mTLS)."""
    metrics.use_certificate(settings.tls_certificate)
    pair = (Path(settings.tls_key).read_bytes(), Path(settings.tls_certificate).read_bytes())
    ca = Path(settings.tls_ca).read_bytes() if settings.tls_ca else None
    return grpc.ssl_server_credentials([pair], ca, require_client_auth=ca is not None)


class CannotStart(Exception):
    """What a process needs is not there. The message says what, and what to do."""


class WorkEnded(Exception):
    """A task that works for as long as its process does ended by itself; the process had better end, too."""


async def until_stopped(*working: asyncio.Task[None]) -> None:
    """Return at the first SIGTERM or SIGINT. Raises WorkEnded as soon as one of `working` ends by itself."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait([stopping, *working], return_when=asyncio.FIRST_COMPLETED)
    if stopping.done():
        return
    stopping.cancel()
    [ended, *_] = [task for task in working if task.done()]
    error = None if ended.cancelled() else ended.exception()
    raise WorkEnded(f"the task {ended.get_name()!r} ended by itself: {error!r}") from error
