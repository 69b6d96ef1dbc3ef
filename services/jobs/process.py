"""Builds the jobs process: settings, pools, queues, handlers, maintenance; ends them in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg

from docspasta import gc_tuning
from docspasta.egress.addresses import allowance
from docspasta.egress.ports import parse_ports
from docspasta.identity.build import build_verifier
from docspasta.identity.installation import INTERNAL_ISSUER
from docspasta.identity.sealing import Sealing
from docspasta.identity.tickets import Tickets, decode_key
from docspasta.identity.tokens import Signer
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.hosts import Pace
from docspasta.reconciler import Reconciler
from docspasta.serving.channel import open_channel
from docspasta.serving.places import Places
from docspasta.serving.room import Room
from docspasta.serving.server import CannotStart, GrpcServer, until_stopped
from docspasta.settings import Jobs
from docspasta.store.pool import Pool, open_pool
from docspasta.v1.crawler_pb2_grpc import CrawlerServiceStub
from docspasta.v1.identity_pb2_grpc import add_IdentityServiceServicer_to_server
from docspasta.v1.jobs_pb2_grpc import add_JobsServiceServicer_to_server
from docspasta.v1.pushes_pb2_grpc import add_PushesServiceServicer_to_server
from docspasta.v1.search_pb2_grpc import add_SearchServiceServicer_to_server
from docspasta.v1.sources_pb2_grpc import add_SourcesServiceServicer_to_server
from docspasta.v1.webhooks_pb2_grpc import add_WebhooksServiceServicer_to_server

from .address_share import AddressShare
from .admission import Bounds
from .attempts import AT_ONCE
from .documents.assembler import Assembler
from .documents.exports import Exports
from .documents.searches import Searches
from .documents.stored import StoredDocuments
from .gauges import Gauges
from .identity import IdentityServicer
from .maintenance import Maintenance
from .postgres_errors import TranslatedPool
from .pushing import PUSHED_BYTES, PUSHED_BYTES_OF_A_USER, PushesServicer
from .request_rate import RequestRate
from .resources import Limits, Resources
from .scripts import keep_loaded
from .search import SearchServicer
from .service import JobsServicer
from .sources.service import SourcesServicer
from .watching import Watching
from .webhooks.sending import Sender
from .webhooks.service import WebhooksServicer

SERVICES = (
    "docspasta.v1.JobsService",
    "docspasta.v1.IdentityService",
    "docspasta.v1.WebhooksService",
    "docspasta.v1.PushesService",
    "docspasta.v1.SearchService",
    "docspasta.v1.SourcesService",
)


async def serve(settings: Jobs) -> None:
    """Run until SIGTERM; then let open calls end within the grace. Raises CannotStart without Postgres."""
    async with running(settings) as working:
        gc_tuning.collect_in_steps()
        await until_stopped(*working)


@contextlib.asynccontextmanager
async def running(settings: Jobs) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The whole service, ready when the block begins and drained when it ends; yields the tasks that
    work for as long as it does."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            pool, maintenance_pool = await open_pools(settings, stack)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise CannotStart(
                f"Postgres cannot be reached: {error}; start it, or correct DOCSPASTA_POSTGRES_DSN"
            ) from error
        queues = await open_redis(settings, stack)
        resources = build(settings, pool, maintenance_pool, queues)
        stack.push_async_callback(resources.stored_documents.close)
        stack.callback(resources.exports.close)
        stack.push_async_callback(resources.verifier.close)
        watching = Watching(pool, maintenance_pool, queues.doorbell, settings)
        server = serving(settings, resources, watching)
        await server.start()
        watching.start()
        stack.push_async_callback(drain, server, watching, settings.grace)
        maintenance = Maintenance(
            resources, maintenance_pool, queues.pages, settings.jobs_maintenance_interval
        )
        working = [
            asyncio.create_task(maintenance.run(), name="maintenance"),
            asyncio.create_task(keep_loaded(queues.frontier.shards, queues.outage), name="scripts"),
            asyncio.create_task(sending(settings, resources, maintenance_pool, stack).run(), name="webhooks"),
        ]
        if settings.metrics_listen:
            reading = gauges(settings, maintenance_pool, queues)
            working.append(asyncio.create_task(reading.run(), name="gauges"))
        for task in working:
            stack.push_async_callback(stopped, task)
        server.ready_when(
            {"postgres": pool.ping, "postgres (maintenance)": maintenance_pool.ping, "redis": queues.ping}
        )
        yield working


async def open_pools(settings: Jobs, stack: contextlib.AsyncExitStack) -> tuple[Pool, Pool]:
    """The application role's pool and maintenance's."""
    timeout = settings.postgres_statement_timeout
    pool = await open_pool(
        settings.postgres_dsn.get_secret_value(),
        size=settings.postgres_pool,
        statement_timeout=timeout,
        name="docspasta-jobs",
        at_least=1,
    )
    stack.push_async_callback(pool.close)
    maintenance_pool = await open_pool(
        settings.postgres_maintenance_dsn.get_secret_value(),
        size=AT_ONCE + 1,
        statement_timeout=timeout,
        name="docspasta-maintenance",
    )
    stack.push_async_callback(maintenance_pool.close)
    return pool, maintenance_pool


async def open_redis(settings: Jobs, stack: contextlib.AsyncExitStack) -> Queues:
    """The frontier and the doorbell."""
    queues = await open_queues(
        settings.redis_url.get_secret_value(),
        name="jobs",
        shards=settings.frontier_shards,
        cluster=settings.redis_cluster,
        pace=Pace(forgotten=settings.frontier_pause),
    )
    stack.push_async_callback(queues.close)
    return queues


def sending(
    settings: Jobs, resources: Resources, maintenance_pool: Pool, stack: contextlib.AsyncExitStack
) -> Sender:
    """Sends webhooks, by way of the crawler."""
    channel = open_channel(settings.crawler_address, settings)
    stack.push_async_callback(channel.close, None)
    grace = settings.grace * 0.5
    return Sender(resources, maintenance_pool, CrawlerServiceStub(channel), settings.webhooks_at_once, grace)


def gauges(settings: Jobs, maintenance_pool: Pool, queues: Queues) -> Gauges:
    """Reads what the metrics say of the whole installation."""
    return Gauges(
        maintenance_pool,
        queues.frontier,
        at_once_a_host=settings.crawler_max_concurrency,
        running_limit=settings.jobs_running_per_user,
    )


def serving(settings: Jobs, resources: Resources, watching: Watching) -> GrpcServer:
    """The server with its services, not started."""
    server = GrpcServer(settings.jobs_listen, SERVICES, settings, resources.verifier)
    add_JobsServiceServicer_to_server(JobsServicer(resources, watching), server.server)
    add_IdentityServiceServicer_to_server(IdentityServicer(resources), server.server)
    add_WebhooksServiceServicer_to_server(WebhooksServicer(resources), server.server)
    add_PushesServiceServicer_to_server(PushesServicer(resources), server.server)
    add_SearchServiceServicer_to_server(SearchServicer(resources), server.server)
    add_SourcesServiceServicer_to_server(SourcesServicer(resources), server.server)
    return server


def build(settings: Jobs, pool: Pool, maintenance_pool: Pool, queues: Queues) -> Resources:
    """What handlers and maintenance share. Raises ValueError that names a setting that is wrong."""
    sealing, ticket = settings.sealing_key.get_secret_value(), settings.ticket_key.get_secret_value()
    record, assembler = TranslatedPool(pool), assembler_of(settings)
    return Resources(
        pool=record,
        reconciler=Reconciler(
            record, queues.frontier, queues.doorbell, Tickets.from_base64(ticket), queues.outage
        ),
        rate=RequestRate(queues.client, settings.jobs_requests_per_second, queues.outage),
        sealing=Sealing.from_base64(sealing),
        verifier=build_verifier(settings),
        signer=signer_of(settings),
        bounds=bounds_of(settings),
        limits=Limits(
            running=settings.jobs_running_per_user,
            open=settings.jobs_open_per_user,
            pages_a_day=settings.jobs_pages_per_user_day,
            bytes_a_day=settings.jobs_bytes_per_user_day,
            keep_seconds=settings.jobs_keep,
            webhooks=settings.webhooks_per_user,
            sources=settings.sources_per_user,
        ),
        addresses=AddressShare(
            maintenance_pool,
            settings.jobs_open_per_address,
            settings.jobs_pages_per_user_day,
            settings.jobs_bytes_per_user_day,
        ),
        documents=Places(settings.jobs_documents, settings.jobs_documents_per_user, "documents are read"),
        pushes=Room(PUSHED_BYTES, PUSHED_BYTES_OF_A_USER, "pushed pages"),
        stored_documents=StoredDocuments(record, assembler),
        exports=Exports(assembler, assembler_of(settings)),
        searches=Searches(record, assembler),
        idempotency_secret=decode_key("DOCSPASTA_SEALING_KEY", sealing),
        index_runs=settings.search_runs,
        public_url=settings.gateway_public_url.rstrip("/"),
    )


def assembler_of(settings: Jobs) -> Assembler:
    """What starts a process that assembles documents, when it is first needed."""
    return Assembler(settings.postgres_dsn.get_secret_value(), settings.postgres_statement_timeout)


def signer_of(settings: Jobs) -> Signer | None:
    """What signs exchanged tokens; None without a key: then there are no API keys."""
    pem = settings.signing_key.get_secret_value()
    try:
        return Signer.from_pem(pem, INTERNAL_ISSUER, settings.identity_audience) if pem else None
    except ValueError as error:
        raise ValueError("DOCSPASTA_SIGNING_KEY must be an Ed25519 private key in PEM") from error


def bounds_of(settings: Jobs) -> Bounds:
    """What the operator allows one job."""
    return Bounds(
        embedded=settings.embedded,
        min_delay=settings.crawler_min_delay,
        max_concurrency=settings.crawler_max_concurrency,
        max_pages=settings.jobs_max_pages,
        max_seconds=settings.jobs_max_seconds,
        max_bytes=settings.jobs_max_bytes,
        ports=parse_ports(settings.crawler_ports),
        allowed=allowance(settings.allow_private),
        min_schedule=settings.sources_min_schedule,
    )


async def drain(server: GrpcServer, watching: Watching, grace: float) -> None:
    """Take no new call, and meanwhile end the streams one by one: clients are told at once that this replica
    goes (GOAWAY), so that a stream that ends here is opened again elsewhere."""
    await asyncio.gather(server.stop(grace), watching.drain(grace * 0.8))
    await watching.close()


async def stopped(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.wait([task])
