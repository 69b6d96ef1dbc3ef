"""CreateJob: settings checked, limits asked, the job written with its first pages, the frontier told."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import secrets
from dataclasses import replace

from docspasta.deliveries.events import OF_A_JOB
from docspasta.domain import Job, JobSettings, JobState
from docspasta.errors import Aborted, AlreadyExists, InvalidArgument
from docspasta.store import addresses, usage
from docspasta.store import jobs as store
from docspasta.store.connection import Connection
from docspasta.store.epoch import read_epoch
from docspasta.store.pushes import insert_push_job
from docspasta.store.results import QueuedPage
from docspasta.store.webhooks import NewEndpoint, endpoint_at, insert_endpoint
from docspasta.telemetry.logs import logger
from docspasta.v1.jobs_pb2 import CreateJobRequest, CreateJobResponse
from docspasta.v1.jobs_pb2 import JobSettings as AskedSettings

from .admission import admit, takes_long
from .allowance import check_limits
from .handler import Context, Handler, named_job, run_to_end
from .push_secrets import admit_push, seal_push
from .remembered import forget_gone
from .resources import Resources
from .webhooks.admission import Admitted
from .webhooks.admission import admit as admit_webhook
from .webhooks.endpoints import new_endpoint
from .webhooks.secrecy import open_secrets

log = logger("jobs")
MAX_KEY = 255  # characters of an idempotency key


class Create(Handler):
    """The one RPC that makes a job."""

    async def CreateJob(self, request: CreateJobRequest, context: Context) -> CreateJobResponse:
        user_id = await self.user("write")
        settings = await self.admitted(request.settings)
        own = self.own_webhook(request)
        secrets_of_push = admit_push(request)
        check_key(request.idempotency_key)
        new = self.new_job(user_id, settings, request)
        lent = await self.lent_secret(user_id, request, own) if own else ""
        endpoint = self.own_endpoint(user_id, own, lent, new) if own else None
        sealed = seal_push(self.resources.sealing, user_id, new.job_id, secrets_of_push)
        job, made, pages, epoch = await self.write(user_id, new, endpoint, sealed)
        named_job(job.key.job_id)
        answer = CreateJobResponse(job=self.message(job, epoch), replayed=not made)
        if made:
            await tell_of_new(self.resources, job, pages)
            if job.address_id and job.previous_job_id:
                await forget_gone(self.resources, user_id, job.address_id, job.previous_job_id)
            if secrets_of_push:
                answer.push_secret = secrets_of_push.secret
            if own and endpoint:
                answer.webhook_id, answer.webhook_secret = endpoint.webhook_id, "" if lent else own.secret
        return answer

    async def admitted(self, asked: AskedSettings) -> JobSettings:
        """The settings of the job to be made. Raises InvalidArgument."""
        if takes_long(asked):
            return await asyncio.to_thread(admit, asked, self.resources.bounds)
        return admit(asked, self.resources.bounds)

    def own_webhook(self, request: CreateJobRequest) -> Admitted | None:
        """The endpoint that is told of this job alone, None without one. Raises InvalidArgument."""
        if not request.HasField("webhook"):
            return None
        return admit_webhook(request.webhook, self.resources.bounds, OF_A_JOB, prefix="webhook.")

    async def lent_secret(self, user_id: str, request: CreateJobRequest, own: Admitted) -> str:
        """The secret of the user's endpoint at the same address, so that a receiver that knows it can verify
        this job's messages, too. '' when there is none, or the request has its own."""
        if request.webhook.secret:
            return ""
        async with self.resources.pool.transaction(user_id) as connection:
            known = await endpoint_at(connection, user_id, own.url, own.scheme)
        if known is None:
            return ""
        with contextlib.suppress(ValueError):  # sealed under another key: a fresh one is told
            return open_secrets(self.resources.sealing, known, self.resources.now()).current
        return ""

    def own_endpoint(self, user_id: str, own: Admitted, lent: str, new: store.NewJob) -> NewEndpoint:
        """The endpoint to be written for the job."""
        admitted = replace(own, secret=lent or own.secret)
        of_batch = bool(new.settings.urls)
        return new_endpoint(self.resources, user_id, admitted, new.job_id, of_batch=of_batch)

    def new_job(self, user_id: str, settings: JobSettings, request: CreateJobRequest) -> store.NewJob:
        """The job to be written."""
        job_id = secrets.token_hex(12)
        reuses = request.reuse and not request.settings.headers  # what headers let see is not kept for others
        headers = [(header.name, header.value) for header in request.settings.headers]
        return store.NewJob(
            job_id=job_id,
            settings=settings,
            header_names=tuple(name for name, _ in headers),
            sealed_headers=self.resources.sealing.seal(user_id, job_id, headers),
            idempotency_key=request.idempotency_key,
            idempotency_hash=body_hash(self.resources.idempotency_secret, request),
            day_page_limit=self.resources.limits.pages_a_day,
            running_limit=self.resources.limits.running,
            address_id=addresses.address_id(settings) if reuses else "",
        )

    async def write(
        self, user_id: str, new: store.NewJob, endpoint: NewEndpoint | None = None, sealed_push: bytes = b""
    ) -> tuple[Job, bool, list[QueuedPage], str]:
        """The job as it was written, whether it was just now, its first pages, and the epoch of its version.
        Not just now: an earlier request with this key made the job."""
        async with self.resources.pool.transaction(user_id) as connection:
            if new.idempotency_key and (earlier := await replay(connection, user_id, new)):
                return earlier, False, [], await read_epoch(connection)
            new = await within_limits(self.resources, connection, user_id, new)
            if new.address_id:
                base = await addresses.remember_address(connection, user_id, new.address_id)
                new = replace(new, previous_job_id=base)
            if endpoint is not None:  # first, so that it is told of the job's start
                await insert_endpoint(connection, user_id, endpoint)
            job, pages = await store.insert_job(connection, user_id, new)
            if sealed_push:
                await insert_push_job(connection, job.key, sealed_push)
            return job, True, pages, await read_epoch(connection)


async def within_limits(
    resources: Resources, connection: Connection, user_id: str, new: store.NewJob
) -> store.NewJob:
    """The job as its user's limits let it begin: running or queued, with what is left of the day's bytes.

    Raises ResourceExhausted. Until the transaction's end nobody else gives out the user's places.
    """
    await resources.addresses.check(connection, user_id)
    await store.lock_places(connection, user_id)
    running, bytes_left = await check_limits(connection, user_id, resources.limits)
    await usage.count_job(connection, user_id)
    return new.within(bytes_left, runs=running < resources.limits.running)


async def tell_of_new(resources: Resources, job: Job, pages: list[QueuedPage]) -> None:
    """Open a running job in the frontier, and ring. The caller's hanging up does not stop it half-way."""
    log.info("job created", state=job.state, state_version=job.version)
    if job.state is JobState.RUNNING:
        await run_to_end(resources.reconciler.open_new(job, pages))
    await resources.reconciler.ring(job)


async def replay(connection: Connection, user_id: str, new: store.NewJob) -> Job | None:
    """The job that an earlier request with this key made, None for a key that is new.

    Raises Aborted while that request is in progress, AlreadyExists when it asked for something else.
    """
    if not await store.try_idempotency_key(connection, user_id, new.idempotency_key):
        raise Aborted(
            "The same idempotency key is in progress; ask again in a moment.",
            reason="in-progress",
            retry_after=1,
        )
    earlier = await store.job_of_idempotency_key(connection, user_id, new.idempotency_key)
    if earlier is None:
        return None
    if not hmac.compare_digest(earlier.idempotency_hash, new.idempotency_hash):
        raise AlreadyExists("This idempotency key made another job within 24 hours; use a new key.")
    return earlier.job


def body_hash(secret: bytes, request: CreateJobRequest) -> bytes:
    """What tells one request's settings from another's. Keyed, for headers hold secrets."""
    body = request.settings.SerializeToString(deterministic=True)
    if request.HasField("webhook"):
        body += b"\nwebhook\n" + request.webhook.SerializeToString(deterministic=True)
    if request.HasField("push"):
        body += b"\npush\n" + request.push.SerializeToString(deterministic=True)
    if request.reuse:
        body += b"\nreuse\n"
    return hmac.digest(secret, b"idempotency\n" + body, hashlib.sha256)


def check_key(key: str) -> None:
    """Raise InvalidArgument for an idempotency key that cannot be one."""
    if len(key) > MAX_KEY or not key.isprintable():
        raise InvalidArgument(
            [("idempotency_key", f"Give at most {MAX_KEY} printable characters, a UUID for example.")]
        )
