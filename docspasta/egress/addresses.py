"""Which IP addresses belong to the public internet. Pure; policy.py and sessions.py act on it.

IPv4: what IANA's special-purpose registry calls globally reachable, less multicast, the 6to4 relay
anycast network (RFC 7526), and Azure's platform address. IPv6: 2000::/3 less the blocks below. Addresses
that carry an IPv4 address inside are judged by it: forms that would reach it, in some network, count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address

# RFC 6890 and successors, written out so that the answer does not change with Python's own tables.
FORBIDDEN_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata lives here
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform, from inside a virtual machine
        "169.254.0.0/16",  # link-local; cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relay anycast
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)
NAMEABLE_V4 = tuple(
    IPv4Network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",
    )
)
METADATA = frozenset(  # Alibaba's; AWS's and Google's by IPv6
    map(ip_address, ("100.100.100.200", "fd00:ec2::254", "fd20:ce::254"))
)
GLOBAL_V6 = IPv6Network("2000::/3")
FORBIDDEN_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
TEREDO = IPv6Network("2001::/32")
EMBEDS_LOW_32 = (IPv6Network("::/96"), IPv6Network("::ffff:0:0/96"), IPv6Network("::ffff:0:0:0/96"))


@lru_cache(maxsize=16384)
def is_global(address: Address) -> bool:
    """Whether a connection to `address` goes to the public internet and nowhere else."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in FORBIDDEN_V4)
    if address.scope_id:
        return False
    inside = embedded_v4(address)
    if inside is not None and address in NAT64:
        return is_global(inside)
    if address.ipv4_mapped is not None:
        return is_global(address.ipv4_mapped)
    if inside is not None and not is_global(inside):
        return False
    return address in GLOBAL_V6 and not any(address in network for network in FORBIDDEN_V6)


def embedded_v4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that `address` carries: mapped, compatible, translated, NAT64, 6to4 or Teredo."""
    low = int(address) & 0xFFFFFFFF
    if address in NAT64 or any(address in network for network in EMBEDS_LOW_32):
        return IPv4Address(low)
    if address in TEREDO:
        return IPv4Address(low ^ 0xFFFFFFFF)
    return address.sixtofour


@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address | None:
    """The address that `text` spells in its one canonical form, else None: then it is a name."""
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None


def unmapped(address: Address) -> Address:
    """An IPv4-mapped IPv6 address as the IPv4 address that a socket would reach."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped if mapped is not None else address


class BadAllowance(ValueError):
    """An entry of `allow_private` that says nothing; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The private hosts and networks that may be fetched all the same. `port` 0 means the usual ports."""

    hosts: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[tuple[IPv4Network | IPv6Network, int], ...] = ()

    def host(self, name: str, port: int) -> bool:
        """Whether the operator named this host. Any private address that it resolves to is meant."""
        return (name, 0) in self.hosts or (name, port) in self.hosts

    def names_port(self, name: str, port: int) -> bool:
        """Whether the operator named exactly this host and port; then the port needs no other permission."""
        return (name, port) in self.hosts

    def address(self, address: Address, port: int) -> bool:
        """Whether the operator named a network that holds this address."""
        plain = unmapped(address)
        return any(plain in network for network, only in self.networks if only in (0, port))


def allowance(text: str) -> Allowance:
    """Parses `HOST[:PORT]|CIDR[,...]`. Raises BadAllowance naming the entry that is wrong."""
    hosts: set[tuple[str, int]] = set()
    networks: list[tuple[IPv4Network | IPv6Network, int]] = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        if "/" in entry:
            networks.append((_network(entry), 0))
            continue
        name, port = _host_and_port(entry)
        hosts.add((name.lower().rstrip("."), port))
    return Allowance(frozenset(hosts), tuple(networks))


def _network(entry: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(entry)
    except (ValueError, AddressValueError) as error:
        raise BadAllowance(f"{entry!r} is not a network; write it like 10.20.0.0/16") from error


def _host_and_port(entry: str) -> tuple[str, int]:
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        port = rest.removeprefix(":")
    elif parse_address(entry) is not None:
        name, port = entry, ""
    else:
        name, _, port = entry.partition(":")
    if not name or (port and not (port.isdigit() and 0 < int(port) < 65536)):
        raise BadAllowance(f"{entry!r} is not a host or network; write HOST, HOST:PORT or a CIDR")
    return name, int(port or 0)


def may_be_named(address: Address) -> bool:
    """Whether a host that somebody named on purpose may resolve to `address`.

    A private network or loopback is meant then; link-local and metadata addresses, multicast and the
    unspecified address never are, for the name's owner could point it there later.
    """
    plain = unmapped(address)
    if plain in METADATA:
        return False
    if isinstance(plain, IPv6Address):
        return is_global(plain) or plain in IPv6Network("fc00::/7") or plain == IPv6Address("::1")
    return is_global(plain) or any(plain in network for network in NAMEABLE_V4)


def render_ranges() -> str:
    """charts/docspasta/files/internet.yaml: what the crawler's NetworkPolicy lets out."""
    lines = ["# Rendered from docspasta/egress/addresses.py: python -m docspasta.egress.addresses"]
    for name, inside, less in (("ipv4", "0.0.0.0/0", FORBIDDEN_V4), ("ipv6", str(GLOBAL_V6), FORBIDDEN_V6)):
        lines += [f"{name}:", f'  cidr: "{inside}"', "  except:"]
        lines += [f'    - "{network}"' for network in less]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render_ranges(), end="")
