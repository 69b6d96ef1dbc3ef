"""The one gate for every outgoing connection: what may be fetched, decided where the socket connects.

`Gate.open(url, leave)` judges the URL (scheme, port, an address in its host) and gives the HTTP session whose
connector judges the address of each socket it makes: in its resolver, and once more in its socket factory,
which also sees literals and whatever a name resolves to the second time. Nothing here follows a redirect.

A private host that the operator or the job named has a session of its own, so that no other request can
ride on a connection that was opened under that leave.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from docspasta import urls
from docspasta.addresses import (
    Address,
    Allowance,
    allowance,
    is_global,
    may_be_named,
    parse_address,
    unmapped,
)

AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]
Lookup = Callable[[str, int], Awaitable[list[ResolveResult]]]
MakeSocket = Callable[[AddressInfo], socket.socket]
Judge = Callable[[Address, int], bool]

DNS_SECONDS = 60  # how long a judged answer is kept; the socket factory judges again at each connection
KEEPALIVE_SECONDS = 15.0
NAMED_SESSIONS = 64
MAX_HEADER_BYTES = 64 * 1024


class ForbiddenTarget(Exception):
    """The gate refuses a URL. `reason` is a PageReason; the message is a sentence for people."""

    def __init__(self, message: str, reason: str = "forbidden_address") -> None:
        super().__init__(message)
        self.reason = reason


class ForbiddenAddress(OSError):
    """The same below aiohttp, which passes on nothing but OSError from resolvers and socket factories."""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """What the operator decided. Durations in seconds."""

    ports: frozenset[int] = frozenset((80, 443))
    allow: Allowance = field(default_factory=Allowance)
    proxy: str = ""
    ca_bundle: str = ""
    connect_timeout: float = 5.0
    idle_timeout: float = 10.0
    user_agent: str = "Docspasta"
    connections: int = 64

    @classmethod
    def of(
        cls, *, ports: str, allow_private: str, proxy: str, ca_bundle: str, **rest: object
    ) -> GateSettings:
        """From the texts of DOCSPASTA_*. Raises ValueError naming what is wrong."""
        return cls(_ports(ports), allowance(allow_private), _proxy(proxy), ca_bundle, **rest)  # type: ignore[arg-type]


def _ports(text: str) -> frozenset[int]:
    """`80,443` as a set; `*` stands for every port."""
    if text.strip() == "*":
        return frozenset(range(1, 65536))
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdigit() and 0 < int(part) < 65536 for part in parts):
        raise ValueError(f"DOCSPASTA_CRAWLER_PORTS is {text!r}; write numbers by comma: 80,443")
    return frozenset(map(int, parts))


def _proxy(text: str) -> str:
    if text and yarl.URL(text).scheme not in ("http", "https"):
        raise ValueError("DOCSPASTA_CRAWLER_PROXY must be an http:// or https:// URL")
    return text


@dataclass(frozen=True, slots=True)
class Opening:
    """What the gate gives for one request: `session.get(target, proxy=proxy, allow_redirects=False)`."""

    session: aiohttp.ClientSession
    target: yarl.URL
    proxy: str | None
    named: bool  # a private host that was named: its place among addresses is not counted


class Gate:
    """Every outgoing connection of the process. `lookup` and `make_socket` stand below it, for tests."""

    def __init__(
        self, settings: GateSettings, lookup: Lookup | None = None, make_socket: MakeSocket | None = None
    ) -> None:
        self.settings = settings
        self._lookup = lookup or system_lookup
        self._make_socket = make_socket or plain_socket
        self._judged = lru_cache(maxsize=1024)(self._judge)  # asked before a request's token and at its start
        self._tls = _tls(settings.ca_bundle)
        self._public: aiohttp.ClientSession | None = None
        self._named: OrderedDict[tuple[str, int], aiohttp.ClientSession] = OrderedDict()
        self._answers: OrderedDict[tuple[str, int], tuple[float, list[ResolveResult]]] = OrderedDict()

    def check(self, url: str, leave: str = "") -> bool:
        """Raises ForbiddenTarget for a URL that no request may go to; True when its host was named.

        `leave` is the job's one private origin. Only canonical URLs pass: what was parsed once is what is
        fetched.
        """
        return self._judged(url, leave)

    def _judge(self, url: str, leave: str) -> bool:
        """What `check` says; the same for ever, for it looks at nothing but the URL and the settings."""
        try:
            canonical = urls.canonical(url)
        except urls.BadUrl as error:
            raise ForbiddenTarget(str(error), "bad_url") from error
        if canonical != url:
            raise ForbiddenTarget("the URL is not in its canonical form", "bad_url")
        name, port = urls.hostname(url), urls.port(url)
        allow, left = self.settings.allow, bool(leave) and urls.origin(url) == leave
        if not (port in self.settings.ports or left or allow.names_port(name, port)):
            raise ForbiddenTarget(f"port {port} is not fetched; DOCSPASTA_CRAWLER_PORTS names those that are")
        literal = parse_address(name)
        if left or allow.host(name, port):
            return True
        if literal is not None and not self._permits(literal, port):
            raise ForbiddenTarget(f"{name} is a private or reserved address, and is never fetched")
        return False

    def open(self, url: str, leave: str = "") -> Opening:
        """The session for one request to `url`. Raises ForbiddenTarget."""
        named = self.check(url, leave)
        target = yarl.URL(url, encoded=True)
        name, port = urls.hostname(url), urls.port(url)
        if (target.raw_host or "").strip("[]") != name or target.port != port:
            raise ForbiddenTarget("the URL reads differently to different parsers", "bad_url")
        if named:
            return Opening(self._named_session(name, port), target, None, True)
        if self._public is None:
            judge = self._permits if not self.settings.proxy else self._proxy_only
            self._public = self._session(judge)
        return Opening(self._public, target, self.settings.proxy or None, False)

    async def judge_name(self, url: str) -> None:
        """Behind a proxy, which resolves names itself: refuse a name that leads inside from here.

        A name that this network cannot resolve is left to the proxy.
        """
        if not self.settings.proxy:
            return
        name, port = urls.hostname(url), urls.port(url)
        if self.settings.allow.host(name, port):
            return
        try:
            found = await self._lookup(name, port)
        except OSError:
            return
        if any(not self._permits(_address(result["host"]), port) for result in found):
            raise ForbiddenTarget(f"{name} leads to a private or reserved address, and is never fetched")

    async def resolve(self, url: str) -> str:
        """One address that `url`'s host resolves to, the same for as long as the answer is; '' by a proxy."""
        if self.settings.proxy:
            return ""
        name, port = urls.hostname(url), urls.port(url)
        if (literal := parse_address(name)) is not None:
            return str(literal)
        found = await self._cached_lookup(name, port)
        return min((result["host"] for result in found), default="")

    async def close(self) -> None:
        """Close every session and its connections."""
        sessions = [*self._named.values(), *([self._public] if self._public else [])]
        self._named.clear()
        self._public = None
        for session in sessions:
            await session.close()

    def _permits(self, address: Address, port: int) -> bool:
        return is_global(address) or self.settings.allow.address(address, port)

    def _proxy_only(self, address: Address, port: int) -> bool:
        proxy = yarl.URL(self.settings.proxy)
        return port == proxy.port and may_be_named(address)

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
            resolver=GateResolver(self._cached_lookup, judge, only),
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
            max_headers=128,
            headers={"User-Agent": self.settings.user_agent},
        )

    async def _cached_lookup(self, name: str, port: int) -> list[ResolveResult]:
        now, key = asyncio.get_running_loop().time(), (name, port)
        until, found = self._answers.get(key, (0.0, []))
        if until <= now:
            found = await self._lookup(name, port)
            self._answers[key] = (now + DNS_SECONDS, found)
            self._answers.move_to_end(key)
            while len(self._answers) > 4096:
                self._answers.popitem(last=False)
        return found


_closing: set[asyncio.Future[None]] = set()


class GateResolver(AbstractResolver):
    """Resolves names and drops every address that the judge refuses."""

    def __init__(self, lookup: Lookup, judge: Judge, only: str = "") -> None:
        self._lookup, self._judge, self._only = lookup, judge, only

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The permitted addresses of `host`. Raises ForbiddenAddress when all are forbidden."""
        if self._only and host != self._only:
            raise ForbiddenAddress(f"{host} is not the host that was named")
        found = await self._lookup(host, port)
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


async def system_lookup(name: str, port: int) -> list[ResolveResult]:
    """The system's resolver (getaddrinfo). Raises OSError (socket.gaierror)."""
    loop = asyncio.get_running_loop()
    found: Sequence[AddressInfo] = await loop.getaddrinfo(
        name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )
    return [
        ResolveResult(
            hostname=name,
            host=_with_scope(info),
            port=port,
            family=info[0],
            proto=info[2],
            flags=socket.AI_NUMERICHOST,
        )
        for info in found
    ]


def _with_scope(info: AddressInfo) -> str:
    """A link-local address keeps its zone, and with it its judgement."""
    address = info[4]
    return f"{address[0]}%{address[3]}" if len(address) == 4 and address[3] else str(address[0])


def _tls(ca_bundle: str) -> ssl.SSLContext:
    """The system's trusted CAs, and the operator's. Raises ValueError for a bundle that cannot be read."""
    context = ssl.create_default_context()
    if ca_bundle:
        try:
            context.load_verify_locations(cafile=str(Path(ca_bundle)))
        except (OSError, ssl.SSLError) as error:
            raise ValueError(f"DOCSPASTA_CA_BUNDLE: {ca_bundle!r} cannot be read as PEM ({error})") from error
    return context
