"""What counts as one client: an IPv4 address, or the /64 that an IPv6 client has to itself. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from typing import Any


def network(address: str) -> str:
    """The client that an address belongs to. An IPv4 address written as IPv6 is that IPv4 address."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


def client_of(scope: Mapping[str, Any]) -> str:
    """The client of a request."""
    return network((scope.get("client") or ("", 0))[0])


def pseudonym(client: str, key: bytes) -> str:
    """16 hex digits that stand for a client. Without `key` nobody finds the address again."""
    return hashlib.blake2b(client.encode(), key=key[:64], digest_size=8).hexdigest()
