"""CreateJob: settings checked, limits asked, the job written with its first pages, the frontier told."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from docspasta.domain import JobKey
from docspasta.errors import Aborted, AlreadyExists, InvalidArgument, ResourceExhausted
from docspasta.store import jobs as store
from docspasta.store import usage
from docspasta.telemetry.logs import logger
from docspasta.v1.jobs_pb2 import CreateJobRequest, CreateJobResponse, JobSettings

from .admission import admit
from .handler import Handler, finished, named_job

log = logger("jobs")
MAX_KEY = 255  # characters of an idempotency key


class Create(Handler):
    """The one RPC that makes a job."""

    async def CreateJob(self, request: CreateJobRequest, context: Any) -> CreateJobResponse:
        user_id = await self.user("write")
        settings = admit(request.settings, self.resources.bounds)
        check_key(request.idempotency_key)
        new = self.new_job(user_id, settings, request)
        row, pages = await self.write(user_id, new)
        job = JobKey(user_id, named_job(row["job_id"]))
        if pages:
            await self.tell(row, pages)
        return CreateJobResponse(job=await self.shown(job), replayed=not pages)

    def new_job(self, user_id: str, settings: JobSettings, request: CreateJobRequest) -> store.NewJob:
        """The job to be written."""
        job_id = secrets.token_hex(12)
        headers = [(header.name, header.value) for header in settings.headers]
        return store.NewJob(
            job_id=job_id,
            settings=settings,
            sealed_headers=self.resources.sealing.seal(user_id, job_id, headers),
            idempotency_key=request.idempotency_key,
            idempotency_hash=body_hash(self.resources.idempotency_secret, request.settings),
            day_page_limit=self.resources.limits.pages_a_day,
            running_limit=self.resources.limits.running,
        )

    async def write(self, user_id: str, new: store.NewJob) -> tuple[Any, list[Any]]:
        """The job's row and its first pages; no pages when an earlier request with this key made the job."""
        async with self.resources.pool.transaction(user_id) as connection:
            if new.idempotency_key and (earlier := await replay(connection, user_id, new)):
                return earlier, []
            await store.lock_places(connection, user_id)
            running, bytes_left = await self.check_limits(connection, user_id)
            await usage.count_job(connection, user_id)
            new = new.within(bytes_left, runs=running < self.resources.limits.running)
            return await store.insert_job(connection, user_id, new)

    async def check_limits(self, connection: Any, user_id: str) -> tuple[int, int]:
        """How many jobs of the user run, and how many bytes are left of the day's (0: no limit).

        Raises ResourceExhausted when one more job is too many.
        """
        limits = self.resources.limits
        open_jobs, running = await store.open_jobs(connection, user_id)
        if open_jobs >= limits.open:
            raise ResourceExhausted(
                f"You have {open_jobs} jobs that have not ended, and may have {limits.open}; "
                "wait until some end, or cancel them.",
                reason="too-many-jobs",
                retry_after=60,
            )
        today = await usage.today(connection, user_id)
        refuse_over("pages", today["pages"], limits.pages_a_day, today["seconds_left"])
        refuse_over("bytes", today["bytes_fetched"], limits.bytes_a_day, today["seconds_left"])
        return running, limits.bytes_a_day and limits.bytes_a_day - today["bytes_fetched"]

    async def tell(self, row: Any, pages: list[Any]) -> None:
        """Open a running job in the frontier, and ring. The caller's hanging up does not stop it half-way."""
        log.info("job created", state=row["state"], state_version=row["state_version"])
        if row["state"] == "running":
            await finished(self.resources.reconciler.open_new(row, pages))
        await self.resources.reconciler.ring(row)


def refuse_over(what: str, used: int, limit: int, seconds_left: float) -> None:
    """Raise ResourceExhausted when a day's allowance (0: no limit) is used up."""
    if limit and used >= limit:
        raise ResourceExhausted(
            f"You had {used:,} {what} crawled today (UTC), and may have {limit:,} a day; go on tomorrow.",
            reason=f"too-many-{what}",
            retry_after=seconds_left,
        )


async def replay(connection: Any, user_id: str, new: store.NewJob) -> Any | None:
    """The job that an earlier request with this key made, None for a key that is new.

    Raises Aborted while that request is in progress, AlreadyExists when it asked for something else.
    """
    if not await store.try_idempotency_key(connection, user_id, new.idempotency_key):
        raise Aborted(
            "The same idempotency key is in progress; ask again in a moment.",
            reason="in-progress",
            retry_after=1,
        )
    row = await store.job_of_idempotency_key(connection, user_id, new.idempotency_key)
    if row is not None and not hmac.compare_digest(bytes(row["idempotency_hash"]), new.idempotency_hash):
        raise AlreadyExists("This idempotency key made another job within 24 hours; use a new key.")
    return row


def body_hash(secret: bytes, settings: JobSettings) -> bytes:
    """What tells one request's settings from another's. Keyed, for headers hold secrets."""
    body = settings.SerializeToString(deterministic=True)
    return hmac.digest(secret, b"idempotency\n" + body, hashlib.sha256)


def check_key(key: str) -> None:
    """Raise InvalidArgument for an idempotency key that cannot be one."""
    if len(key) > MAX_KEY or not key.isprintable():
        raise InvalidArgument(
            [("idempotency_key", f"Give at most {MAX_KEY} printable characters, a UUID for example.")]
        )
