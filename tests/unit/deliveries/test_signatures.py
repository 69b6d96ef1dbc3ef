"""Signed bodies are verified by other people's code alone: `standardwebhooks` and PyJWT."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import jwt
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from docspasta.deliveries.events import Scheme
from docspasta.deliveries.secrets import Secrets, key_of, new_secret, secret_mistake
from docspasta.deliveries.signatures import signed_headers

URL, ID = "https://hooks.example.org/in?x=1", "msg_0123"
BODY = '{"type":"job.completed","data":{"title":"Grüße"}}'.encode()
OLD, NEW = new_secret(), new_secret()


def signed(scheme: Scheme, secrets: Secrets, body: bytes = BODY, ago: int = 0) -> dict[str, str]:
    """The headers of a message signed so many seconds ago, by the clock that the libraries read."""
    return dict(signed_headers(scheme, secrets, ID, URL, body, int(time.time()) - ago))


def verified(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_standard_is_believed_by_its_own_library() -> None:
    headers = signed(Scheme.STANDARD, Secrets(NEW))
    assert headers["webhook-id"] == ID
    assert verified(NEW, BODY, headers)
    assert not verified(OLD, BODY, headers)
    assert not verified(NEW, BODY + b" ", headers)
    assert not verified(NEW, BODY, headers | {"webhook-id": "msg_0124"})
    assert not verified(
        NEW, BODY, headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)}
    )
    assert not verified(NEW, BODY, signed(Scheme.STANDARD, Secrets(NEW), ago=600))


def test_a_rotation_is_signed_with_both() -> None:
    headers = signed(Scheme.STANDARD, Secrets(NEW, OLD))
    assert verified(OLD, BODY, headers) and verified(NEW, BODY, headers)
    assert not verified(new_secret(), BODY, headers)


def test_upstash_is_believed_by_pyjwt() -> None:
    token = signed(Scheme.UPSTASH, Secrets(NEW))["Upstash-Signature"]
    claims = jwt.decode(
        token, NEW, algorithms=["HS256"], issuer="Upstash", options={"require": ["iss", "sub", "exp", "nbf"]}
    )
    assert (claims["sub"], claims["jti"], claims["exp"] - claims["nbf"]) == (URL, ID, 300)
    digest = base64.urlsafe_b64encode(hashlib.sha256(BODY).digest()).rstrip(b"=").decode()
    assert claims["body"].rstrip("=") == digest
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, OLD, algorithms=["HS256"])


def test_one_signature_stays_the_old_one_until_the_rotation_ends() -> None:
    token = signed(Scheme.UPSTASH, Secrets(NEW, OLD))["Upstash-Signature"]
    assert jwt.decode(token, OLD, algorithms=["HS256"])
    firecrawl = signed(Scheme.FIRECRAWL, Secrets(NEW, OLD))["X-Firecrawl-Signature"]
    assert firecrawl == "sha256=" + hmac.new(OLD.encode(), BODY, "sha256").hexdigest()


@pytest.mark.parametrize(
    ("scheme", "secret", "good"),
    [
        pytest.param(Scheme.STANDARD, new_secret(), True, id="a new secret"),
        (Scheme.STANDARD, "whsec_" + base64.b64encode(b"x" * 24).decode(), True),
        (Scheme.STANDARD, "whsec_" + base64.b64encode(b"x" * 23).decode(), False),
        (Scheme.STANDARD, "whsec_" + base64.b64encode(b"x" * 65).decode(), False),
        (Scheme.STANDARD, base64.b64encode(b"x" * 32).decode(), False),
        (Scheme.STANDARD, "whsec_" + "x" * 31 + "!", False),
        (Scheme.STANDARD, "", False),
        (Scheme.UPSTASH, "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", True),
        (Scheme.FIRECRAWL, "too short", False),
        (Scheme.FIRECRAWL, "with a line\nbreak inside", False),
        (Scheme.UPSTASH, "s" * 129, False),
    ],
)
def test_secrets_of_the_wrong_form_are_told(scheme: Scheme, secret: str, good: bool) -> None:
    assert (secret_mistake(secret, scheme) == "") is good


def test_a_fresh_secret_is_good_for_every_scheme() -> None:
    assert not any(secret_mistake(NEW, scheme) for scheme in Scheme)
    assert len(key_of(NEW, Scheme.STANDARD)) == 32 and NEW != OLD
