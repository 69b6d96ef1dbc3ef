"""A plain connection to a URL's host that obeys the egress policy: for what is no HTTP request of ours.

The URL is judged, then each address that its name has now, then the address of the socket that is made: the
same three looks as for a request (sessions.py).
"""

from __future__ import annotations

import asyncio

import yarl

from docspasta import urls
from docspasta.egress.addresses import may_be_named, parse_address, unmapped
from docspasta.egress.policy import ForbiddenTarget
from docspasta.egress.sessions import Egress

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def dial(egress: Egress, url: str, private_origin: str = "") -> Streams:
    """Connect to the host and port of `url` (canonical). Raises ForbiddenTarget, NoAddress, OSError."""
    named = egress.check(url, private_origin)
    name, port = urls.hostname(url), urls.port(url)
    if egress.settings.proxy and not named:
        await egress.judge_name(url)
        return await _through(yarl.URL(egress.settings.proxy), name, port, egress.settings.connect_timeout)
    for address in await _addresses(egress, name, port, named=named):
        try:
            async with asyncio.timeout(egress.settings.connect_timeout):
                return await asyncio.open_connection(address, port)
        except (OSError, TimeoutError) as error:
            last: Exception = error
    raise OSError(f"{name} does not answer at port {port}") from last


async def _addresses(egress: Egress, name: str, port: int, *, named: bool) -> list[str]:
    """The addresses of a name that may be connected to. Raises ForbiddenTarget when there is none."""
    literal = parse_address(name)
    found = (
        [str(literal)]
        if literal is not None
        else [row["host"] for row in await egress.names.lookup(name, port)]
    )
    kept = []
    for text in found:
        address = parse_address(text)
        if address is None:
            continue
        judged = unmapped(address)
        allowed = address == literal or may_be_named(judged) if named else egress.policy.permits(judged, port)
        if allowed:
            kept.append(text)
    if not kept:
        raise ForbiddenTarget(f"{name} leads to a private or reserved address, and is never fetched")
    return kept


async def _through(proxy: yarl.URL, name: str, port: int, seconds: float) -> Streams:
    """A tunnel through the operator's proxy. Raises OSError."""
    async with asyncio.timeout(seconds):
        secure = True if proxy.scheme == "https" else None
        reader, writer = await asyncio.open_connection(proxy.host, proxy.port, ssl=secure)
        host = f"[{name}]" if ":" in name else name
        writer.write(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
    if b" 200" not in head.split(b"\r\n", 1)[0]:
        writer.close()
        raise OSError(f"the proxy refused {name}:{port}")
    return reader, writer
