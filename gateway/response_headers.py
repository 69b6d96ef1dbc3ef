"""Around every request: its id, and the security headers of its answer.

Raw ASGI, without coroutines of its own: of an event stream nothing stays here but one small object, and a
delivered event costs one plain call more.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable

import structlog

from .asgi import App, Message, Receive, Scope, Send

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
NOT_PAGES = ("/api/", "/v1/", "/v2/", "/openapi.json", "/healthz", "/readyz")
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


class ResponseHeaders:
    """`https`: browsers see this gateway behind TLS, and shall never come without."""

    def __init__(self, app: App, https: bool) -> None:
        self._app = app
        strict = [(b"strict-transport-security", b"max-age=31536000")] if https else []
        self._api = [*SECURITY, *strict, (b"content-security-policy", API_POLICY)]
        self._page = [*SECURITY, *strict, (b"content-security-policy", PAGE_POLICY)]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        request_id = scope["request_id"] = request_id_of(scope["headers"])
        structlog.contextvars.bind_contextvars(request_id=request_id)
        policy = self._page if is_page(scope["path"]) else self._api
        with_headers = WithHeaders(send, [*policy, (b"x-request-id", request_id.encode())])
        return self._app(scope, receive, with_headers)


class WithHeaders:
    """A `send` that adds headers to the response's start. Plain call: no coroutine of its own a message."""

    __slots__ = ("_headers", "bare")

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self.bare, self._headers = send, headers

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *self._headers]
            self._headers = []
        return self.bare(message)


def is_page(path: str) -> bool:
    """Whether an address is for people rather than programs."""
    return not path.startswith(NOT_PAGES)


def request_id_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The X-Request-Id that was sent, when it is one, else a new one."""
    sent = next((value for name, value in headers if name == b"x-request-id"), b"").decode("latin-1")
    return sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
