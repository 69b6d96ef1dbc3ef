"""Which start URLs are refused by their text alone: private addresses, local names, closed ports. Pure.

Names are not resolved here: the crawler's egress policy judges the address that each connection reaches.
"""

from __future__ import annotations

import ada_url

from docspasta.egress.addresses import Allowance, is_global, parse_address

DEFAULT_PORTS = {"http:": 80, "https:": 443}
LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa")  # RFC 6761, RFC 6762, RFC 8375


def target_mistake(url: str, ports: frozenset[int], allowed: Allowance, embedded: bool) -> str:
    """What is wrong with fetching the canonical `url`, or ''. `ports` may be fetched. On one machine
    (`embedded`) its person may open a private address."""
    parsed = ada_url.URL(url)
    host, port = str(parsed.hostname), int(parsed.port or DEFAULT_PORTS[parsed.protocol])
    if is_private(host) and not opened(host, port, allowed):
        if embedded:
            return f"{host} is a private address; to crawl it, start `docspasta up --allow {host}:{port}`."
        return f"{host} is a private or reserved address; give the address of a public website."
    if port not in ports and not allowed.names_port(host, port):
        open_ports = ", ".join(map(str, sorted(ports)))
        if embedded:
            how = f"start `docspasta up --allow {host}:{port}`"
            return f"Only ports {open_ports} are crawled; for this one, {how}."
        return f"Port {port} may not be fetched here; use one of {open_ports}."
    return ""


def is_private(host: str) -> bool:
    """Whether a canonical host name is an address that is not global, or a name for local use only."""
    address = parse_address(host)
    if address is not None:
        return not is_global(address)
    name = host.rstrip(".")
    return any(name == local or name.endswith("." + local) for local in LOCAL_NAMES)


def opened(host: str, port: int, allowed: Allowance) -> bool:
    """Whether the operator opened this host or its address."""
    address = parse_address(host)
    return allowed.host(host.strip("[]"), port) or (address is not None and allowed.address(address, port))
