"""Whose request it is: a bearer JWT handed on, an API key exchanged for one, or the anonymous cookie.

The gateway itself verifies only its own cookie, to renew one that is no longer good. Every service verifies
the credential that it gets.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import grpc
import jwt
from starlette.requests import HTTPConnection
from starlette.responses import Response

from docspasta.errors import Unauthenticated
from docspasta.identity import Verifier
from docspasta.identity.caller import anonymous_subject
from docspasta.identity.installation import BROWSER_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.v1.identity_pb2 import ExchangeTokenRequest

from .clients import client_of, pseudonym
from .cookies import YEAR, Cookies
from .services import Services

TOKEN = re.compile(r"[\x21-\x7e]+")  # visible ASCII, which gRPC's metadata can carry
KEY_PREFIX = "dsp_"
# Seconds of an exchanged token's life (60) that must be left: it is handed on for 25, and streams are checked
# every 30 at most (hub.py), so that a revoked key's streams end within a minute.
RENEW_BEFORE = 35.0
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

    def shown_name(self) -> str:
        """Whom the page calls signed in, by a verified cookie; '' for an anonymous browser."""
        if self.kind != "cookie":
            return ""
        claims = jwt.decode(self.secret, options={"verify_signature": False})
        return str(claims.get("name") or "you") if claims.get("iss") == BROWSER_ISSUER else ""

    def user(self, token: str, client: str) -> str:
        """Whom this process counts the caller as. `token` is the JWT to hand on.

        A bearer token is not verified here: it counts for its client only, so that nobody uses up another's
        share by naming them.
        """
        claims = jwt.decode(token, options={"verify_signature": False})
        named = f"{claims.get('iss')} {claims.get('sub')}"
        return f"{named} {client}" if self.kind == "bearer" else named


class Credentials:
    """Finds the credential of a request, and the JWT that services believe."""

    def __init__(
        self,
        services: Services,
        verifier: Verifier,
        signer: Signer | None,
        cookies: Cookies,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._services, self._verifier, self._signer = services, verifier, signer
        self._cookies, self._now = cookies, now
        self._exchanged: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[tuple[str, float]]] = {}

    async def of(self, request: HTTPConnection) -> Credential:
        """The request's credential. Raises Unauthenticated when it has none and cookies are off."""
        sent = request.headers.get("authorization", "")
        if sent:
            return bearer(sent)
        return await self._anonymous(request)

    async def _anonymous(self, request: HTTPConnection) -> Credential:
        cookie = self._cookies.value(request)
        if cookie and await self._good(cookie):
            return Credential("cookie", cookie)
        if self._signer is None:
            raise Unauthenticated(f"no credential was sent; {NO_CREDENTIAL}")
        subject = anonymous_subject(pseudonym(client_of(request.scope), self._signer.secret()))
        return Credential("new", self._signer.sign(subject, ("read", "write"), YEAR, self._now()))

    async def _good(self, cookie: str) -> bool:
        try:
            return (await self._verifier.verify(cookie)).kind in ("anonymous", "browser")
        except Unauthenticated:
            return False

    def give_cookie(self, request: HTTPConnection, response: Response, credential: Credential) -> None:
        """Give a browser that has none its anonymous cookie, so that it will find its jobs again."""
        if credential.kind == "new":
            self._cookies.put(request, response, credential.secret, YEAR)

    async def token(self, credential: Credential) -> str:
        """The JWT to hand on. Raises grpc.aio.AioRpcError when an API key is refused."""
        if credential.kind != "key":
            return credential.secret
        name = hashlib.sha256(credential.secret.encode()).digest()
        token, expires_at = self._exchanged.get(name, ("", 0.0))
        if expires_at - self._now() > RENEW_BEFORE:
            return token
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(self._exchange(name, credential.secret))
            task.add_done_callback(lambda _: self._asking.pop(name, None))
        return (await asyncio.shield(task))[0]

    async def _exchange(self, name: bytes, api_key: str) -> tuple[str, float]:
        try:
            asked = ExchangeTokenRequest(api_key=api_key)
            answer = await self._services.ask(self._services.identity.ExchangeToken, asked, None)
        except grpc.aio.AioRpcError:
            self._exchanged.pop(name, None)
            raise
        kept = (answer.token, answer.expires_at.ToNanoseconds() / 1e9)
        self._exchanged[name] = kept
        if len(self._exchanged) > EXCHANGED:
            self._exchanged.popitem(last=False)
        return kept


def bearer(header: str) -> Credential:
    """The credential of an Authorization header. Raises Unauthenticated for what cannot be one."""
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not TOKEN.fullmatch(secret):
        raise Unauthenticated(f"the Authorization header is not a bearer credential; {NO_CREDENTIAL}")
    return Credential("key" if secret.startswith(KEY_PREFIX) else "bearer", secret)
