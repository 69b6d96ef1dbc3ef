"""Judges URLs and addresses by what the operator and the job decided. Pure: no name is resolved here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import yarl

from docspasta import urls
from docspasta.egress.addresses import (
    Address,
    Allowance,
    allowance,
    is_global,
    may_be_named,
    parse_address,
)
from docspasta.egress.ports import parse_ports


class ForbiddenTarget(Exception):
    """The policy refuses a URL. `reason` is a PageReason; the message is a sentence for people."""

    def __init__(self, message: str, reason: str = "forbidden_address") -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class EgressSettings:
    """What the operator decided. Durations in seconds."""

    ports: frozenset[int] = frozenset((80, 443))
    allow: Allowance = field(default_factory=Allowance)
    proxy: str = ""
    ca_bundle: str = ""
    connect_timeout: float = 5.0
    idle_timeout: float = 10.0
    user_agent: str = "Docspasta"

    @classmethod
    def of(
        cls, *, ports: str, allow_private: str, proxy: str, ca_bundle: str, **rest: object
    ) -> EgressSettings:
        """From the texts of DOCSPASTA_*. Raises ValueError naming what is wrong."""
        return cls(parse_ports(ports), allowance(allow_private), _proxy(proxy), ca_bundle, **rest)  # type: ignore[arg-type]


def _proxy(text: str) -> str:
    if text and yarl.URL(text).scheme not in ("http", "https"):
        raise ValueError("DOCSPASTA_CRAWLER_PROXY must be an http:// or https:// URL")
    return text


class Policy:
    """What one process may reach. `private_origin` below is the one private origin that a job may reach."""

    def __init__(self, settings: EgressSettings) -> None:
        self._settings = settings
        self._proxy = yarl.URL(settings.proxy) if settings.proxy else None
        self._judged = lru_cache(maxsize=1024)(self._judge)  # asked before a request's token and at its start

    def check(self, url: str, private_origin: str = "") -> bool:
        """Raises ForbiddenTarget for a URL that no request may go to; True when its host was named.

        Only canonical URLs pass: what was parsed once is what is fetched.
        """
        return self._judged(url, private_origin)

    def _judge(self, url: str, private_origin: str) -> bool:
        """What `check` says. It looks at nothing but the URL and the settings, so the answer can be kept."""
        try:
            canonical = urls.canonical(url, routes=True)
        except urls.BadUrl as error:
            raise ForbiddenTarget(str(error), "bad_url") from error
        if canonical != url:
            raise ForbiddenTarget("the URL is not in its canonical form", "bad_url")
        name, port = urls.hostname(url), urls.port(url)
        allow, own = self._settings.allow, bool(private_origin) and urls.origin(url) == private_origin
        if not (port in self._settings.ports or own or allow.names_port(name, port)):
            raise ForbiddenTarget(f"port {port} is not fetched; DOCSPASTA_CRAWLER_PORTS names those that are")
        literal = parse_address(name)
        if own or allow.host(name, port):
            return True
        if literal is not None and not self.permits(literal, port):
            raise ForbiddenTarget(f"{name} is a private or reserved address, and is never fetched")
        return False

    def permits(self, address: Address, port: int) -> bool:
        """Whether a socket may connect to `address` for a host that nobody named."""
        return is_global(address) or self._settings.allow.address(address, port)

    def permits_proxy(self, address: Address, port: int) -> bool:
        """Whether a socket may connect to `address` when every request goes through the operator's proxy."""
        return self._proxy is not None and port == self._proxy.port and may_be_named(address)

    def names_host(self, name: str, port: int) -> bool:
        """Whether the operator named this host: then any private address of it is meant."""
        return self._settings.allow.host(name, port)
