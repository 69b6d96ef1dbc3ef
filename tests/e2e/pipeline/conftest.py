"""The whole stack, spoken to over gRPC, crawling sites that the tests serve."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.serving.channel import call_metadata, open_channel
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    CreateJobRequest,
    GetDocumentRequest,
    GetJobRequest,
    GetPageMarkdownRequest,
    Job,
    JobSettings,
    JobState,
    ListPagesRequest,
    PauseJobRequest,
    ResumeJobRequest,
)
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from docspasta.v1.page_pb2 import Page
from tests.stack import RunningStack

from .site import Site

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2_grpc import JobsServiceAsyncStub

ENDED = (JobState.JOB_STATE_COMPLETED, JobState.JOB_STATE_FAILED, JobState.JOB_STATE_CANCELLED)
# Leases and rounds short enough that a test sees several of them.
SHORT = {
    "docspasta_crawler_lease": "3",
    "docspasta_processor_lease": "3",
    "docspasta_jobs_maintenance_interval": "0.5",
    "docspasta_jobs_requests_per_second": "0",
    "docspasta_jobs_open_per_user": "2000",
}


@dataclass
class Client:
    """A person at the stack's jobs service."""

    stack: RunningStack
    stub: JobsServiceAsyncStub
    user: str = "local"

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        signer = Signer.from_pem(self.stack.keys["LOCAL_KEY"], LOCAL_ISSUER)
        return call_metadata(signer.sign(self.user, ("read", "write"), 300, time.time()))

    def as_user(self, name: str) -> Client:
        """Another person at the same service."""
        return Client(self.stack, self.stub, name)

    async def call(self, method: str, request: Any) -> Any:
        """A unary call, asked again while the service is being started anew."""
        until = time.monotonic() + 30
        while True:
            try:
                return await getattr(self.stub, method)(request, metadata=self.metadata, timeout=60)
            except grpc.aio.AioRpcError as error:
                passing = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
                if error.code() not in passing or time.monotonic() > until:
                    raise
                await asyncio.sleep(0.05)

    async def job_of(self, method: str, request: Any) -> Job:
        """The job that a unary call answers with."""
        job: Job = (await self.call(method, request)).job
        return job

    async def crawl(self, site: Site, key: str = "", *, reuse: bool = False, **settings: Any) -> Job:
        """Start a job on a site, as fast as it goes unless told otherwise."""
        asked = JobSettings(url=site.origin + "/", private_origin=site.origin)
        asked.MergeFrom(JobSettings(**{"delay": 0.0, "concurrency": 8, **settings}))
        request = CreateJobRequest(settings=asked, idempotency_key=key, reuse=reuse)
        return await self.job_of("CreateJob", request)

    async def get(self, job: Job) -> Job:
        return await self.job_of("GetJob", GetJobRequest(job_id=job.job_id))

    async def pause(self, job: Job) -> Job:
        return await self.job_of("PauseJob", PauseJobRequest(job_id=job.job_id))

    async def resume(self, job: Job) -> Job:
        return await self.job_of("ResumeJob", ResumeJobRequest(job_id=job.job_id))

    async def cancel(self, job: Job) -> Job:
        return await self.job_of("CancelJob", CancelJobRequest(job_id=job.job_id))

    async def until(self, job: Job, good: Callable[[Job], object], within: float, what: str) -> Job:
        """Wait for a condition of the job."""
        until = time.monotonic() + within
        while True:
            found = await self.get(job)
            if good(found):
                return found
            assert time.monotonic() < until, f"not within {within:g} s: {what}\n{found.progress}"
            await asyncio.sleep(0.02)

    async def ended(self, job: Job, within: float = 60) -> Job:
        """Wait for its end."""
        return await self.until(job, lambda found: found.progress.state in ENDED, within, "the job ended")

    async def pages(self, job: Job) -> list[Page]:
        """Every page of the job."""
        pages: list[Page] = []
        token = ""
        while True:
            request = ListPagesRequest(job_id=job.job_id, page_size=500, page_token=token)
            answer = await self.call("ListPages", request)
            pages += answer.pages
            token = answer.next_page_token
            if not token:
                return pages

    async def raw(self, job: Job, page: Page) -> bytes:
        """A page's body as it was fetched, of a job that keeps them."""
        request = GetPageMarkdownRequest(job_id=job.job_id, page_id=page.page_id, raw=True)
        stream = self.stub.GetPageMarkdown(request, metadata=self.metadata, timeout=60)
        return b"".join([part.chunk async for part in stream])

    async def document(self, job: Job) -> bytes:
        """The job's document."""
        request = GetDocumentRequest(job_id=job.job_id)
        stream = self.stub.GetDocument(request, metadata=self.metadata, timeout=60)
        return b"".join([part.chunk async for part in stream])


@pytest.fixture(scope="package")
def short_stack() -> Iterator[RunningStack]:
    """One stack for these tests, with short leases and rounds."""
    from tests.stack import running_stack

    with running_stack(**SHORT) as stack:
        yield stack


@pytest.fixture
async def client(short_stack: RunningStack) -> AsyncIterator[Client]:
    """A person at that stack."""
    channel = open_channel(short_stack.addresses["jobs"])
    yield Client(short_stack, JobsServiceStub(channel))
    await channel.close()
