"""A page's proxy connects to hosts that requests of the page were let through to, and to none at its end."""

from __future__ import annotations

import asyncio

import pytest

from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from services.renderer.proxy import PageProxy


async def asked(port: int, host: str) -> bytes:
    """The first line of the answer to CONNECT."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    try:
        async with asyncio.timeout(60):
            return await reader.readline()
    finally:
        writer.close()


async def test_a_host_is_connected_to_when_a_request_of_the_page_was_let_through_to_it() -> None:
    connected: list[str] = []

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append("once")
        writer.close()

    far = await asyncio.start_server(accept, "127.0.0.1", 0)
    host = f"127.0.0.1:{far.sockets[0].getsockname()[1]}"
    egress = Egress(EgressSettings.of(ports="*", allow_private="127.0.0.1", proxy="", ca_bundle=""))
    try:
        async with PageProxy(egress).serving() as proxy:
            assert b"403" in await asked(proxy.port, host) and not connected and proxy.refused == 1
            proxy.name(host)
            assert b"200" in await asked(proxy.port, host)
            proxy.cut()
            with pytest.raises(OSError):
                await asked(proxy.port, host)
    finally:
        far.close()
        await egress.close()
