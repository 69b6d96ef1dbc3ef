"""HTTP sessions whose connections obey the egress policy.

`Egress.open(url, private_origin)` judges the URL (scheme, port, an address in its host) and gives the HTTP
session whose connector judges the address of each socket it makes: in its resolver, and once more in its
socket factory, which also sees literals and whatever a name resolves to the second time. Nothing here follows
a redirect.

A private host that the operator or the job named has a session of its own, so that no other request can
ride on a connection that was opened under that permission.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from docspasta import urls
from docspasta.egress.addresses import Address, may_be_named, parse_address, unmapped
from docspasta.egress.names import Lookup, Names, Resolver
from docspasta.egress.policy import EgressSettings, ForbiddenTarget, Policy

AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]
MakeSocket = Callable[[AddressInfo], socket.socket]
Judge = Callable[[Address, int], bool]

KEEPALIVE_SECONDS = 15.0
NAMED_SESSIONS = 64
MAX_HEADER_BYTES = 64 * 1024


class ForbiddenAddress(OSError):
    """An address is refused. An OSError, for aiohttp passes on only that from resolvers and sockets."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One request's session: `session.get(target, proxy=proxy, allow_redirects=False)`."""

    session: aiohttp.ClientSession
    target: yarl.URL
    proxy: str | None
    named: bool  # a private host that was named: its requests are not counted at its address


class Egress:
    """Every outgoing connection of the process. `lookup` and `make_socket` stand below it, for tests."""

    def __init__(
        self, settings: EgressSettings, lookup: Lookup | None = None, make_socket: MakeSocket | None = None
    ) -> None:
        self.settings = settings
        self.policy = Policy(settings)
        self._resolver = Resolver() if lookup is None else None
        self.names = Names(lookup or self._resolver.lookup)  # type: ignore[union-attr]
        self._make_socket = make_socket or plain_socket
        self._tls = _tls(settings.ca_bundle)
        self._public: aiohttp.ClientSession | None = None
        self._named: OrderedDict[tuple[str, int], aiohttp.ClientSession] = OrderedDict()

    def check(self, url: str, private_origin: str = "") -> bool:
        """See Policy.check."""
        return self.policy.check(url, private_origin)

    def open(self, url: str, private_origin: str = "") -> Opening:
        """The session for one request to `url`. Raises ForbiddenTarget."""
        named = self.check(url, private_origin)
        target = yarl.URL(url, encoded=True)
        name, port = urls.hostname(url), urls.port(url)
        if (target.raw_host or "").strip("[]") != name or target.port != port:
            raise ForbiddenTarget("the URL reads differently to different parsers", "bad_url")
        if named:
            return Opening(self._named_session(name, port), target, None, True)
        if self._public is None:
            judge = self.policy.permits if not self.settings.proxy else self.policy.permits_proxy
            self._public = self._session(judge)
        return Opening(self._public, target, self.settings.proxy or None, False)

    async def judge_name(self, url: str, owner: str = "") -> None:
        """Behind a proxy, which resolves names itself: refuse a name that leads inside from here.

        A name that this network cannot resolve is left to the proxy.
        """
        if not self.settings.proxy:
            return
        name, port = urls.hostname(url), urls.port(url)
        if self.policy.names_host(name, port):
            return
        try:
            found = await self.names.lookup(name, port, owner)
        except OSError:
            return
        if any(not self.policy.permits(_address(result["host"]), port) for result in found):
            raise ForbiddenTarget(f"{name} leads to a private or reserved address, and is never fetched")

    async def resolve(self, url: str, owner: str = "") -> str:
        """One address that `url`'s host resolves to, the same for as long as the answer is; '' by a proxy.

        `owner` is the user for whom it is asked: each has a bounded number of questions under way. Raises
        NoAddress.
        """
        if self.settings.proxy:
            return ""
        name, port = urls.hostname(url), urls.port(url)
        if (literal := parse_address(name)) is not None:
            return str(literal)
        found = await self.names.lookup(name, port, owner)
        return min((result["host"] for result in found), default="")

    async def close(self) -> None:
        """Close every session and its connections."""
        sessions = [*self._named.values(), *([self._public] if self._public else [])]
        self._named.clear()
        self._public = None
        for session in sessions:
            await session.close()
        await self.names.close()
        if self._resolver is not None:
            await self._resolver.close()

    def _named_session(self, name: str, port: int) -> aiohttp.ClientSession:
        """The session of a named private host: its resolver knows that name, its sockets that port."""
        session = self._named.pop((name, port), None)
        if session is None:
            literal = parse_address(name)

            def permits(address: Address, to_port: int) -> bool:
                return to_port == port and (address == literal or may_be_named(address))

            session = self._session(permits, only=name)
        self._named[name, port] = session
        if len(self._named) > NAMED_SESSIONS:
            _, oldest = self._named.popitem(last=False)
            _closing.add(task := asyncio.ensure_future(oldest.close()))
            task.add_done_callback(_closing.discard)
        return session

    def _session(self, judge: Judge, only: str = "") -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=PolicyResolver(self.names, judge, only),
            socket_factory=_factory(judge, self._make_socket),
            use_dns_cache=False,
            ssl=self._tls,
            limit=0,
            keepalive_timeout=KEEPALIVE_SECONDS,
        )
        return aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=None, connect=self.settings.connect_timeout, sock_read=self.settings.idle_timeout
            ),
            max_line_size=8190,
            max_field_size=MAX_HEADER_BYTES // 4,
            max_headers=512,
            headers={"User-Agent": self.settings.user_agent},
        )


_closing: set[asyncio.Future[None]] = set()


class PolicyResolver(AbstractResolver):
    """Resolves names and drops every address that the judge refuses."""

    def __init__(self, names: Names, judge: Judge, only: str = "") -> None:
        self._names, self._judge, self._only = names, judge, only

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The permitted addresses of `host`. Raises ForbiddenAddress when all are forbidden, NoAddress."""
        if self._only and host != self._only:
            raise ForbiddenAddress(f"{host} is not the host that was named")
        found = await self._names.lookup(host, port)
        kept = [result for result in found if self._judge(_address(result["host"]), port)]
        if found and not kept:
            raise ForbiddenAddress(f"{host} leads to a private or reserved address, and is never fetched")
        return kept

    async def close(self) -> None:
        """Nothing is held open."""


def _address(text: str) -> Address:
    """A resolved address; what cannot be read is as bad as the worst (0.0.0.0)."""
    return unmapped(parse_address(text) or parse_address("0.0.0.0"))  # type: ignore[arg-type]  # noqa: S104


def _factory(judge: Judge, make: MakeSocket) -> Callable[[AddressInfo], socket.socket]:
    """The socket factory: the last word, on the very address that the socket will connect to."""

    def factory(info: AddressInfo) -> socket.socket:
        host, port = str(info[4][0]), int(info[4][1])
        if not judge(_address(host), port):
            raise ForbiddenAddress(f"{host} is a private or reserved address, and is never fetched")
        return make(info)

    return factory


def plain_socket(info: AddressInfo) -> socket.socket:
    """An ordinary TCP socket for an address."""
    return socket.socket(info[0], info[1], info[2])


def _tls(ca_bundle: str) -> ssl.SSLContext:
    """The system's trusted CAs, and the operator's. Raises ValueError for a bundle that cannot be read.

    Python 3.13 refuses CAs that lack extensions of RFC 5280, as many a private one does; curl, browsers and
    Python 3.12 take them, and so does this.
    """
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if ca_bundle:
        try:
            context.load_verify_locations(cafile=str(Path(ca_bundle)))
        except (OSError, ssl.SSLError) as error:
            raise ValueError(f"DOCSPASTA_CA_BUNDLE: {ca_bundle!r} cannot be read as PEM ({error})") from error
    return context
