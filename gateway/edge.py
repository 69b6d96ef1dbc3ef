"""Around every request: its id, the security headers of its answer, the pace of its client's address.

Raw ASGI, without coroutines of its own: of event streams nothing stays here but one small object, and a
delivered event costs one plain call more.
"""

from __future__ import annotations

import ipaddress
import re
import time
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from .problems import Problem, problem_response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

ADDRESSES = 50_000
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
API_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
PAGE_POLICY = (
    b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class Edge:
    """`https`: browsers see this gateway behind TLS, and shall never come without."""

    def __init__(self, app: App, pace: Pace, https: bool) -> None:
        self._app, self._pace = app, pace
        strict = [(b"strict-transport-security", b"max-age=31536000")] if https else []
        self._api = [*SECURITY, *strict, (b"content-security-policy", API_POLICY)]
        self._page = [*SECURITY, *strict, (b"content-security-policy", PAGE_POLICY)]

    def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        request_id = scope["request_id"] = request_id_of(scope["headers"])
        is_page = not scope["path"].startswith(("/api/", "/openapi.json", "/healthz", "/readyz"))
        headed = Headed(
            send, [*(self._page if is_page else self._api), (b"x-request-id", request_id.encode())]
        )
        if scope["path"].startswith("/api/") and not is_stream(scope["path"]):
            wait = self._pace.take((scope.get("client") or ("", 0))[0])
            if wait:
                problem = Problem(
                    429, "too-many-requests", "Too many requests; wait a moment.", retry_after=wait
                )
                return problem_response(problem, request_id)(scope, receive, headed)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        return self._app(scope, receive, headed)


class Headed:
    """A `send` that adds headers to the response's start. Plain call: no coroutine of its own a message."""

    __slots__ = ("_headers", "bare")

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self.bare, self._headers = send, headers

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *self._headers]
            self._headers = []
        return self.bare(message)


class Pace:
    """Requests a second of each client address: a bucket of twice the rate that refills at the rate."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._now = rate, now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> float:
        """0.0 when the request may pass, else seconds to wait. A rate of 0 lets all pass."""
        if not self._rate:
            return 0.0
        now, name = self._now(), network(address)
        left, seen = self._buckets.pop(name, (2 * self._rate, now))
        left = min(2 * self._rate, left + (now - seen) * self._rate)
        passes = left >= 1
        self._buckets[name] = (left - 1 if passes else left, now)
        if len(self._buckets) > ADDRESSES:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._rate


def network(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that an IPv6 client has to itself."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


def is_stream(path: str) -> bool:
    """Whether a request opens an event stream, whose limits answer otherwise than with 429."""
    return path.endswith(("/stream", "/status"))


def request_id_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The X-Request-Id that was sent, when it is one, else a new one."""
    sent = next((value for name, value in headers if name == b"x-request-id"), b"").decode("latin-1")
    return sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
