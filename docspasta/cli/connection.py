"""How a command reaches the jobs service: deployed (`--server`), a running `up`, or a stack of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from docspasta.embedded.directory import DataDirectory, default_directory

if TYPE_CHECKING:
    import grpc

    from docspasta.embedded.stack import Stack
    from docspasta.v1.identity_pb2_grpc import IdentityServiceAsyncStub
    from docspasta.v1.jobs_pb2_grpc import JobsServiceAsyncStub
    from docspasta.v1.pushes_pb2_grpc import PushesServiceAsyncStub
    from docspasta.v1.search_pb2_grpc import SearchServiceAsyncStub
    from docspasta.v1.sources_pb2_grpc import SourcesServiceAsyncStub
    from docspasta.v1.webhooks_pb2_grpc import WebhooksServiceAsyncStub

Request = TypeVar("Request", contravariant=True)
Response = TypeVar("Response", covariant=True)


class Method(Protocol[Request, Response]):
    """A method of a stub that gives one answer."""

    def __call__(
        self, request: Request, /, *, metadata: tuple[tuple[str, str], ...], timeout: float
    ) -> Awaitable[Response]: ...


@dataclass(frozen=True)
class Target:
    """Where a command works, as the person said. No server: this machine's stack in `data_dir`."""

    server: str = ""
    token: str = ""
    ca: str = ""
    data_dir: Path | None = None

    @property
    def embedded(self) -> bool:
        return not self.server


@dataclass
class Connection:
    """An open channel to jobs. `stack` is the stack that this command started itself, if it did.

    `directory` is the data directory that the jobs of this command are noted in, if they end with it.
    `patience` is how many seconds a call waits for a jobs process that is being started again.
    `recover` is called when jobs did not answer; it may start a stack and renew the channel.
    """

    channel: grpc.aio.Channel
    token: Callable[[], Awaitable[str]]
    stack: Stack | None = None
    directory: DataDirectory | None = None
    patience: float = 0.0
    recover: Callable[[], Awaitable[None]] | None = None

    @property
    def jobs(self) -> JobsServiceAsyncStub:
        from docspasta.v1 import jobs_pb2_grpc

        return jobs_pb2_grpc.JobsServiceStub(self.channel)

    @property
    def identity(self) -> IdentityServiceAsyncStub:
        from docspasta.v1 import identity_pb2_grpc

        return identity_pb2_grpc.IdentityServiceStub(self.channel)

    @property
    def sources(self) -> SourcesServiceAsyncStub:
        from docspasta.v1 import sources_pb2_grpc

        return sources_pb2_grpc.SourcesServiceStub(self.channel)

    @property
    def webhooks(self) -> WebhooksServiceAsyncStub:
        from docspasta.v1 import webhooks_pb2_grpc

        return webhooks_pb2_grpc.WebhooksServiceStub(self.channel)

    @property
    def search(self) -> SearchServiceAsyncStub:
        from docspasta.v1 import search_pb2_grpc

        return search_pb2_grpc.SearchServiceStub(self.channel)

    @property
    def pushes(self) -> PushesServiceAsyncStub:
        from docspasta.v1 import pushes_pb2_grpc

        return pushes_pb2_grpc.PushesServiceStub(self.channel)

    async def credential(self) -> tuple[tuple[str, str], ...]:
        """The metadata of a call: a token of the caller that is valid now."""
        return (("authorization", f"Bearer {await self.token()}"),)

    async def call(
        self,
        method: Callable[[], Method[Request, Response]],
        request: Request,
        timeout: float = 30.0,
    ) -> Response:
        """One answer to one request, at most `timeout` seconds. Requests may be repeated safely.

        `method` picks it from the stub each time, for the channel may be another after `recover`.
        """
        import grpc

        until = time.monotonic() + self.patience
        while True:
            try:
                return await method()(request, metadata=await self.credential(), timeout=timeout)
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE or time.monotonic() > until:
                    raise
            await asyncio.sleep(0.2)
            await self.recovered()

    async def recovered(self) -> None:
        """After a call was not answered: give the stack's other users a chance to start it again."""
        if self.recover is not None:
            await self.recover()


@asynccontextmanager
async def connected(target: Target, kind: str) -> AsyncIterator[Connection]:
    """A connection for the length of the block. `kind` is the command's name, which others may see."""
    if target.embedded:
        from docspasta.cli.this_machine import on_this_machine

        opening = on_this_machine(target.data_dir or default_directory(), kind)
    else:
        from docspasta.cli.deployed import deployed

        opening = deployed(target)
    async with opening as connection:
        yield connection


@asynccontextmanager
async def opened(target: str, *, ca: str = "", tls: bool = False) -> AsyncIterator[grpc.aio.Channel]:
    """A channel for the length of the block."""
    from docspasta.serving.channel import open_channel

    async with open_channel(target, ca=ca, tls=tls) as channel:
        yield channel
