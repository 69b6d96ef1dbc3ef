"""Requests for other names are refused (421): a page of evil.example, whose name was made to lead here (DNS
rebinding), must not use this gateway as if it were its own.

An address as host is always right: no name can be made to lead elsewhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Iterable
from urllib.parse import urlsplit

from .asgi import App, Receive, Scope, Send
from .problems import Problem, problem_response

WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104  # they name no host


class AllowedHosts:
    """`names` besides localhost and addresses. `*.example.org` allows every name below it."""

    def __init__(self, app: App, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names if not name.startswith("*."))
        self._below = tuple(name[1:].lower() for name in names if name.startswith("*."))

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] in ("http", "websocket"):
            for name, value in scope["headers"]:
                if name == b"host" and not self.allows(value.decode("latin-1")):
                    return refusal(value, scope)(scope, receive, send)
        return self._app(scope, receive, send)

    def allows(self, host: str) -> bool:
        """Whether a Host header names this gateway; its port does not matter."""
        name = host_name(host)
        if name in self._names or name == "localhost" or name.endswith((".localhost", *self._below)):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def host_name(host: str) -> str:
    """The name or address in a Host header, without port, brackets and the root's dot."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].removesuffix(".").lower()


def own_names(public_url: str, listen: str, further: str) -> list[str]:
    """The names of a gateway: its public URL's, the one that it listens on, and what the operator adds."""
    listening = host_name(listen.rpartition(":")[0])
    names = [urlsplit(public_url).hostname or "", "" if listening in WILDCARDS else listening]
    return [name for name in (*names, *(name.strip() for name in further.split(","))) if name]


def refusal(host: bytes, scope: Scope) -> App:
    """The answer to a request for another name."""
    shown = host[:100].decode("ascii", "backslashreplace")
    detail = (
        f"This gateway does not answer as {shown!r}. Use its own address; its operator names it in "
        "DOCSPASTA_GATEWAY_PUBLIC_URL or DOCSPASTA_GATEWAY_HOSTS."
    )
    return problem_response(Problem(421, "wrong-host", detail), scope.get("request_id", ""))
