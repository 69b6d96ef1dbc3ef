"""Forged and stale JWTs, by name: none may be believed. Facts from RFC 7519, RFC 8725 and known attacks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docspasta.identity.issuers import key_id

NOW = 1_800_000_000


@dataclass(frozen=True)
class Issued:
    """What a forger may know: public names and keys; `key` is the true signing key, for stale tokens."""

    key: Any
    issuer: str
    audience: str = "docspasta"
    now: int = NOW


def part(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(issued: Issued, **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"iss": issued.issuer, "aud": issued.audience, "sub": "alice"}
    base |= {"iat": issued.now, "exp": issued.now + 50}
    base.update(changes)
    return {name: value for name, value in base.items() if value is not None}


def signed(issued: Issued, changes: dict[str, Any], headers: dict[str, Any] | None = None) -> str:
    kid = key_id(issued.key.public_key())
    return jwt.encode(claims(issued, **changes), issued.key, "EdDSA", {"kid": kid, **(headers or {})})


def _with_hmac(issued: Issued, secret: bytes, alg: str = "HS256") -> str:
    head = part({"alg": alg, "typ": "JWT", "kid": key_id(issued.key.public_key())})
    body = part(claims(issued))
    mark = hmac.digest(secret, f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{part(mark)}"


def _public_forms(issued: Issued) -> Iterator[tuple[str, bytes]]:
    public = issued.key.public_key()
    yield "pem", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield "der", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    yield "raw", public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def stale(issued: Issued) -> Iterator[tuple[str, str]]:
    """Truly signed, but not good: wrong or missing claims, wrong times."""
    yield "expired", signed(issued, {"iat": issued.now - 100, "exp": issued.now - 50})
    yield "expired a second past the leeway", signed(issued, {"iat": issued.now - 40, "exp": issued.now - 6})
    yield "not yet valid", signed(issued, {"nbf": issued.now + 60})
    yield "issued in the future", signed(issued, {"iat": issued.now + 600, "exp": issued.now + 650})
    yield "lives too long for its kind", signed(issued, {"exp": issued.now + 3600})
    yield "other audience", signed(issued, {"aud": "someone-else"})
    yield "audience list without us", signed(issued, {"aud": ["a", "b"]})
    yield "other issuer, our key", signed(issued, {"iss": "https://evil.example"})
    yield "issuer with a trailing slash", signed(issued, {"iss": issued.issuer + "/"})
    yield "issuer in capitals", signed(issued, {"iss": issued.issuer.upper()})
    for name in ("iss", "aud", "sub", "exp", "iat"):
        yield f"without {name}", signed(issued, {name: None})
    yield "empty subject", signed(issued, {"sub": ""})
    yield "subject with a colon", signed(issued, {"sub": "alice:job"})
    yield "subject with braces", signed(issued, {"sub": "{f00}"})
    yield "subject of 65 characters", signed(issued, {"sub": "a" * 65})
    yield "subject with a newline", signed(issued, {"sub": "alice\n"})
    yield "exp as text", _raw(issued, claims(issued, exp="soon"))
    yield "exp not a number", _raw(issued, claims(issued, exp={"at": issued.now}))


def _raw(issued: Issued, body: Any, head: dict[str, Any] | None = None) -> str:
    header = head or {"alg": "EdDSA", "typ": "JWT", "kid": key_id(issued.key.public_key())}
    text = f"{part(header)}.{part(body)}"
    return f"{text}.{part(issued.key.sign(text.encode()))}"


def forged(issued: Issued) -> Iterator[tuple[str, str]]:
    """Never signed by the issuer, or made to be verified with something else."""
    good = signed(issued, {})
    head, body, mark = good.split(".")
    kid = key_id(issued.key.public_key())
    for alg in ("none", "None", "NONE", "nOnE", ""):
        yield f"alg {alg!r}, no signature", f"{part({'alg': alg, 'kid': kid})}.{body}."
        yield f"alg {alg!r}, old signature", f"{part({'alg': alg, 'kid': kid})}.{body}.{mark}"
    for form, secret in _public_forms(issued):
        yield f"HS256 with the public key as {form}", _with_hmac(issued, secret)
    yield "HS256 with an empty secret", _with_hmac(issued, b"")
    other = Ed25519PrivateKey.generate()
    yield "another key, our kid", jwt.encode(claims(issued), other, "EdDSA", {"kid": kid})
    yield "another key, its kid", signed(replace(issued, key=other), {})
    mine = rsa.generate_private_key(65537, 2048)
    yield "RS256, our kid", jwt.encode(claims(issued), mine, "RS256", {"kid": kid})
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": part(dict(_public_forms(Issued(other, "")))["raw"])}
    yield "embedded jwk", jwt.encode(claims(issued), other, "EdDSA", {"kid": kid, "jwk": jwk})
    for name in ("jku", "x5u"):
        header = {"kid": "mine", name: "http://127.0.0.1:9/keys"}
        yield f"{name} of the forger", jwt.encode(claims(issued), other, "EdDSA", header)
    for bad in ("", "../../dev/null", "' OR 1=1 --", "/proc/self/environ", "a" * 4000, "\x00"):
        yield f"kid {bad[:12]!r}", jwt.encode(claims(issued), other, "EdDSA", {"kid": bad})
    changed = part(claims(issued, sub="mallory"))
    yield "body changed", f"{head}.{changed}.{mark}"
    yield "signature cut", good[:-4]
    yield "no signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{good}.{mark}"
    yield "empty", ""
    yield "not base64", "%%%.%%%.%%%"
    yield "huge", good + "A" * 9000
    yield "deeply nested claims", f"{head}.{part(b'[' * 3000 + b']' * 3000)}.{mark}"
    yield "claims are a list", _raw(issued, [1, 2])
    yield "header is a list", f"{part([1])}.{body}.{mark}"
    crit = {"alg": "EdDSA", "kid": kid, "crit": ["exp2"], "exp2": 1}
    yield "unknown critical header", _raw(issued, claims(issued), crit)
    yield "a JWE's five parts", ".".join([head, body, mark, body, mark])
    yield "with Bearer inside", f"Bearer {good}"
