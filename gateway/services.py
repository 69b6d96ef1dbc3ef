"""The gRPC calls that the gateway makes, each with its deadline, its credential and its request id.

Errors leave here as grpc.aio.AioRpcError; problems.py says what HTTP makes of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import grpc

from docspasta.serving import limits
from docspasta.serving.channel import call_metadata, open_channel
from docspasta.settings import Gateway
from docspasta.v1.crawler_pb2_grpc import CrawlerServiceStub
from docspasta.v1.identity_pb2_grpc import IdentityServiceStub
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from docspasta.v1.processor_pb2_grpc import ProcessorServiceStub


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a call is made: a JWT, and what ties the logs of all processes together."""

    token: str
    context: Mapping[str, str]

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of a call on this caller's behalf."""
        return call_metadata(self.token, self.context)


class Services:
    """Stubs of jobs, crawler and processor over one channel each."""

    def __init__(self, settings: Gateway) -> None:
        self._age = settings.max_connection_age
        self._channels = {
            name: open_channel(target, settings)
            for name, target in (
                ("jobs", settings.jobs_address),
                ("crawler", settings.crawler_address),
                ("processor", settings.processor_address),
            )
        }
        self._stubs: dict[str, Any] = {
            "JobsService": JobsServiceStub(self._channels["jobs"]),
            "IdentityService": IdentityServiceStub(self._channels["jobs"]),
            "CrawlerService": CrawlerServiceStub(self._channels["crawler"]),
            "ProcessorService": ProcessorServiceStub(self._channels["processor"]),
        }

    async def ask(self, service: str, method: str, request: Any, caller: Caller | None) -> Any:
        """One answer to one question. Raises grpc.aio.AioRpcError."""
        seconds = limits.seconds(f"/docspasta.v1.{service}/{method}", False, self._age)
        metadata = caller.metadata if caller else None
        return await getattr(self._stubs[service], method)(request, timeout=seconds, metadata=metadata)

    async def jobs(self, method: str, request: Any, caller: Caller) -> Any:
        """One answer of the jobs service."""
        return await self.ask("JobsService", method, request, caller)

    def stream(
        self, service: str, method: str, request: Any | AsyncIterator[Any], caller: Caller
    ) -> grpc.aio.UnaryStreamCall[Any, Any]:
        """A stream of answers; whoever asks must cancel it when it does not read to the end."""
        seconds = limits.seconds(f"/docspasta.v1.{service}/{method}", True, self._age)
        call = getattr(self._stubs[service], method)(request, timeout=seconds, metadata=caller.metadata)
        return call  # type: ignore[no-any-return]

    def jobs_channel(self) -> grpc.aio.Channel:
        """The channel to jobs, for its health."""
        return self._channels["jobs"]

    async def close(self) -> None:
        """Close the channels; open calls end as cancelled."""
        for channel in self._channels.values():
            await channel.close(None)
