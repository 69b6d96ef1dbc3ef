"""A jobs service and its people, pushing as the gateway does for them."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from docspasta.v1.jobs_pb2 import CreateJobRequest, FinishJobRequest, Job, JobSettings
from docspasta.v1.pushes_pb2 import PushHeader, PushPagesRequest, PushPagesResponse, PushSettings
from docspasta.v1.pushes_pb2_grpc import PushesServiceStub
from tests.integration.jobs.conftest import DOCS, JobsService, User, running_service
from tests.stack import Database

CURRENT, NEXT = "sig_current_" + "c" * 52, "sig_next_" + "n" * 55
PUBLIC = "https://push.example.org"


@dataclass
class Pusher:
    """A person with a job that takes pages."""

    user: User
    job: Job
    secret: str

    async def push(self, url: str, html: str = "<h1>A</h1>", **header: Any) -> PushPagesResponse:
        """Push one page by the person's credential."""
        return await send(self.user, self.body(url, html), self.user.metadata, **header)

    async def signed(
        self, url: str, html: str = "<h1>A</h1>", message_id: str = "msg_1", **more: Any
    ) -> PushPagesResponse:
        """Push one page by a signature of Standard Webhooks, without a credential."""
        body = self.body(url, html)
        return await send(self.user, body, (), **(standard(self.secret, message_id, body) | more))

    def body(self, url: str, html: str = "<h1>A</h1>") -> bytes:
        return json.dumps({"jobId": self.job.job_id, "url": url, "html": html}).encode()

    async def finish(self) -> Job:
        request = FinishJobRequest(job_id=self.job.job_id)
        return (await self.user.call("FinishJob", request)).job  # type: ignore[no-any-return]


def standard(secret: str, message_id: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The header's fields as standardwebhooks signs them."""
    now = int(time.time() if at is None else at)
    signature = Webhook(secret).sign(message_id, datetime.fromtimestamp(now, UTC), body.decode())
    return {"webhook_id": message_id, "webhook_timestamp": str(now), "webhook_signature": signature}


async def send(user: User, body: bytes, metadata: Any, **header: Any) -> PushPagesResponse:
    """One delivery, in pieces."""
    given = {"content_type": "application/json", "address": "/api/v5/process", **header}

    def parts() -> Iterator[PushPagesRequest]:
        yield PushPagesRequest(header=PushHeader(**given))
        for at in range(0, len(body), 200_000):
            yield PushPagesRequest(chunk=body[at : at + 200_000])

    stub = PushesServiceStub(user.channel)
    answer: PushPagesResponse = await stub.PushPages(parts(), metadata=metadata, timeout=60)
    return answer


async def pusher_of(user: User, **settings: Any) -> Pusher:
    """A new job of this person's that takes pages."""
    request = CreateJobRequest(
        settings=JobSettings(url=DOCS, push=True, **settings),
        push=PushSettings(upstash_current_key=CURRENT, upstash_next_key=NEXT),
    )
    made = await user.call("CreateJob", request)
    return Pusher(user, made.job, made.push_secret)


@pytest.fixture
async def service(database: Database, redis_url: str) -> AsyncIterator[JobsService]:
    """A running jobs service whose public address is known."""
    async with running_service(database, redis_url, gateway_public_url=PUBLIC) as made:
        yield made


@pytest.fixture
async def pusher(service: JobsService) -> Pusher:
    """Ann, with a job that takes pages."""
    return await pusher_of(service.user("ann"))
