"""Signing in: OpenID Connect's authorization code flow with PKCE (RFC 6749, RFC 7636, OIDC Core 3.1).

EventSource sends no Authorization header, so a browser's sign-in becomes the gateway's cookie: a JWT of its
own that names the user as a bearer token of the same issuer and subject would. What is remembered between
the two requests travels in a short-lived signed cookie; no replica holds a session.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docspasta.errors import Unauthenticated
from docspasta.identity.caller import Caller
from docspasta.identity.issuers import Issuer
from docspasta.identity.jwks import Jwks
from docspasta.identity.requests import IssuerRequests
from docspasta.identity.tokens import Signer, Verifier
from docspasta.settings import Gateway

from .cookies import Cookies
from .problems import Problem

NAME_LENGTH = 80  # characters of a name in a cookie
PENDING = 600  # seconds between leaving for the issuer and coming back
PENDING_COOKIE = "docspasta-login"
PATH = "/login"
FAILED = "The sign-in did not succeed; begin again at /login."


@dataclass(frozen=True, slots=True)
class Provider:
    """What an issuer's discovery document says (OIDC Discovery 1.0, 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Login:
    """/login, /login/callback and /logout of one issuer. `signer` signs browsers' cookies."""

    def __init__(
        self,
        settings: Gateway,
        signer: Signer,
        requests: IssuerRequests,
        cookies: Cookies,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings, self._signer, self._requests = settings, signer, requests
        self._cookies, self._now = cookies, now
        self._jwks = Jwks(requests.get)
        self._provider: Provider | None = None

    async def provider(self) -> Provider:
        """The issuer's endpoints, asked once. Raises Problem (503) when it cannot be reached."""
        if self._provider is None:
            issuer = self._settings.login_issuer.rstrip("/")
            try:
                found = json.loads(await self._requests.get(f"{issuer}/.well-known/openid-configuration"))
                if str(found["issuer"]).rstrip("/") != issuer:
                    raise ValueError("it names another issuer")
                self._provider = Provider(
                    found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"]
                )
            except (OSError, ValueError, KeyError, TimeoutError) as error:
                raise Problem(503, "sign-in-unavailable", "The issuer cannot be reached just now.") from error
        return self._provider

    async def begin(self, request: Request) -> Response:
        """GET /login: remember what was sent, and send the browser to the issuer."""
        provider = await self.provider()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self._settings.login_client_id,
            "redirect_uri": self._callback(request),
            "scope": self._settings.login_scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        response = RedirectResponse(f"{provider.authorization_endpoint}?{urlencode(asked)}", 302)
        pending = {"state": state, "nonce": nonce, "verifier": verifier, "next": own_path(request)}
        self._remember(request, response, pending)
        return response

    async def finish(self, request: Request) -> Response:
        """GET /login/callback: the issuer's code for an id token, and that for the cookie."""
        pending = self._pending(request)
        given = request.query_params
        if not secrets.compare_digest(given.get("state", ""), pending["state"]) or "code" not in given:
            raise Problem(401, "sign-in-failed", FAILED)
        id_token = await self._exchange(request, given["code"], pending)
        caller = await self._caller(id_token, pending["nonce"])
        lifetime = self._settings.login_lifetime
        scopes, name = ("read", "write"), name_in(id_token)
        token = self._signer.sign(caller.user_id, scopes, lifetime, self._now(), name)
        response = RedirectResponse(pending["next"], 303, {"Cache-Control": "no-store"})
        self._cookies.put(request, response, token, int(lifetime))
        self._cookies.put(request, response, "", 0, PENDING_COOKIE, PATH)
        return response

    async def _exchange(self, request: Request, code: str, pending: dict[str, str]) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback(request),
            "client_id": self._settings.login_client_id,
            "code_verifier": pending["verifier"],
        }
        if secret := self._settings.login_client_secret.get_secret_value():
            form["client_secret"] = secret
        try:
            answer = json.loads(await self._requests.post((await self.provider()).token_endpoint, form))
            return str(answer["id_token"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Problem(401, "sign-in-failed", FAILED) from error

    async def _caller(self, id_token: str, nonce: str) -> Caller:
        settings, provider = self._settings, await self.provider()
        issuer = Issuer(settings.login_issuer, "oidc", settings.login_client_id, provider.jwks_uri)
        verifier = Verifier({issuer.issuer: issuer}, settings.identity_leeway, self._jwks, self._now)
        try:
            caller = await verifier.verify(id_token)
        except Unauthenticated as error:
            raise Problem(401, "sign-in-failed", FAILED) from error
        said = jwt.decode(id_token, options={"verify_signature": False}).get("nonce", "")
        if not secrets.compare_digest(str(said), nonce):
            raise Problem(401, "sign-in-failed", FAILED)
        return caller

    def _callback(self, request: Request) -> str:
        own = self._settings.gateway_public_url.rstrip("/")
        return f"{own or f'{request.url.scheme}://{request.url.netloc}'}{PATH}/callback"

    def _remember(self, request: Request, response: Response, pending: dict[str, str]) -> None:
        claims = {**pending, "aud": PENDING_COOKIE, "exp": int(self._now()) + PENDING}
        token = jwt.encode(claims, self._signer.key, algorithm="EdDSA")
        self._cookies.put(request, response, token, PENDING, PENDING_COOKIE, PATH)

    def _pending(self, request: Request) -> dict[str, str]:
        try:
            found: dict[str, Any] = jwt.decode(
                self._cookies.value(request, PENDING_COOKIE, PATH),
                self._signer.key.public_key(),
                algorithms=["EdDSA"],
                audience=PENDING_COOKIE,
                options={"require": ["exp", "aud"], "verify_exp": False},
            )
        except jwt.PyJWTError as error:
            raise Problem(401, "sign-in-failed", FAILED) from error
        if found["exp"] <= self._now():
            raise Problem(401, "sign-in-failed", "The sign-in took too long; begin again at /login.")
        return {name: str(found[name]) for name in ("state", "nonce", "verifier", "next")}


def name_in(id_token: str) -> str:
    """What a verified id token calls the person (OpenID Connect Core, 5.1); '' for nothing."""
    claims = jwt.decode(id_token, options={"verify_signature": False})
    given = (claims.get(name) for name in ("email", "preferred_username", "name"))
    return next((value[:NAME_LENGTH] for value in given if isinstance(value, str) and value), "")


def challenge(verifier: str) -> str:
    """The S256 code challenge of a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def own_path(request: Request) -> str:
    """Where to go after the sign-in: a path of this site, never another's address."""
    wanted = request.query_params.get("next", "/")
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if plain and "\\" not in wanted and len(wanted) <= 512 else "/"
