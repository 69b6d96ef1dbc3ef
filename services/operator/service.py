"""The jobs service, as the operator asks it: each call in a namespace's name, with that namespace's token.

Errors leave here as `Refused`, with a reason for a condition and whether it is worth another try.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from docspasta.errors import InvalidArgument
from docspasta.serving import limits
from docspasta.serving.channel import call_metadata
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2 as sources
from docspasta.v1.identity_pb2 import ExchangeNamespaceRequest
from docspasta.v1.identity_pb2_grpc import IdentityServiceStub
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub

from .seen import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docspasta.v1.identity_pb2_grpc import IdentityServiceAsyncStub
    from docspasta.v1.jobs_pb2_grpc import JobsServiceAsyncStub
    from docspasta.v1.sources_pb2_grpc import SourcesServiceAsyncStub

RENEW_BEFORE = 20.0  # seconds of a token's life that must be left for a call
MOST_RUNS = 500
Code = grpc.StatusCode
REASONS = {  # gRPC's status -> the condition's reason, and whether it passes
    Code.INVALID_ARGUMENT: ("Invalid", False),
    Code.ALREADY_EXISTS: ("Conflict", False),
    Code.FAILED_PRECONDITION: ("NotNow", True),
    Code.RESOURCE_EXHAUSTED: ("LimitReached", True),
    Code.UNAUTHENTICATED: ("NotAuthenticated", True),
    Code.PERMISSION_DENIED: ("NotAllowed", True),
    Code.ABORTED: ("InProgress", True),
}
T = TypeVar("T")


class Refused(Exception):
    """The jobs service did not do it, or was not there."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class Gone(Exception):
    """There is no such job or source."""


class JobsService:
    """What the operator asks. `token` reads the ServiceAccount's token, `now` is epoch seconds."""

    def __init__(
        self, channel: grpc.aio.Channel, token_file: str, now: Callable[[], float] = time.time
    ) -> None:
        self._identity: IdentityServiceAsyncStub = IdentityServiceStub(channel)
        self._jobs: JobsServiceAsyncStub = JobsServiceStub(channel)
        self._sources: SourcesServiceAsyncStub = SourcesServiceStub(channel)
        self._file, self._now = Path(token_file), now
        self._tokens: dict[str, tuple[str, float]] = {}  # by namespace

    async def create_job(self, namespace: str, request: pb.CreateJobRequest) -> pb.Job:
        """The job with this request's key: made now, or before."""
        return (await self._ask(namespace, self._jobs.CreateJob, request)).job

    async def job(self, namespace: str, job_id: str) -> pb.Job:
        return (await self._ask(namespace, self._jobs.GetJob, pb.GetJobRequest(job_id=job_id))).job

    async def pause(self, namespace: str, job_id: str) -> pb.Job:
        return (await self._ask(namespace, self._jobs.PauseJob, pb.PauseJobRequest(job_id=job_id))).job

    async def resume(self, namespace: str, job_id: str) -> pb.Job:
        return (await self._ask(namespace, self._jobs.ResumeJob, pb.ResumeJobRequest(job_id=job_id))).job

    async def delete_job(self, namespace: str, job_id: str) -> None:
        """Cancel and delete it. Raises Gone when that was done before."""
        await self._ask(namespace, self._jobs.DeleteJob, pb.DeleteJobRequest(job_id=job_id, force=True))

    async def create_source(self, namespace: str, request: sources.CreateSourceRequest) -> sources.Source:
        """The source of this name: made now, or before."""
        try:
            return (await self._ask(namespace, self._sources.CreateSource, request)).source
        except Refused as refused:
            if earlier := await self._source_named(namespace, request.name, refused):
                return earlier
            raise

    async def _source_named(self, namespace: str, name: str, refused: Refused) -> sources.Source | None:
        """The source that has the name already. Its names are in order, so the page after the one before."""
        if refused.refusal.reason != "Invalid":
            return None
        token = ""
        while True:
            asked = sources.ListSourcesRequest(page_size=500, page_token=token)
            page = await self._ask(namespace, self._sources.ListSources, asked)
            if found := next((one for one in page.sources if one.name == name), None):
                return found
            if not (token := page.next_page_token):
                return None

    async def source(self, namespace: str, source_id: str) -> sources.Source:
        request = sources.GetSourceRequest(source_id=source_id)
        return (await self._ask(namespace, self._sources.GetSource, request)).source

    async def update_source(self, namespace: str, request: sources.UpdateSourceRequest) -> sources.Source:
        return (await self._ask(namespace, self._sources.UpdateSource, request)).source

    async def run_source(self, namespace: str, request: sources.RunSourceRequest) -> None:
        await self._ask(namespace, self._sources.RunSource, request)

    async def delete_source(self, namespace: str, source_id: str) -> None:
        """Delete its runs and then itself. Raises Gone when that was done before."""
        asked = sources.ListRunsRequest(source_id=source_id, page_size=MOST_RUNS)
        for run in (await self._ask(namespace, self._sources.ListRuns, asked)).jobs:
            try:
                await self.delete_job(namespace, run.job_id)
            except Gone:
                continue
        request = sources.DeleteSourceRequest(source_id=source_id)
        await self._ask(namespace, self._sources.DeleteSource, request)

    async def _ask(self, namespace: str, method: Callable[..., Awaitable[T]], request: Any) -> T:
        with _translated():
            metadata = call_metadata(await self._token(namespace))
            return await method(request, metadata=metadata, timeout=limits.DEFAULT)

    async def _token(self, namespace: str) -> str:
        token, expires_at = self._tokens.get(namespace, ("", 0.0))
        if expires_at - self._now() > RENEW_BEFORE:
            return token
        own = (await asyncio.to_thread(self._file.read_text)).strip()
        request = ExchangeNamespaceRequest(namespace=namespace)
        answer = await self._identity.ExchangeNamespace(
            request, metadata=call_metadata(own), timeout=limits.DEFAULT
        )
        self._tokens = {name: kept for name, kept in self._tokens.items() if kept[1] > self._now()}
        self._tokens[namespace] = answer.token, float(answer.expires_at.seconds)
        return answer.token


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except grpc.aio.AioRpcError as error:
        if error.code() is Code.NOT_FOUND:
            raise Gone from error
        raise Refused(refusal_of(error)) from error
    except OSError as error:
        raise Refused(Refusal("NoToken", f"The operator's token cannot be read: {error}", True)) from error


def refusal_of(error: grpc.aio.AioRpcError) -> Refusal:
    """What a condition says of an error of the jobs service's."""
    code, details = error.code(), error.details() or ""
    reason, passes = REASONS.get(code, ("Unreachable", True))
    if reason == "Unreachable":
        details = f"The jobs service does not answer ({code.name}); it is asked again."
    return Refusal(reason, details, passes, limit=code is Code.RESOURCE_EXHAUSTED)


def refusal_of_spec(error: InvalidArgument) -> Refusal:
    """What a condition says of a spec that is no job's."""
    return Refusal("Invalid", error.message, passes=False)
