"""Builds the operator: settings, the API server's client, the jobs service's channel; ends them in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

from kubernetes.aio import client, config

from docspasta.serving.channel import open_channel
from docspasta.serving.probes import Probes
from docspasta.serving.server import CannotStart, until_stopped
from docspasta.settings import Operator
from docspasta.telemetry import loop_lag
from docspasta.telemetry.logs import logger

from .api_server import ApiServer
from .cluster import Cluster
from .following import Following
from .lease import Lease, held
from .reconcile import Reconciler
from .resource import KINDS, Key, Resource
from .service import JobsService
from .work_queue import WorkQueue
from .working import Working

log = logger("operator")


async def serve(settings: Operator) -> None:
    """Work until SIGTERM, or until the lease is lost: then another replica works."""
    instance = f"{socket.gethostname()}-{os.getpid()}"
    channel = open_channel(settings.jobs_address, settings)
    async with api_client() as api:
        server = ApiServer()
        probes = Probes(settings.health_listen, lambda: _answered(server))
        await probes.start()
        lag = asyncio.create_task(loop_lag.measure())
        try:
            await _work(settings, api, instance, JobsService(channel, settings.operator_token_file), server)
        finally:
            lag.cancel()
            await probes.stop()
            await channel.close()


async def _answered(server: ApiServer) -> bool:
    return server.answered.is_set()


@contextlib.asynccontextmanager
async def api_client() -> AsyncIterator[Any]:
    """The API server's client: by the pod's own account, or by a kubeconfig. Raises CannotStart."""
    configuration = client.Configuration()
    # A cluster's own CA may lack what Python 3.13 asks of a certificate; kubectl takes it, and so do we.
    configuration.disable_strict_ssl_verification = True
    try:
        config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except config.ConfigException:
        await _by_a_kubeconfig(configuration)
    async with client.ApiClient(configuration) as api:
        yield api


async def _by_a_kubeconfig(configuration: Any) -> None:
    try:
        await config.load_kube_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except config.ConfigException as error:
        raise CannotStart(f"there is no cluster to work in: {error}; give KUBECONFIG") from error


async def _work(settings: Operator, api: Any, instance: str, service: JobsService, server: ApiServer) -> None:
    """Wait for the lease, and work until SIGTERM. Ready by the first answer, lease or not."""
    lease = lease_of(settings, api, instance, server)
    if lease is None:
        server.answers()
    stopping = asyncio.create_task(until_stopped(), name="stopping")
    working = asyncio.create_task(_hold_and_work(settings, api, instance, service, lease), name="working")
    try:
        await asyncio.wait((stopping, working), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopping, working):
            task.cancel()
        await asyncio.wait((stopping, working), timeout=settings.grace)
    if working.done() and not working.cancelled() and (error := working.exception()) is not None:
        raise error


async def _hold_and_work(
    settings: Operator, api: Any, instance: str, service: JobsService, lease: Lease | None
) -> None:
    cluster = Cluster(api, instance, time.time)
    known: dict[Key, Resource] = {}
    queue: WorkQueue[Key] = WorkQueue(time.monotonic)
    reconciler = Reconciler(
        cluster,
        service,
        settings.gateway_public_url,
        settings.operator_poll,
        settings.operator_delete_timeout,
        time.time,
    )
    working = Working(known, queue, reconciler, settings.operator_at_once)
    namespaces = [name.strip() for name in settings.operator_namespaces.split(",")]
    following = [
        Following(cluster, kind, namespace, known, queue, settings.operator_resync)
        for kind in KINDS
        for namespace in namespaces
    ]
    async with held(lease) as keeping:
        tasks = [asyncio.create_task(one.run(), name="following") for one in following]
        tasks += [asyncio.create_task(working.run(), name=f"looking-{i}") for i in range(working.at_once)]
        try:
            await asyncio.wait([*tasks, *([keeping] if keeping else [])], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error


def lease_of(settings: Operator, api: Any, instance: str, server: ApiServer) -> Lease | None:
    """The lease that one replica holds. Raises ValueError when it is not named as NAMESPACE/NAME."""
    if not settings.operator_lease:
        return None
    namespace, _, name = settings.operator_lease.partition("/")
    if not namespace or not name:
        raise ValueError(f"DOCSPASTA_OPERATOR_LEASE is {settings.operator_lease!r}; give NAMESPACE/NAME")
    return Lease(api, namespace, name, instance, time.monotonic, server)
