"""A name server on loopback that answers with the addresses of the moment, as a headless Service does."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

A = 1  # the type of an IPv4 address's record
ANSWER = 0x8580  # flags: an authoritative answer, recursion desired and available


class NameServer(asyncio.DatagramProtocol):
    """Every name has `addresses`. `lookups` counts the questions for them."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.lookups = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        end = data.index(0, 12) + 5
        (kind,) = struct.unpack("!H", data[end - 4 : end - 2])
        self.lookups += kind == A
        known = self.addresses if kind == A else []
        head = data[:2] + struct.pack("!HHHHH", ANSWER, 1, len(known), 0, 0)
        records = [b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 5, 4) + socket.inet_aton(one) for one in known]
        self._transport.sendto(head + data[12:end] + b"".join(records), addr)

    def target(self, name: str, port: int) -> str:
        """The gRPC target of a name that this server answers for."""
        return f"dns://127.0.0.1:{self._transport.get_extra_info('sockname')[1]}/{name}:{port}"


@asynccontextmanager
async def name_server(*addresses: str) -> AsyncIterator[NameServer]:
    """One that answers with `addresses` until they are changed."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    server.addresses = list(addresses)
    try:
        yield server
    finally:
        transport.close()
