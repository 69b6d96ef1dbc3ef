"""Which start URLs are refused by their text alone: private addresses, local names, closed ports. Pure.

Names are not resolved here. The fetcher's gate judges the address that each connection really reaches.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import ada_url

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEFAULT_PORTS = {"http:": 80, "https:": 443}
LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa")


@dataclass(frozen=True, slots=True)
class Allowed:
    """The private hosts and networks that the operator opened."""

    hosts: frozenset[tuple[str, int]]  # port 0: any
    networks: tuple[Network, ...]

    @classmethod
    def parse(cls, text: str) -> Allowed:
        """`HOST[:PORT]|CIDR` by comma, as DOCSPASTA_ALLOW_PRIVATE has it; else ValueError."""
        hosts, networks = set(), []
        for entry in filter(None, (part.strip() for part in text.split(","))):
            if "/" in entry:
                networks.append(ipaddress.ip_network(entry, strict=False))
            else:
                hosts.add(host_and_port(entry))
        return cls(frozenset(hosts), tuple(networks))

    def opens(self, host: str, port: int) -> bool:
        """Whether the operator opened this host and port."""
        address = literal(host)
        if address is not None and any(address in network for network in self.networks):
            return True
        return (host, port) in self.hosts or (host, 0) in self.hosts


def host_and_port(entry: str) -> tuple[str, int]:
    """`HOST[:PORT]` in canonical form, port 0 when none is named."""
    try:
        url = ada_url.URL(f"unknown-scheme-port://{entry}/")
        return str(ada_url.URL(f"http://{url.hostname}/").hostname), int(url.port or 0)
    except ValueError as error:
        raise ValueError(f"DOCSPASTA_ALLOW_PRIVATE: {entry!r} is not HOST[:PORT] or a network") from error


def target_mistake(url: str, ports: frozenset[int] | None, allowed: Allowed) -> str:
    """What is wrong with fetching the canonical `url`, or ''. `ports` None: any port may be fetched."""
    parsed = ada_url.URL(url)
    host, port = str(parsed.hostname), int(parsed.port or DEFAULT_PORTS[parsed.protocol])
    if allowed.opens(host, port):
        return ""
    if is_private(host):
        return f"{host} is a private or reserved address; give the address of a public website."
    if ports is not None and port not in ports:
        return f"Port {port} may not be fetched here; use one of {', '.join(map(str, sorted(ports)))}."
    return ""


def is_private(host: str) -> bool:
    """Whether a canonical host name is an address that is not global, or a name for local use only."""
    address = literal(host)
    if address is not None:
        mapped = getattr(address, "ipv4_mapped", None) or address
        return not mapped.is_global or mapped.is_multicast
    labels = host.rstrip(".")
    return any(labels == name or labels.endswith("." + name) for name in LOCAL_NAMES)


def literal(host: str) -> Address | None:
    """The address that a canonical host name spells, or None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def parse_ports(text: str) -> frozenset[int] | None:
    """`80,443` as a set, `*` as None."""
    return None if text.strip() == "*" else frozenset(int(port) for port in text.split(","))
