"""Whether a pushed delivery was signed by somebody who has the job's secret. Pure; the clock is an argument.

Two schemes: Standard Webhooks 1.0.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`), and the JWT of
Upstash's QStash (`Upstash-Signature`). Both sign the body's bytes as they were sent, encoded or not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from docspasta.deliveries.events import Scheme
from docspasta.deliveries.secrets import key_of

TOLERANCE = 300  # seconds that a signature is good for, and that clocks may differ
MOST_SIGNATURES = 16  # of one header
MESSAGE_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,255}")  # no dot: it parts what is signed
SECONDS = re.compile(r"[0-9]{1,12}")
STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")
UPSTASH = "upstash-signature"


class Forged(Exception):
    """The signature is not good; a sentence for people."""


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether a delivery claims to be signed. `headers` have lower-case names."""
    return UPSTASH in headers or "webhook-signature" in headers


def verify_standard(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> str:
    """The id, of a delivery that `secret` (`whsec_…`) signed. `now` is epoch seconds. Raises Forged."""
    message_id, sent_at, signatures = (headers.get(name, "") for name in STANDARD)
    if not MESSAGE_ID.fullmatch(message_id):
        raise Forged("webhook-id must have 1 to 255 visible characters, and no dot.")
    if not SECONDS.fullmatch(sent_at):
        raise Forged("webhook-timestamp must be whole seconds since 1970.")
    if abs(now - int(sent_at)) > TOLERANCE:
        raise Forged(
            "webhook-timestamp is more than five minutes off; sign each try anew, and check the clock."
        )
    key = key_of(secret, Scheme.STANDARD)
    digest = hmac.new(key, f"{message_id}.{sent_at}.".encode(), hashlib.sha256)
    digest.update(body)
    right = digest.digest()
    given = [part.partition(",") for part in signatures.split(" ")[:MOST_SIGNATURES]]
    found = [hmac.compare_digest(right, _decoded(said)) for version, _, said in given if version == "v1"]
    if not key or not any(found):
        raise Forged("webhook-signature is not that of this job's push secret over this body.")
    return message_id


def verify_upstash(keys: Sequence[str], token: str, address: str, body: bytes, now: int) -> str:
    """The token's id (`jti`, '' without one), of a delivery that one of `keys` signed: the current one, then
    the next. `address` is the one that the sender must have meant, with its query. Raises Forged."""
    claims = _claims([key for key in keys if key], token)
    if claims.get("iss") != "Upstash":
        raise Forged("The token's iss is not Upstash.")
    if claims.get("sub") != address:
        raise Forged(f"The token's sub is another address than {address}.")
    _check_times(claims, now)
    digest, given = hashlib.sha256(body).digest(), claims.get("body")
    if not isinstance(given, str) or not hmac.compare_digest(digest, _decoded(given)):
        raise Forged("The token's body is not the SHA-256 of this body.")
    named = claims.get("jti", "")
    if not isinstance(named, str) or len(named) > 255:
        raise Forged("The token's jti is no id.")
    return named


def _claims(keys: Sequence[str], token: str) -> dict[str, Any]:
    """The claims of a JWT (RFC 7519, HS256 and nothing else) that one of the keys signed."""
    signed, _, signature = token.rpartition(".")
    head, _, claims = signed.partition(".")
    if _object(head).get("alg") != "HS256":
        raise Forged("Upstash-Signature is no JWT that HS256 signed.")
    given = _decoded(signature)
    rights = [hmac.digest(key.encode(), signed.encode("ascii", "replace"), hashlib.sha256) for key in keys]
    if not any(hmac.compare_digest(right, given) for right in rights):
        raise Forged("Upstash-Signature is signed by neither of this job's signing keys.")
    return _object(claims)


def _object(part: str) -> dict[str, Any]:
    """The JSON object of a part of a JWT; an empty one for what is none."""
    try:
        found = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    begins, ends = claims.get("nbf"), claims.get("exp")
    if type(begins) is not int or type(ends) is not int:
        raise Forged("The token needs exp and nbf, in whole seconds.")
    if ends <= now:
        raise Forged("The token has expired (exp).")
    if begins > now + TOLERANCE or now - begins > TOLERANCE:
        raise Forged(
            "The token's nbf is more than five minutes off; sign each try anew, and check the clock."
        )


def _decoded(text: str) -> bytes:
    """Bytes in base64, of either alphabet, padded or not; b'' for what is none."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
