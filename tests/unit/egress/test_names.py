"""Names that nobody answers cost their owner time, and nobody else; every failure passes or is final."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiodns import error as dns
from aiohttp.abc import ResolveResult

from docspasta.egress import names
from docspasta.egress.names import Names, NoAddress, Resolver, no_address, registrable_domain


def address(name: str, host: str = "192.0.2.1") -> ResolveResult:
    return ResolveResult(hostname=name, host=host, port=80, family=socket.AF_INET, proto=6, flags=0)


class Zone:
    """Answers at once, but for names of `slow.test`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = asyncio.Event()

    async def lookup(self, name: str, port: int) -> list[ResolveResult]:
        self.asked.append(name)
        if name.endswith("slow.test"):
            await self.open.wait()
        if name.endswith("none.test"):
            raise dns.DNSError(dns.ARES_ENOTFOUND, "Domain name not found")
        return [address(name)]


async def test_unanswered_names_of_one_user_hold_up_nobody_else() -> None:
    """Hundreds of questions that stay open, over one domain and over many."""
    zone = Zone()
    known = Names(zone.lookup, seconds=30)
    hostile = [f"a{n}.slow.test" for n in range(100)] + [f"a{n}.b{n}slow.test" for n in range(100)]
    attack = [asyncio.ensure_future(known.lookup(name, 80, "mallory")) for name in hostile]
    await asyncio.sleep(0)
    found = await asyncio.wait_for(known.lookup("docs.example.org", 80, "ann"), 30)
    assert [one["host"] for one in found] == ["192.0.2.1"]
    assert len(zone.asked) <= names.OWNER_QUESTIONS + 1
    for task in attack:
        task.cancel()
    await asyncio.gather(*attack, return_exceptions=True)
    await known.close()


async def test_a_domain_asked_by_many_users_is_bounded_too() -> None:
    zone = Zone()
    known = Names(zone.lookup, seconds=30)
    attack = [asyncio.ensure_future(known.lookup(f"a{n}.slow.test", 80, f"user{n}")) for n in range(50)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(zone.asked) == names.DOMAIN_QUESTIONS
    zone.open.set()
    assert len(await asyncio.gather(*attack)) == 50


async def test_a_caller_who_leaves_takes_no_share_with_it() -> None:
    """A share belongs to the question: it is free when that ends, whoever waits."""
    zone = Zone()
    known = Names(zone.lookup, seconds=30)
    for n in range(3 * names.OWNER_QUESTIONS):
        asking = asyncio.ensure_future(known.lookup(f"a{n}.slow.test", 80, "mallory"))
        for _ in range(3):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
    assert len(zone.asked) == names.OWNER_QUESTIONS
    zone.open.set()
    assert await known.lookup("late.slow.test", 80, "mallory")


async def test_one_question_however_many_ask_and_answers_are_kept() -> None:
    zone = Zone()
    known = Names(zone.lookup)
    await asyncio.gather(*(known.lookup("docs.example", 80, f"u{n}") for n in range(20)))
    await known.lookup("docs.example", 80)
    assert zone.asked == ["docs.example"]
    for _ in range(3):
        with pytest.raises(NoAddress) as refused:
            await known.lookup("none.test", 80)
        assert not refused.value.passing
    assert zone.asked.count("none.test") == 1


async def test_silence_ends_as_a_failure_that_passes() -> None:
    known = Names(Zone().lookup, seconds=0.02)
    with pytest.raises(NoAddress, match="no name server answered") as refused:
        await known.lookup("a.slow.test", 80)
    assert refused.value.passing


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (dns.DNSError(dns.ARES_ENOTFOUND, "x"), False),
        (dns.DNSError(dns.ARES_ENODATA, "x"), False),
        (dns.DNSError(dns.ARES_EBADNAME, "x"), False),
        (dns.DNSError(dns.ARES_ESERVFAIL, "x"), True),
        (dns.DNSError(dns.ARES_EREFUSED, "x"), True),
        (dns.DNSError(dns.ARES_ETIMEOUT, "x"), True),
        (dns.DNSError(dns.ARES_ECONNREFUSED, "x"), True),
        (dns.DNSError(dns.ARES_EBADRESP, "x"), True),
        (socket.gaierror(socket.EAI_NONAME, "x"), False),
        (socket.gaierror(socket.EAI_AGAIN, "x"), True),
        (socket.gaierror(socket.EAI_FAIL, "x"), True),
        (socket.gaierror(socket.EAI_MEMORY, "x"), True),
        (OSError(24, "too many open files"), True),
    ],
)
def test_every_failure_passes_or_is_final(error: OSError, passing: bool) -> None:
    assert no_address(error).passing is passing


def test_the_registrable_domain_is_the_part_that_somebody_buys() -> None:
    assert registrable_domain("a.b.c.example.org") == "example.org"
    assert registrable_domain("docs.example.co.uk.") == "example.co.uk"
    assert registrable_domain("localhost") == "localhost"


@asynccontextmanager
async def name_server(zone: dict[str, str | int]) -> AsyncIterator[int]:
    """A name server on loopback: a name's IPv4 address, or a response code; NXDOMAIN for all others."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, peer: object) -> None:
            labels, at = [], 12
            while data[at]:
                labels.append(data[at + 1 : at + 1 + data[at]].decode().lower())
                at += data[at] + 1
            (kind,) = struct.unpack_from(">H", data, at + 1)
            found = zone.get(".".join(labels), 3)
            answers = [found] if isinstance(found, str) and kind == 1 else []
            code = found if isinstance(found, int) else 0
            head = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(answers), 0, 0)
            rows = [b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(one) for one in answers]
            self.transport.sendto(head + data[12 : at + 5] + b"".join(rows), peer)  # type: ignore[attr-defined]

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Server, local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


async def test_the_resolver_asks_name_servers_search_domains_and_hosts() -> None:
    zone = {"docs.example.org": "192.0.2.7", "wiki.corp.example": "192.0.2.8", "broken.example.org": 2}
    async with name_server(zone) as port:
        here = {"nameservers": ["127.0.0.1"], "udp_port": port, "tcp_port": port}
        resolver = Resolver(domains=["corp.example"], **here)
        known = Names(resolver.lookup)
        assert [one["host"] for one in await known.lookup("docs.example.org", 443)] == ["192.0.2.7"]
        assert [one["host"] for one in await known.lookup("wiki", 80)] == ["192.0.2.8"]
        for name, passing in (("nothing.example.org", False), ("broken.example.org", True)):
            with pytest.raises(NoAddress) as refused:
                await known.lookup(name, 80)
            assert refused.value.passing is passing, name
        assert {one["host"] for one in await known.lookup("localhost", 80)} & {"127.0.0.1", "::1"}
        for name in hosts_file():
            assert await known.lookup(name, 80), name
        await known.close()
        await resolver.close()


def hosts_file() -> list[str]:
    """Names that only this machine's /etc/hosts knows."""
    try:
        lines = Path("/etc/hosts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    rows = [line.partition("#")[0].split() for line in lines]
    return [row[1] for row in rows if len(row) > 1][:3]
