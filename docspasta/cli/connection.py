"""How a command reaches the jobs service: deployed (`--server`), a running `up`, or a stack of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from docspasta.cli.exits import FAILED, USAGE, CommandError
from docspasta.cli.run import complain
from docspasta.embedded.directory import DataDirectory, DirectoryHeld, default_directory

if TYPE_CHECKING:
    import grpc

    from docspasta.embedded.stack import Stack
    from docspasta.v1.identity_pb2_grpc import IdentityServiceAsyncStub
    from docspasta.v1.jobs_pb2_grpc import JobsServiceAsyncStub

JOIN_WITHIN = 30.0  # seconds that a starting `up` has until it answers
PATIENCE = 10.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Place:
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

    `patience` is how many seconds a call waits for a jobs process that is being started again.
    """

    channel: grpc.aio.Channel
    token: Callable[[], Awaitable[str]]
    stack: Stack | None = None
    directory: DataDirectory | None = None
    patience: float = 0.0

    @property
    def jobs(self) -> JobsServiceAsyncStub:
        from docspasta.v1 import jobs_pb2_grpc

        return jobs_pb2_grpc.JobsServiceStub(self.channel)

    @property
    def identity(self) -> IdentityServiceAsyncStub:
        from docspasta.v1 import identity_pb2_grpc

        return identity_pb2_grpc.IdentityServiceStub(self.channel)

    async def credential(self) -> tuple[tuple[str, str], ...]:
        """The metadata of a call: whoever calls, with a token that is good now."""
        return (("authorization", f"Bearer {await self.token()}"),)

    async def call(self, method: Any, request: Any, timeout: float = 30.0) -> Any:
        """One answer to one request, at most `timeout` seconds. Requests may be repeated safely."""
        import grpc

        until = time.monotonic() + self.patience
        while True:
            try:
                return await method(request, metadata=await self.credential(), timeout=timeout)
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE or time.monotonic() > until:
                    raise
            await asyncio.sleep(0.2)


@asynccontextmanager
async def connected(place: Place, kind: str) -> AsyncIterator[Connection]:
    """A connection for the length of the block. `kind` is the command's name, which others may see."""
    if place.embedded:
        async with on_this_machine(place.data_dir or default_directory(), kind) as connection:
            yield connection
    else:
        async with deployed(place) as connection:
            yield connection


@asynccontextmanager
async def on_this_machine(path: Path, kind: str) -> AsyncIterator[Connection]:
    """The stack of a data directory: joined when `docspasta up` runs it, else started and stopped."""
    directory = DataDirectory(path)
    try:
        directory.open(kind)
    except DirectoryHeld as held:
        async with joined(directory, held) as connection:
            yield connection
        return
    from docspasta.embedded.environment import Choices
    from docspasta.embedded.stack import Stack

    stack = Stack(directory, Choices(), kind=kind, say=complain)
    try:
        await stack.start()
        async with opened(stack.addresses.jobs) as channel:
            yield Connection(channel, signing(stack.keys), stack, directory, PATIENCE)
    finally:
        await stack.stop()


@asynccontextmanager
async def joined(directory: DataDirectory, held: DirectoryHeld) -> AsyncIterator[Connection]:
    """The running stack of `docspasta up`; whoever else holds the directory is named."""
    from docspasta.embedded.keys import load_keys

    state = await published(directory)
    if state.get("kind") != "up":
        raise CommandError(
            f"Process {held.process} ({state.get('kind') or 'another command'}) is using {directory.path}. "
            "Wait for it, name another --data-dir, or keep one stack for many commands with: docspasta up",
            FAILED,
        )
    async with opened(state["addresses"]["jobs"]) as channel:
        yield Connection(channel, signing(load_keys(directory.keys)), patience=PATIENCE)


async def published(directory: DataDirectory) -> dict[str, Any]:
    """What the running stack publishes, once it is ready."""
    until = time.monotonic() + JOIN_WITHIN
    while not (state := directory.read_state()).get("ready"):
        if state.get("kind") not in (None, "up") or time.monotonic() > until:
            break
        await asyncio.sleep(0.05)
    return state


def signing(keys: Any) -> Callable[[], Awaitable[str]]:
    """Tokens of the person at this machine, signed as they are needed."""

    async def token() -> str:
        signed: str = keys.local_token()
        return signed

    return token


@asynccontextmanager
async def deployed(place: Place) -> AsyncIterator[Connection]:
    """A deployed jobs service. The token is a JWT, or an API key that is exchanged for short-lived ones."""
    if not place.token:
        raise CommandError("--server needs --token (or DOCSPASTA_TOKEN): a JWT or an API key", USAGE)
    target, tls = target_of(place.server, place.ca)
    async with opened(target, ca=place.ca, tls=tls) as channel:
        connection = Connection(channel, given(place.token))
        if place.token.startswith("dsp_"):
            connection.token = exchanged(connection, place.token)
        yield connection


def target_of(server: str, ca: str) -> tuple[str, bool]:
    """The gRPC target of `--server`, and whether TLS is spoken.

    TLS always, but for loopback, a Unix socket, and where `http://` says otherwise.
    """
    if server.startswith(("unix:", "dns:")):
        return server, bool(ca) or not server.startswith("unix:")
    parts = urlsplit(server if "://" in server else f"//{server}")
    if parts.scheme not in ("", "http", "https") or not parts.hostname:
        raise CommandError(f"--server {server!r} is not an address; write HOST:PORT", USAGE)
    try:
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError as error:
        raise CommandError(f"--server {server!r}: {error}", USAGE) from error
    if ca and not Path(ca).is_file():
        raise CommandError(f"--ca {ca}: there is no such file", USAGE)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    plain = parts.scheme == "http" or (not parts.scheme and parts.hostname in LOOPBACK)
    return f"{host}:{port}", bool(ca) or not plain


@asynccontextmanager
async def opened(target: str, *, ca: str = "", tls: bool = False) -> AsyncIterator[grpc.aio.Channel]:
    """A channel for the length of the block."""
    from docspasta.serving.channel import open_channel

    async with open_channel(target, ca=ca, tls=tls) as channel:
        yield channel


def given(token: str) -> Callable[[], Awaitable[str]]:
    """The token as it was given."""

    async def same() -> str:
        return token

    return same


def exchanged(connection: Connection, api_key: str) -> Callable[[], Awaitable[str]]:
    """Short-lived tokens for an API key, each used until shortly before it expires."""
    from docspasta.v1.identity_pb2 import ExchangeTokenRequest

    known: list[Any] = ["", 0.0]

    async def token() -> str:
        if known[1] < time.time() + 10:
            request = ExchangeTokenRequest(api_key=api_key)
            answer = await connection.identity.ExchangeToken(request, timeout=10)
            known[:] = [answer.token, float(answer.expires_at.seconds)]
        return str(known[0])

    return token
