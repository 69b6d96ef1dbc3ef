"""The headers that prove where a body comes from, in the three schemes. The bytes signed are the bytes sent.

Standard Webhooks 1.0.0 signs with both secrets while a rotation lasts. The other two carry one signature:
they use the old secret until the rotation is over, so a receiver who knows both never fails.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from .events import Scheme
from .secrets import Secrets, key_of

Header = tuple[str, str]
UPSTASH_LIFETIME = 300  # seconds


def signed_headers(
    scheme: Scheme, secrets: Secrets, message_id: str, url: str, body: bytes, now: int
) -> list[Header]:
    """The headers of one try. `now` is its time in epoch seconds; `message_id` is the same at all tries."""
    headers = [
        ("Content-Type", "application/json"),
        ("webhook-id", message_id),
        ("webhook-timestamp", str(now)),
    ]
    match scheme:
        case Scheme.STANDARD:
            headers.append(("webhook-signature", _standard(secrets, message_id, body, now)))
        case Scheme.FIRECRAWL:
            digest = hmac.digest(_single(secrets, scheme), body, hashlib.sha256).hex()
            headers.append(("X-Firecrawl-Signature", f"sha256={digest}"))
        case Scheme.UPSTASH:
            token = _upstash(_single(secrets, scheme), message_id, url, body, now)
            headers.append(("Upstash-Signature", token))
    return headers


def _standard(secrets: Secrets, message_id: str, body: bytes, now: int) -> str:
    signed = f"{message_id}.{now}.".encode() + body
    keys = [key_of(secret, Scheme.STANDARD) for secret in secrets if secret]
    digests = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys]
    return " ".join(f"v1,{digest}" for digest in digests)


def _single(secrets: Secrets, scheme: Scheme) -> bytes:
    return key_of(secrets.previous or secrets.current, scheme)


def _upstash(key: bytes, message_id: str, url: str, body: bytes, now: int) -> str:
    """A JWT (RFC 7519, HS256) with the claims that Upstash's own receivers look for."""
    claims = {
        "iss": "Upstash",
        "sub": url,
        "exp": now + UPSTASH_LIFETIME,
        "nbf": now,
        "iat": now,
        "jti": message_id,
        "body": _base64url(hashlib.sha256(body).digest()),
    }
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    signed = ".".join(_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{signed}.{_base64url(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
