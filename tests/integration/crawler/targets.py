# ruff: noqa: E501
"""Forms of addresses that must never be connected to, and of addresses that must. Pure; seeded by the caller."""

from __future__ import annotations

import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

# Written out anew, from IANA's registries, so that the policy's own tables are not their own proof.
PRIVATE_V4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        "169.254.169.254/32", "100.100.100.200/32", "255.255.255.255/32",
    )
]  # fmt: skip
PRIVATE_V6 = [
    IPv6Network(text)
    for text in (
        "::/128", "::1/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "100::/64", "2001::/32", "2001:2::/48",
        "2001:10::/28", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fd00:ec2::254/128", "64:ff9b:1::/48",
        "4000::/3", "8000::/2",
    )
]  # fmt: skip
# Right outside the ranges above, and well-known public hosts.
PUBLIC = [
    "1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.215.14", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "140.82.121.3", "151.101.1.69", "168.63.129.15", "168.63.129.17",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "185.199.108.153", "191.255.255.255",
    "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
    "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2003::1", "2400:cb00::1", "2606:4700:4700::1111", "2620:fe::fe",
    "2a00:1450:4001::1", "2a04:4e42::223", "2001:db7:ffff::1", "2001:db9::1", "2600::", "3ffe::1", "3fff:1000::1",
]  # fmt: skip

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")


def edges(network: IPv4Network | IPv6Network, rng: random.Random) -> list[IPv4Address | IPv6Address]:
    """First, last, and one between."""
    middle = network[rng.randrange(network.num_addresses)]
    return list(dict.fromkeys((network[0], network[-1], middle)))


def v4_hosts(address: IPv4Address, rng: random.Random) -> Iterator[str]:
    """Spellings of an IPv4 address that some parser takes."""
    number, (a, b, c, d) = int(address), address.packed
    yield str(address)
    yield str(number)
    yield hex(number)
    yield f"0{number:o}"
    yield f"0x{number:X}".upper().replace("0X", "0x")
    yield ".".join(f"0{octet:o}" for octet in (a, b, c, d))
    yield ".".join(hex(octet) for octet in (a, b, c, d))
    yield f"{a}.0x{b:x}.0{c:o}.{d}"
    yield f"{a}.{b}.{(c << 8) + d}"
    yield f"{a}.{(b << 16) + (c << 8) + d}"
    yield f"0x{a:x}.{(b << 16) + (c << 8) + d}"
    yield f"00000{a:o}.{b}.{c}.{d}" if a > 7 else f"{a}.{b}.{c}.{d}"
    yield str(address) + "."
    yield str(address).translate(FULL_WIDTH)
    yield str(address).translate(CIRCLED)
    yield str(address).replace(".", "。")
    yield str(address).replace(".", "%2e")
    yield "".join(f"%{ord(ch):02x}" for ch in str(address))
    yield f"{a}.{b}.\t{c}.{d}"
    yield str(number + (1 << 32))
    yield f"{a}.{b}.{c}.{d + 256}"
    for form in (f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}", f"::ffff:0:{address}"):
        yield f"[{form}]"
        yield f"[{IPv6Address(form).exploded}]"
    yield f"[{IPv6Address((0x2002 << 112) | (number << 80) | 1)}]"
    yield f"[{IPv6Address((0x20010000 << 96) | (rng.getrandbits(32) << 64) | (number ^ 0xFFFFFFFF))}]"


def v6_hosts(address: IPv6Address) -> Iterator[str]:
    """Spellings of an IPv6 address."""
    yield f"[{address}]"
    yield f"[{address.exploded}]"
    yield f"[{address.exploded.upper()}]"
    yield f"[{address}%25eth0]"
    yield f"[{address}%eth0]"
    yield f"[{address}%251]"


def wrapped(host: str, port: int) -> Iterator[str]:
    """URLs that lead to a host, or look as if they did not."""
    at = f"{host}:{port}"
    yield f"http://{at}/"
    yield f"https://{at}/latest/meta-data/"
    yield f"http://public.example@{at}/"
    yield f"http://public.example:80@{at}/"
    yield f"http://{at}#@public.example/"
    yield f"http://{at}\\@public.example/"
    yield f"http:\\\\{at}\\x"
    yield f"hTTp:{at}/"
    yield f"http:///{at}/"
    yield f" \thttp://{at}/\n"


def forbidden(ports: list[int], seed: int) -> list[str]:
    """More than a thousand URLs that must never cause a connection, in a seeded order."""
    rng = random.Random(seed)
    hosts: list[str] = []
    for v4 in PRIVATE_V4:
        for address in edges(v4, rng):
            hosts += v4_hosts(IPv4Address(address), rng)
    for v6 in PRIVATE_V6:
        for address in edges(v6, rng):
            hosts += v6_hosts(IPv6Address(address))
    hosts += ["localhost", "LOCALHOST", "localhost.", "a.localhost", "inside.example", "rebound.example"]
    urls = []
    for host in dict.fromkeys(hosts):
        forms = list(wrapped(host, rng.choice(ports)))
        urls += [forms[0], *rng.sample(forms[1:], 2)]
    schemes = (
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:6379/_x",
        "ws://127.0.0.1/",
        "data:,x",
    )
    urls += [*schemes, "javascript:fetch('http://127.0.0.1')", "unix:///tmp/s", "http://[::1", "//127.0.0.1/"]
    rng.shuffle(urls)
    return urls


def public(count: int, seed: int) -> list[str]:
    """Public addresses, each once: those above, and random ones from networks that are surely public."""
    rng = random.Random(seed)
    found = dict.fromkeys(PUBLIC)
    while len(found) < count:
        base = rng.choice(
            ("8.0.0.0/9", "17.0.0.0/8", "80.0.0.0/8", "151.101.0.0/16", "2606:4700::/32", "2a00:1450::/32")
        )
        network: IPv4Network | IPv6Network = IPv6Network(base) if ":" in base else IPv4Network(base)
        found[str(network[rng.randrange(network.num_addresses)])] = None
    return list(found)
