"""The one piece of code that believes a JWT (RFC 7519, RFC 8725), and the one that signs docspasta's own.

The algorithm follows from the key, never from the token; `jku`, `x5u` and an embedded `jwk` are not read;
issuer, audience, subject, expiry and issue time are required; a token over 8 KiB is refused unread.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from docspasta.errors import Unauthenticated

from .caller import SCOPES, Caller, user_id
from .issuers import Issuer, key_id

MAX_TOKEN_BYTES = 8192
INTERNAL_LIFETIME = 60.0
LONGEST_SUBJECT = 340  # of a ServiceAccount: names of up to 63 and 253 characters
REFUSED = "the credential is not good; sign in again or send a valid token"

KeySource = Callable[[Issuer, str], Awaitable[Any | None]]


@runtime_checkable
class Closes(Protocol):
    """A key source that holds connections."""

    async def close(self) -> None: ...


async def no_jwks(issuer: Issuer, kid: str) -> Any | None:
    """A key source for installations without OIDC: knows no key."""
    return None


def algorithms(key: Any) -> list[str]:
    """The signature algorithms a key may be used with; none for a key of another sort (RFC 8725, 3.1)."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return ["EdDSA"]
    if isinstance(key, rsa.RSAPublicKey):
        return ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] if key.key_size >= 2048 else []
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {"secp256r1": ["ES256"], "secp384r1": ["ES384"]}.get(key.curve.name, [])
    return []


class Verifier:
    """Turns a JWT into a Caller. `jwks` finds an OIDC issuer's key by `kid`; `now` is the clock."""

    def __init__(
        self,
        issuers: dict[str, Issuer],
        leeway: float = 5.0,
        jwks: KeySource = no_jwks,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuers, self._leeway, self._jwks, self._now = issuers, leeway, jwks, now

    def most_of(self, issuer: str) -> frozenset[str]:
        """The most that a token of an issuer may do; nothing for one that is not trusted."""
        found = self._issuers.get(issuer)
        return frozenset(found.scopes) if found else frozenset()

    async def close(self) -> None:
        """End what keys were asked over."""
        if isinstance(self._jwks, Closes):
            await self._jwks.close()

    async def verify(self, token: str) -> Caller:
        """The caller that `token` names. Raises Unauthenticated, always with the same sentence."""
        try:
            return await self._verify(token)
        except Unauthenticated:
            raise
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise Unauthenticated(REFUSED) from error

    async def _verify(self, token: str) -> Caller:
        if len(token) > MAX_TOKEN_BYTES:
            raise Unauthenticated(REFUSED)
        header = jwt.get_unverified_header(token)
        claimed = jwt.decode(token, options={"verify_signature": False})
        issuer = self._issuers.get(str(claimed.get("iss", "")))
        key = await self._key(issuer, str(header.get("kid", ""))) if issuer else None
        if issuer is None or key is None:
            raise Unauthenticated(REFUSED)
        claims = self._claims(token, key, issuer)
        return _caller(issuer, claims, token)

    async def _key(self, issuer: Issuer, kid: str) -> Any | None:
        return await self._jwks(issuer, kid) if issuer.jwks_url else issuer.keys.get(kid)

    def _claims(self, token: str, key: Any, issuer: Issuer) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=algorithms(key),
            audience=issuer.audience,
            issuer=issuer.issuer,
            options={
                "require": ["exp", "iat", "iss", "sub", "aud"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
        self._check_times(claims, issuer)
        return claims

    def _check_times(self, claims: dict[str, Any], issuer: Issuer) -> None:
        now, issued, expires = self._now(), float(claims["iat"]), float(claims["exp"])
        if not math.isfinite(expires) or issued < issuer.not_before:
            raise Unauthenticated(REFUSED)
        if expires + self._leeway <= now or max(issued, float(claims.get("nbf", 0))) - self._leeway > now:
            raise Unauthenticated(REFUSED)
        if issuer.kind == "internal" and expires - issued > INTERNAL_LIFETIME:
            raise Unauthenticated(REFUSED)


def _caller(issuer: Issuer, claims: dict[str, Any], token: str) -> Caller:
    subject = str(claims["sub"])
    if not subject or len(subject) > LONGEST_SUBJECT:
        raise Unauthenticated(REFUSED)
    if issuer.operator and issuer.kind == "kubernetes" and subject == issuer.operator:
        return _operator(issuer, claims, token)
    return Caller(
        user_id=user_id(issuer.kind, issuer.issuer, subject),
        scopes=scopes_of(issuer, str(claims.get("scope", ""))),
        kind=issuer.kind,
        expires_at=float(claims["exp"]),
        token=token,
    )


def _operator(issuer: Issuer, claims: dict[str, Any], token: str) -> Caller:
    """The operator by itself: it has nothing and may do nothing but ask for a namespace's token."""
    user = user_id(issuer.kind, issuer.issuer, str(claims["sub"]))
    return Caller(user, frozenset(), "operator", float(claims["exp"]), token)


def scopes_of(issuer: Issuer, claim: str) -> frozenset[str]:
    """What a token may do: what it names, as far as the operator lets its issuer grant it.

    A token that names none of ours gets all of its issuer's. Those of API keys always name theirs.
    """
    named = frozenset(word.removeprefix("docspasta:") for word in claim.split()) & frozenset(SCOPES)
    allowed = frozenset(issuer.scopes)
    if issuer.kind == "internal" or named:
        return named & allowed
    return allowed


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs docspasta's own JWTs with an Ed25519 key."""

    key: Any
    issuer: str
    audience: str = "docspasta"

    @classmethod
    def from_pem(cls, pem: str, issuer: str, audience: str = "docspasta") -> Signer:
        """Raises ValueError when `pem` is not an Ed25519 private key."""
        key = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise ValueError("the signing key must be an Ed25519 private key in PEM")
        return cls(key, issuer, audience)

    def secret(self) -> bytes:
        """32 bytes that only the key's holder knows, to derive pseudonyms from."""
        return hashlib.sha256(b"pseudonyms\n" + self.key.private_bytes_raw()).digest()

    def sign(self, subject: str, scopes: tuple[str, ...], lifetime: float, now: float, name: str = "") -> str:
        """A JWT for `subject` that lives `lifetime` seconds from `now`. `name` is what people call it; it is
        only shown."""
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "iat": int(now),
            "exp": int(now + lifetime),
            "scope": " ".join(scopes),
            **({"name": name} if name else {}),
        }
        kid = key_id(self.key.public_key())
        return jwt.encode(claims, self.key, algorithm="EdDSA", headers={"kid": kid})
