# ruff: noqa: E501
"""Which addresses are the public internet: every range's edges, and what carries an address inside."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest

from docspasta.egress.addresses import BadAllowance, allowance, is_global, may_be_named, parse_address
from tests.integration.crawler.targets import PRIVATE_V4, PRIVATE_V6, PUBLIC


@pytest.mark.parametrize("network", [*PRIVATE_V4, *PRIVATE_V6], ids=str)
def test_every_address_of_a_private_range_is_refused(network: IPv4Network | IPv6Network) -> None:
    step = max(1, network.num_addresses // 97)
    for offset in (*range(0, min(network.num_addresses, 97 * step), step), network.num_addresses - 1):
        assert not is_global(network[offset]), network[offset]


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_global(text: str) -> None:
    assert is_global(ip_address(text))


@pytest.mark.parametrize("network", [n for n in PRIVATE_V4 if n.prefixlen <= 16], ids=str)
def test_an_address_inside_an_ipv6_address_is_judged(network: IPv4Network) -> None:
    inside = int(network[1])
    for form in (
        (0xFFFF << 32) | inside,  # mapped
        inside,  # compatible
        (0xFFFF << 48) | inside,  # translated, RFC 2765
        (0x64FF9B << 96) | inside,  # NAT64
        (0x2002 << 112) | (inside << 80) | 1,  # 6to4
        (0x20010000 << 96) | (0x08080808 << 64) | (inside ^ 0xFFFFFFFF),  # Teredo
    ):
        assert not is_global(IPv6Address(form)), IPv6Address(form)


def test_carriers_of_public_addresses() -> None:
    assert is_global(IPv6Address("::ffff:8.8.8.8"))  # a socket would reach 8.8.8.8
    assert is_global(IPv6Address("64:ff9b::8.8.8.8"))  # and so would a NAT64
    assert not is_global(IPv6Address("::8.8.8.8"))
    assert not is_global(IPv6Address("2002:808:808::1"))


def test_zones_are_never_global() -> None:
    assert not is_global(IPv6Address("fe80::1%eth0"))
    assert not is_global(IPv6Address("2606:4700::1%eth0"))


@pytest.mark.parametrize(
    "text", ["a.example", "127.1", "0x7f000001", "", "1.2.3", "01.2.3.4", "[::1", "١.٢.٣.٤"]
)
def test_only_one_spelling_is_an_address(text: str) -> None:
    assert parse_address(text) is None or text == "[::1"


def test_allowances_are_exact() -> None:
    allowed = allowance(
        "Docs.Intranet, wiki.intranet:8443, 10.20.0.0/16, [fd00::1]:8080, 192.168.1.5, fd12::/16"
    )
    assert allowed.host("docs.intranet", 80) and not allowed.names_port("docs.intranet", 8080)
    assert allowed.host("wiki.intranet", 8443) and allowed.names_port("wiki.intranet", 8443)
    assert not allowed.host("wiki.intranet", 443)
    assert not allowed.host("x.docs.intranet", 80)
    assert allowed.host("fd00::1", 8080) and allowed.host("192.168.1.5", 443)
    assert allowed.address(IPv4Address("10.20.255.255"), 80)
    assert allowed.address(IPv6Address("::ffff:10.20.0.1"), 80)
    assert allowed.address(IPv6Address("fd12::1"), 80)
    assert not allowed.address(IPv4Address("10.21.0.0"), 80)
    assert allowance("").hosts == frozenset()


@pytest.mark.parametrize(
    "text", ["10.0.0.1/8", "300.0.0.0/8", "host:port", "host:0", "host:65536", ":80", "a/b"]
)
def test_a_bad_allowance_is_named(text: str) -> None:
    with pytest.raises(BadAllowance) as error:
        allowance("good.example," + text)
    assert text in str(error.value)


def test_a_named_host_may_be_private_but_never_metadata() -> None:
    for good in (
        "127.0.0.1",
        "10.0.0.1",
        "192.168.0.1",
        "172.20.0.1",
        "100.64.0.1",
        "::1",
        "fd00::1",
        "8.8.8.8",
    ):
        assert may_be_named(ip_address(good)), good
    for bad in ("169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "fe80::1", "::", "100.100.100.200",
                "fd00:ec2::254", "168.63.129.16", "::ffff:169.254.169.254"):  # fmt: skip
        assert not may_be_named(ip_address(bad)), bad
