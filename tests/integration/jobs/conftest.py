"""A whole jobs service in this process, over a real Postgres and Valkey, called as a client calls it."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import grpc
import pytest

from docspasta.domain import JobKey, PageKind
from docspasta.errors import DocspastaError
from docspasta.identity.installation import LOCAL_ISSUER, fresh_keys
from docspasta.identity.tokens import Signer
from docspasta.queues.connect import Queues
from docspasta.queues.messages import QueuedUrl
from docspasta.serving.channel import open_channel
from docspasta.serving.status import error_of
from docspasta.settings import Jobs
from docspasta.store.pool import Pool
from docspasta.store.record import record_batch
from docspasta.store.results import PageResult, QueuedPage, Recorded
from docspasta.v1.identity_pb2_grpc import IdentityServiceStub
from docspasta.v1.jobs_pb2 import CreateJobRequest, GetJobRequest, Job, JobSettings
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from docspasta.v1.search_pb2_grpc import SearchServiceStub
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub
from docspasta.v1.webhooks_pb2_grpc import WebhooksServiceStub
from services.jobs.maintenance import Maintenance
from services.jobs.process import build, drain, open_pools, open_redis, serving
from services.jobs.resources import Resources
from services.jobs.watching import Watching
from tests.integration.store.crawls import processed
from tests.stack import Database, short_directory

DOCS = "https://docs.example.org/"
KEYS = fresh_keys()


@dataclass
class JobsService:
    """A running service. `resources` are its own; `maintenance` does nothing until a test calls it."""

    target: str
    settings: Jobs
    resources: Resources
    queues: Queues
    maintenance: Maintenance
    maintenance_pool: Pool
    database: Database
    channels: list[grpc.aio.Channel] = field(default_factory=list)

    @property
    def pool(self) -> Pool:
        return self.resources.pool

    def user(self, name: str = "", scopes: str = "read write admin") -> User:
        """A client of this service; by default a user of its own."""
        channel = open_channel(self.target)
        self.channels.append(channel)
        return User(self, name or f"u{uuid.uuid4().hex[:8]}", scopes, channel)

    async def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement as the superuser."""
        connection = await asyncpg.connect(self.database.superuser_dsn)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()


@dataclass
class User:
    """A caller: `jobs` and `identity` are stubs that send its token."""

    service: JobsService
    name: str
    scopes: str
    channel: grpc.aio.Channel

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.token}"),)

    @property
    def token(self) -> str:
        signer = Signer.from_pem(KEYS["LOCAL_KEY"], LOCAL_ISSUER)
        return signer.sign(self.name, tuple(self.scopes.split()), 300, time.time())

    def key(self, job: Job) -> JobKey:
        return JobKey(self.name, job.job_id)

    async def call(self, method: str, request: Any) -> Any:
        """Call a unary RPC of any of the services."""
        stubs = (
            JobsServiceStub,
            IdentityServiceStub,
            WebhooksServiceStub,
            SearchServiceStub,
            SourcesServiceStub,
        )
        stub: Any = next(one for kind in stubs if hasattr(one := kind(self.channel), method))
        return await getattr(stub, method)(request, metadata=self.metadata, timeout=100)

    async def stream(self, method: str, request: Any) -> list[Any]:
        """All messages of a streaming RPC."""
        call = getattr(JobsServiceStub(self.channel), method)(request, metadata=self.metadata, timeout=100)
        return [message async for message in call]

    async def create(self, url: str = DOCS, key: str = "", **settings: Any) -> Job:
        """A new job."""
        request = CreateJobRequest(settings=JobSettings(url=url, **settings), idempotency_key=key)
        job: Job = (await self.call("CreateJob", request)).job
        return job

    async def get(self, job: Job) -> Job:
        """The job as it stands."""
        found: Job = (await self.call("GetJob", GetJobRequest(job_id=job.job_id))).job
        return found


@contextlib.asynccontextmanager
async def running_service(database: Database, redis_url: str, **given: Any) -> AsyncIterator[JobsService]:
    """The service on a Unix socket, without maintenance in the background."""
    with short_directory() as directory:
        settings = jobs_settings(database, redis_url, directory / "jobs", **given)
        async with contextlib.AsyncExitStack() as stack:
            pool, maintenance_pool = await open_pools(settings, stack)
            queues = await open_redis(settings, stack)
            resources = build(settings, pool, maintenance_pool, queues)
            stack.push_async_callback(resources.stored_documents.close)
            stack.callback(resources.exports.close)
            stack.push_async_callback(resources.verifier.close)
            watching = Watching(pool, maintenance_pool, queues.doorbell, settings)
            server = serving(settings, resources, watching)
            await server.start()
            stack.push_async_callback(drain, server, watching, 0.5)
            maintenance = Maintenance(resources, maintenance_pool, queues.pages, 5.0)
            target = f"unix:{directory / 'jobs'}"
            service = JobsService(
                target, settings, resources, queues, maintenance, maintenance_pool, database
            )
            try:
                yield service
            finally:
                for channel in service.channels:
                    await channel.close()


def jobs_settings(database: Database, redis_url: str, socket: Path, **given: Any) -> Jobs:
    """Settings as an embedded installation has them."""
    values: dict[str, Any] = {
        "embedded": True,
        "log_level": "error",
        "jobs_listen": f"unix:{socket}",
        "postgres_dsn": database.app_dsn,
        "postgres_maintenance_dsn": database.maintenance_dsn,
        "redis_url": redis_url,
        "frontier_shards": 2,
        "sealing_key": KEYS["DOCSPASTA_SEALING_KEY"],
        "ticket_key": KEYS["DOCSPASTA_TICKET_KEY"],
        "signing_key": KEYS["DOCSPASTA_SIGNING_KEY"],
        "identity_issuers": KEYS["DOCSPASTA_IDENTITY_ISSUERS"],
        "crawler_min_delay": 0.0,
        "crawler_max_concurrency": 64,
        "jobs_requests_per_second": 0,
        "jobs_keep": 7 * 86400.0,
        **given,
    }
    return Jobs(**values)


@pytest.fixture
async def service(database: Database, redis_url: str) -> AsyncIterator[JobsService]:
    """A running jobs service."""
    async with running_service(database, redis_url) as made:
        yield made


@pytest.fixture
def user(service: JobsService) -> User:
    """A user of the service."""
    return service.user("ann")


async def pages_of(service: JobsService, user: User, job: Job, where: str = "true") -> list[QueuedPage]:
    """The job's rows, but for refused links, as the frontier is given them."""
    rows = await service.sql(
        "SELECT page_id, url, url_key, kind, redirects FROM crawled_pages"
        f" WHERE user_id = $1 AND job_id = $2 AND kind <> 'refused' AND {where} ORDER BY page_id",
        user.name,
        job.job_id,
    )
    return [
        QueuedPage(row["page_id"], row["url"], row["url_key"], PageKind(row["kind"]), row["redirects"])
        for row in rows
    ]


async def queued_rows(service: JobsService, user: User, job: Job) -> list[Any]:
    """The rows that the record says are queued, whatever their kind."""
    return await service.sql(
        "SELECT page_id, url, kind FROM crawled_pages WHERE user_id = $1 AND job_id = $2 AND state = 'queued'"
        " ORDER BY page_id",
        user.name,
        job.job_id,
    )


async def record(service: JobsService, user: User, job: Job, results: list[PageResult]) -> Recorded:
    """What a processor does with results: record them, add what came in, end what has ended."""
    key = user.key(job)
    recorded = await record_batch(service.pool, key, results, datetime.now(UTC))
    tickets = service.resources.reconciler.tickets
    urls = [
        QueuedUrl(
            key,
            row.page_id,
            row.url,
            tickets.ticket(user.name, job.job_id, row.page_id, row.url_key),
            row.kind,
        )
        for row in recorded.admitted
    ]
    if urls and not recorded.ended:
        await service.queues.frontier.add(urls)
    return recorded


async def crawl_some(service: JobsService, user: User, job: Job, *links: str) -> Recorded:
    """Record everything that is queued as processed; the first page links to `links`."""
    rows = await queued_rows(service, user, job)
    results = [
        processed(row["page_id"], row["url"], *(links if not at else ())) for at, row in enumerate(rows)
    ]
    return await record(service, user, job, results)


@contextlib.asynccontextmanager
async def refused(code: grpc.StatusCode, reason: str = "") -> AsyncIterator[DocspastaError]:
    """The block's call is refused with this code and reason; gives an error to be filled."""
    error = DocspastaError("")
    try:
        yield error
    except grpc.aio.AioRpcError as caught:
        told = error_of(caught)
        assert caught.code() is code, (caught.code(), caught.details())
        assert not reason or told.reason == reason, told.reason
        error.__dict__.update(told.__dict__)
    else:
        raise AssertionError(f"the call was not refused with {code.name}")
