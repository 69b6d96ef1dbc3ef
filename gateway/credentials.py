"""Whose request it is: a bearer JWT handed on, an API key exchanged for one, or the anonymous cookie.

The gateway believes nobody itself, but for its own cookie, which it renews when it is no longer good:
whatever is sent on is verified again by the service that gets it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

import grpc
from starlette.requests import HTTPConnection
from starlette.responses import Response

from docspasta.errors import Unauthenticated
from docspasta.identity import Verifier
from docspasta.identity.tokens import Signer
from docspasta.v1.identity_pb2 import ExchangeTokenRequest, ExchangeTokenResponse

from .services import Services

KEY_PREFIX = "dsp_"
YEAR = 365 * 86400
RENEW_BEFORE = 15.0  # seconds of an exchanged token's life that must be left
EXCHANGED = 10_000  # API keys whose tokens are kept
NO_CREDENTIAL = "send `Authorization: Bearer <token or API key>`"


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request brought. `kind`: bearer | key | cookie | new (a cookie that is not yet set)."""

    kind: str
    secret: str

    @property
    def by_cookie(self) -> bool:
        """Whether a browser sends it by itself, so that another site could make it do so."""
        return self.kind in ("cookie", "new")


class Credentials:
    """Finds the credential of a request, and the JWT that services believe."""

    def __init__(self, services: Services, verifier: Verifier, signer: Signer | None) -> None:
        self._services, self._verifier, self._signer = services, verifier, signer
        self._exchanged: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[tuple[str, float]]] = {}

    async def of(self, request: HTTPConnection) -> Credential:
        """The request's credential. Raises Unauthenticated when it has none and cookies are off."""
        sent = request.headers.get("authorization", "")
        if sent:
            scheme, _, secret = sent.partition(" ")
            if scheme.lower() != "bearer" or not secret.strip():
                raise Unauthenticated(f"the Authorization header is not a bearer credential; {NO_CREDENTIAL}")
            kind = "key" if secret.strip().startswith(KEY_PREFIX) else "bearer"
            return Credential(kind, secret.strip())
        return await self._anonymous(request)

    async def _anonymous(self, request: HTTPConnection) -> Credential:
        cookie = request.cookies.get(cookie_name(request), "")
        if cookie and await self._good(cookie):
            return Credential("cookie", cookie)
        if self._signer is None:
            raise Unauthenticated(f"no credential was sent; {NO_CREDENTIAL}")
        subject = secrets.token_hex(16)
        return Credential("new", self._signer.sign(subject, ("read", "write"), YEAR, time.time()))

    async def _good(self, cookie: str) -> bool:
        try:
            return (await self._verifier.verify(cookie)).kind in ("anonymous", "browser")
        except Unauthenticated:
            return False

    async def token(self, credential: Credential) -> str:
        """The JWT to hand on. Raises grpc.aio.AioRpcError when an API key is refused."""
        if credential.kind != "key":
            return credential.secret
        name = hashlib.sha256(credential.secret.encode()).digest()
        token, expires_at = self._exchanged.get(name, ("", 0.0))
        if expires_at - time.time() > RENEW_BEFORE:
            return token
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(self._exchange(name, credential.secret))
            task.add_done_callback(lambda _: self._asking.pop(name, None))
        return (await asyncio.shield(task))[0]

    async def _exchange(self, name: bytes, api_key: str) -> tuple[str, float]:
        try:
            answer: ExchangeTokenResponse = await self._services.ask(
                "IdentityService", "ExchangeToken", ExchangeTokenRequest(api_key=api_key), None
            )
        except grpc.aio.AioRpcError:
            self._exchanged.pop(name, None)
            raise
        kept = (answer.token, answer.expires_at.ToNanoseconds() / 1e9)
        self._exchanged[name] = kept
        if len(self._exchanged) > EXCHANGED:
            self._exchanged.popitem(last=False)
        return kept


def cookie_name(request: HTTPConnection) -> str:
    """The anonymous cookie's name; `__Host-` binds it to this host where TLS allows (RFC 6265bis, 4.1.3)."""
    return "__Host-docspasta" if request.url.scheme == "https" else "docspasta"


def set_cookie(request: HTTPConnection, response: Response, credential: Credential) -> None:
    """Give a browser that has none its cookie, so that it will find its jobs again."""
    if credential.kind == "new":
        put_cookie(request, response, cookie_name(request), credential.secret, YEAR)


def put_cookie(
    request: HTTPConnection, response: Response, name: str, value: str, lifetime: int, path: str = "/"
) -> None:
    """A cookie that no script reads and no other site's form sends, for `lifetime` seconds; 0 deletes it."""
    response.set_cookie(
        name,
        value,
        max_age=lifetime,
        path=path,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
