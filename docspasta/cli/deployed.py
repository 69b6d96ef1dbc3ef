"""A deployed jobs service: its address, whether TLS is spoken, and tokens for an API key."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docspasta.cli.connection import Connection, Target, opened
from docspasta.cli.exits import USAGE, CommandError

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@asynccontextmanager
async def deployed(target: Target) -> AsyncIterator[Connection]:
    """A deployed jobs service. The token is a JWT, or an API key that is exchanged for short-lived ones."""
    if not target.token:
        raise CommandError("--server needs --token (or DOCSPASTA_TOKEN): a JWT or an API key", USAGE)
    address, tls = target_of(target.server, target.ca)
    async with opened(address, ca=target.ca, tls=tls) as channel:
        connection = Connection(channel, given(target.token))
        if target.token.startswith("dsp_"):
            connection.token = exchanged(connection, target.token)
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
