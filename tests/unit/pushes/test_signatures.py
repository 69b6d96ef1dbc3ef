"""Forgeries of both schemes. The signers are standardwebhooks and PyJWT: nothing of ours signs here."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from standardwebhooks import Webhook

from docspasta.pushes.signatures import Forged, is_signed, verify_standard, verify_upstash

NOW = 1_796_000_000
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
BODY = '{"jobId":"j","url":"https://docs.example.org/","html":"<h1>ä</h1>"}'.encode()
ADDRESS = "https://push.example.org/api/v5/process"
KEYS = ("sig_current_" + "c" * 52, "sig_next_" + "n" * 55)
Headers = dict[str, str]


def signed(secret: str = SECRET, message_id: str = "msg_1", at: int = NOW, body: bytes = BODY) -> Headers:
    signature = Webhook(secret).sign(message_id, datetime.fromtimestamp(at, UTC), body.decode())
    return {"webhook-id": message_id, "webhook-timestamp": str(at), "webhook-signature": signature}


@pytest.mark.parametrize("off", [0, 300, -300, 5])
def test_what_standardwebhooks_signs_is_believed(off: int) -> None:
    assert verify_standard(SECRET, signed(at=NOW + off), BODY, NOW) == "msg_1"


def test_one_good_signature_of_several_is_enough() -> None:
    headers = signed()
    both = f"v1a,xx v2,{headers['webhook-signature'][3:]} {signed(OTHER)['webhook-signature']} "
    headers["webhook-signature"] = both + headers["webhook-signature"]
    assert verify_standard(SECRET, headers, BODY, NOW) == "msg_1"


def changed(**headers: str | None) -> Headers:
    found = {**signed(), **{name.replace("_", "-"): value for name, value in headers.items() if value}}
    for name, value in headers.items():
        if value is None:
            del found[name.replace("_", "-")]
    return found


GOOD = signed()["webhook-signature"]
STANDARD_FORGERIES: dict[str, tuple[Headers, bytes]] = {
    "another secret": (signed(OTHER), BODY),
    "another body": (signed(), BODY.replace(b"docs", b"evil")),
    "a body with a byte more": (signed(), BODY + b" "),
    "no body": (signed(), b""),
    "another id": (changed(webhook_id="msg_2"), BODY),
    "another time": (changed(webhook_timestamp=str(NOW + 1)), BODY),
    "six minutes ago": (signed(at=NOW - 360), BODY),
    "301 seconds ago": (signed(at=NOW - 301), BODY),
    "in six minutes": (signed(at=NOW + 360), BODY),
    "no id": (changed(webhook_id=None), BODY),
    "no time": (changed(webhook_timestamp=None), BODY),
    "no signature": (changed(webhook_signature=None), BODY),
    "an empty signature": (changed(webhook_signature="v1,"), BODY),
    "a signature that is no base64": (changed(webhook_signature="v1,%%%%"), BODY),
    "a signature without its version": (changed(webhook_signature=GOOD[3:]), BODY),
    "another version": (changed(webhook_signature="v2," + GOOD[3:]), BODY),
    "an asymmetric version": (changed(webhook_signature="v1a," + GOOD[3:]), BODY),
    "a cut signature": (changed(webhook_signature=GOOD[:-8]), BODY),
    "a time that is no number": (changed(webhook_timestamp="soon"), BODY),
    "a negative time": (changed(webhook_timestamp=f"-{NOW}"), BODY),
    "a time in other digits": (changed(webhook_timestamp="١٧٩٦٠٠٠٠٠٠"), BODY),
    "a time in exponents": (changed(webhook_timestamp="1796e6"), BODY),
    "a time with a blank": (changed(webhook_timestamp=f" {NOW}"), BODY),
    "the boundary moved into the id": (
        {**signed(message_id="msg.1"), "webhook-id": "msg.1"},
        BODY,
    ),
    "the secret's text as key": (
        changed(
            webhook_signature="v1,"
            + base64.b64encode(
                hmac.digest(SECRET.encode(), f"msg_1.{NOW}.".encode() + BODY, hashlib.sha256)
            ).decode()
        ),
        BODY,
    ),
    "only the body signed": (
        changed(
            webhook_signature="v1," + base64.b64encode(hmac.digest(b"k" * 32, BODY, hashlib.sha256)).decode()
        ),
        BODY,
    ),
}


@pytest.mark.parametrize("name", STANDARD_FORGERIES)
def test_forgeries_of_standard_webhooks_are_refused(name: str) -> None:
    headers, body = STANDARD_FORGERIES[name]
    with pytest.raises(Forged):
        verify_standard(SECRET, headers, body, NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "plain"])
def test_a_job_without_a_usable_secret_believes_nobody(secret: str) -> None:
    """An empty key signs too: whoever knows that it is empty."""
    empty = base64.b64encode(hmac.digest(b"", f"msg_1.{NOW}.".encode() + BODY, hashlib.sha256)).decode()
    with pytest.raises(Forged):
        verify_standard(secret, changed(webhook_signature=f"v1,{empty}"), BODY, NOW)


def body_claim(body: bytes = BODY) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode()


def token(key: str = KEYS[0], algorithm: str = "HS256", **claims: Any) -> str:
    said = {
        "iss": "Upstash",
        "sub": ADDRESS,
        "exp": NOW + 300,
        "nbf": NOW,
        "iat": NOW,
        "jti": "jwt_1",
        "body": body_claim(),
        **claims,
    }
    return jwt.encode({name: value for name, value in said.items() if value is not None}, key, algorithm)


@pytest.mark.parametrize("key", KEYS)
def test_the_current_key_and_the_next_are_believed(key: str) -> None:
    assert verify_upstash(KEYS, token(key), ADDRESS, BODY, NOW + 299) == "jwt_1"


def test_the_bodys_hash_may_be_padded_or_not() -> None:
    for said in (body_claim(), body_claim().rstrip("=")):
        assert verify_upstash(KEYS, token(body=said), ADDRESS, BODY, NOW) == "jwt_1"


def unsigned(text: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return f"{head}.{text.split('.')[1]}."


UPSTASH_FORGERIES: dict[str, Callable[[], str]] = {
    "another key": lambda: token("sig_of_somebody_else" + "e" * 44),
    "no signature": lambda: unsigned(token()),
    "alg none, the signature kept": lambda: unsigned(token()) + token().split(".")[2],
    "HS512": lambda: token(algorithm="HS512"),
    "HS384": lambda: token(algorithm="HS384"),
    "another issuer": lambda: token(iss="upstash"),
    "no issuer": lambda: token(iss=None),
    "another address": lambda: token(sub="https://other.example.org/api/v5/process"),
    "an address with a slash more": lambda: token(sub=f"{ADDRESS}/"),
    "an address with a query more": lambda: token(sub=f"{ADDRESS}?jobId=j"),
    "http": lambda: token(sub=ADDRESS.replace("https", "http")),
    "no address": lambda: token(sub=None),
    "a list of addresses": lambda: token(sub=[ADDRESS]),
    "expired": lambda: token(exp=NOW),
    "expired long ago": lambda: token(exp=NOW - 3600, nbf=NOW - 3900),
    "no expiry": lambda: token(exp=None),
    "an expiry that is a text": lambda: token(exp=str(NOW + 300)),
    "an expiry that is true": lambda: token(exp=True),
    "not yet": lambda: token(nbf=NOW + 301, exp=NOW + 900),
    "good for a year": lambda: token(nbf=NOW - 301, exp=NOW + 31_536_000),
    "no beginning": lambda: token(nbf=None),
    "another body": lambda: token(body=body_claim(b"other")),
    "no body": lambda: token(body=None),
    "the body itself": lambda: token(body=BODY.decode()),
    "an empty body": lambda: token(body=""),
    "the body's hash in hex": lambda: token(body=hashlib.sha256(BODY).hexdigest()),
    "a cut token": lambda: token()[:-6],
    "claims of another token": lambda: ".".join(
        [token().split(".")[0], token(jti="x").split(".")[1], token().split(".")[2]]
    ),
    "no token": lambda: "",
    "three dots": lambda: "...",
    "an id that is a number": lambda: token(jti=5),
    "a very long id": lambda: token(jti="x" * 300),
}


@pytest.mark.parametrize("name", UPSTASH_FORGERIES)
def test_forgeries_of_upstash_are_refused(name: str) -> None:
    with pytest.raises(Forged):
        verify_upstash(KEYS, UPSTASH_FORGERIES[name](), ADDRESS, BODY, NOW)


@pytest.mark.parametrize("keys", [(), ("", "")])
def test_a_job_without_signing_keys_believes_no_token(keys: tuple[str, ...]) -> None:
    with pytest.raises(Forged):
        verify_upstash(keys, token(), ADDRESS, BODY, NOW)


def test_a_signature_is_what_claims_to_be_one() -> None:
    assert (
        is_signed(signed()) and is_signed({"upstash-signature": "x"}) and not is_signed({"webhook-id": "x"})
    )
