"""Issuers' addresses pass the egress policy: a discovery document cannot lead inside."""

from __future__ import annotations

import socket

import pytest

from docspasta.identity.requests import IssuerRequests
from docspasta.settings import Identity


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_a_private_issuer_gets_no_connection(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        requests = IssuerRequests(Identity())
        for ask in (requests.get, lambda url: requests.post(url, {"code": "x"})):
            with pytest.raises(OSError, match="never fetched"):
                await ask(f"http://{host}:{canary.getsockname()[1]}/jwks")
        await requests.close()
        with pytest.raises(BlockingIOError):
            canary.accept()


async def test_what_is_no_url_is_named() -> None:
    requests = IssuerRequests(Identity())
    with pytest.raises(OSError, match="file"):
        await requests.get("file:///etc/passwd")
