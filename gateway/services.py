"""The services behind the gateway: typed stubs, and each call with its deadline, credential and request id.

Errors leave here as grpc.aio.AioRpcError; problems.py says what HTTP makes of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import grpc
from google.protobuf.message import Message

from docspasta.serving import limits
from docspasta.serving.channel import call_metadata, open_channel
from docspasta.settings import Gateway
from docspasta.v1 import (
    crawler_pb2,
    identity_pb2,
    jobs_pb2,
    processor_pb2,
    pushes_pb2,
    search_pb2,
    sources_pb2,
    webhooks_pb2,
)
from docspasta.v1.crawler_pb2_grpc import CrawlerServiceStub
from docspasta.v1.identity_pb2_grpc import IdentityServiceStub
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from docspasta.v1.processor_pb2_grpc import ProcessorServiceStub
from docspasta.v1.pushes_pb2_grpc import PushesServiceStub
from docspasta.v1.search_pb2_grpc import SearchServiceStub
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub
from docspasta.v1.webhooks_pb2_grpc import WebhooksServiceStub

if TYPE_CHECKING:
    from docspasta.v1.crawler_pb2_grpc import CrawlerServiceAsyncStub
    from docspasta.v1.identity_pb2_grpc import IdentityServiceAsyncStub
    from docspasta.v1.jobs_pb2_grpc import JobsServiceAsyncStub
    from docspasta.v1.processor_pb2_grpc import ProcessorServiceAsyncStub
    from docspasta.v1.pushes_pb2_grpc import PushesServiceAsyncStub
    from docspasta.v1.search_pb2_grpc import SearchServiceAsyncStub
    from docspasta.v1.sources_pb2_grpc import SourcesServiceAsyncStub
    from docspasta.v1.webhooks_pb2_grpc import WebhooksServiceAsyncStub

Asked = TypeVar("Asked", bound=Message)
Answered = TypeVar("Answered", bound=Message)
PROTOS = (
    *(jobs_pb2, identity_pb2, webhooks_pb2, pushes_pb2, search_pb2, sources_pb2),
    *(crawler_pb2, processor_pb2),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a call is made: a JWT ('' for none), and what ties all processes' logs together."""

    token: str
    context: Mapping[str, str]

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of a call on this caller's behalf."""
        return call_metadata(self.token, self.context) if self.token else (*self.context.items(),)


class Services:
    """Stubs of jobs, crawler and processor over one channel each."""

    def __init__(self, settings: Gateway) -> None:
        self.jobs_channel = open_channel(settings.jobs_address, settings)
        crawler = open_channel(settings.crawler_address, settings)
        processor = open_channel(settings.processor_address, settings)
        self._channels = (self.jobs_channel, crawler, processor)
        self._deadlines = deadlines(settings.max_connection_age)
        self.jobs: JobsServiceAsyncStub = JobsServiceStub(self.jobs_channel)
        self.identity: IdentityServiceAsyncStub = IdentityServiceStub(self.jobs_channel)
        self.webhooks: WebhooksServiceAsyncStub = WebhooksServiceStub(self.jobs_channel)
        self.pushes: PushesServiceAsyncStub = PushesServiceStub(self.jobs_channel)
        self.search: SearchServiceAsyncStub = SearchServiceStub(self.jobs_channel)
        self.sources: SourcesServiceAsyncStub = SourcesServiceStub(self.jobs_channel)
        self.crawler: CrawlerServiceAsyncStub = CrawlerServiceStub(crawler)
        self.processor: ProcessorServiceAsyncStub = ProcessorServiceStub(processor)

    async def ask(
        self,
        method: grpc.aio.UnaryUnaryMultiCallable[Asked, Answered],
        request: Asked,
        caller: Caller | None,
    ) -> Answered:
        """One answer to one request. Raises grpc.aio.AioRpcError."""
        seconds = self._deadlines[request.DESCRIPTOR.full_name]
        return await method(request, timeout=seconds, metadata=caller.metadata if caller else None)

    def stream(
        self,
        method: grpc.aio.UnaryStreamMultiCallable[Asked, Answered],
        request: Asked,
        caller: Caller,
    ) -> grpc.aio.UnaryStreamCall[Asked, Answered]:
        """A stream of answers. Cancel it when it is not read to its end."""
        seconds = self._deadlines[request.DESCRIPTOR.full_name]
        return method(request, timeout=seconds, metadata=caller.metadata)

    def convert(
        self, parts: AsyncIterator[processor_pb2.ConvertPageRequest], caller: Caller
    ) -> grpc.aio.StreamStreamCall[processor_pb2.ConvertPageRequest, processor_pb2.ConvertPageResponse]:
        """A page's body in, its Markdown out. Cancel it when it is not read to its end."""
        seconds = self._deadlines[processor_pb2.ConvertPageRequest.DESCRIPTOR.full_name]
        return self.processor.ConvertPage(parts, timeout=seconds, metadata=caller.metadata)

    async def push(
        self, parts: Iterator[pushes_pb2.PushPagesRequest], caller: Caller
    ) -> pushes_pb2.PushPagesResponse:
        """A delivery of pages. Raises grpc.aio.AioRpcError."""
        seconds = self._deadlines[pushes_pb2.PushPagesRequest.DESCRIPTOR.full_name]
        return await self.pushes.PushPages(parts, timeout=seconds, metadata=caller.metadata)

    async def close(self) -> None:
        """Close the channels; open calls end as cancelled."""
        for channel in self._channels:
            await channel.close(None)


def deadlines(max_connection_age: float) -> dict[str, float]:
    """Seconds that a call may take, by the full name of the message that it is asked with."""
    return {
        method.input_type.full_name: limits.seconds(
            f"/{service.full_name}/{method.name}", method.server_streaming, max_connection_age
        )
        for proto in PROTOS
        for service in proto.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
