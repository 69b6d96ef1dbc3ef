"""Builds the processor: settings, pools, queues, parsing processes, server; ends them in order."""

from __future__ import annotations

import asyncio

from docspasta import compiled, gc_tuning
from docspasta.identity.build import build_verifier
from docspasta.identity.tickets import Tickets
from docspasta.queues.connect import open_queues
from docspasta.queues.hosts import Pace
from docspasta.serving.places import Places
from docspasta.serving.server import GrpcServer, until_stopped
from docspasta.settings import Processor
from docspasta.store.pool import open_pool
from docspasta.telemetry import metrics
from docspasta.v1.processor_pb2_grpc import add_ProcessorServiceServicer_to_server

from .batch import Batches
from .conversion import Conversion
from .hardening import forbid_looking_in
from .service import ProcessorServicer
from .worker import Worker

SERVICE = "docspasta.v1.ProcessorService"


async def serve(settings: Processor) -> None:
    """Run until SIGTERM; then give leases back and end what was begun, within the grace."""
    metrics.conversion.labels(compiled.conversion()).set(1)
    gc_tuning.collect_in_steps()
    forbid_looking_in()
    tickets = Tickets.from_base64(settings.ticket_key.get_secret_value())
    pool = await open_pool(
        settings.postgres_dsn.get_secret_value(),
        size=settings.postgres_pool,
        statement_timeout=settings.postgres_statement_timeout,
        name="docspasta-processor",
    )
    queues = await open_queues(
        settings.redis_url.get_secret_value(),
        name="processor",
        shards=settings.frontier_shards,
        cluster=settings.redis_cluster,
        pace=Pace(forgotten=settings.frontier_pause),
    )
    conversion = Conversion(
        settings.processor_workers,
        settings.processor_page_seconds,
        settings.processor_parsing_memory,
        settings.body_bytes,
    )
    places = Places(
        settings.processor_calls,
        settings.processor_calls_per_user,
        "calls of ConvertPage go on",
        settings.processor_calls_per_second,
    )
    server = GrpcServer(settings.processor_listen, [SERVICE], settings, build_verifier(settings))
    add_ProcessorServiceServicer_to_server(ProcessorServicer(conversion, places), server.server)
    batches = Batches(
        pool,
        queues.frontier,
        queues.pages,
        queues.doorbell,
        conversion,
        tickets,
        queues.outage,
        renders=bool(settings.renderer_address),
    )
    worker = Worker(queues.pages, batches, settings.processor_batch, settings.processor_lease, queues.outage)
    try:
        await server.start()
        server.ready_when({"postgres": pool.ping, "redis": queues.ping})
        await work(server, worker, conversion, settings.grace)
    finally:
        await conversion.stop()
        await queues.close()
        await pool.close()


async def work(server: GrpcServer, worker: Worker, conversion: Conversion, grace: float) -> None:
    """Answer and work until SIGTERM, then end both. Raises WorkEnded when the worker ends by itself: then
    this process is not ready any more, and ends, so that another takes its place."""
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.run(stopping), name="worker")
    try:
        await conversion.warm()
        await until_stopped(working)
    finally:
        await server.ready(False)
        stopping.set()
        await asyncio.gather(server.stop(), asyncio.wait([working], timeout=grace))
        working.cancel()
