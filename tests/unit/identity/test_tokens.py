"""A JWT is believed only when everything about it is right (RFC 8725)."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docspasta.errors import PermissionDenied, Unauthenticated
from docspasta.identity.issuers import Issuer, key_id, parse_issuers
from docspasta.identity.jwks import Jwks
from docspasta.identity.tokens import Signer, Verifier, algorithms

from .forgeries import NOW, Issued, claims, forged, signed, stale

KEY = Ed25519PrivateKey.generate()
ISSUED = Issued(KEY, "docspasta")


def _verifier() -> Verifier:
    key = KEY.public_key()
    issuer = Issuer("docspasta", "internal", "docspasta", "", {key_id(key): key}, ("read", "write"))
    return Verifier({"docspasta": issuer}, leeway=5, now=lambda: NOW)


async def test_a_good_token_names_its_caller() -> None:
    token = Signer(KEY, "docspasta").sign("alice", ("read",), 50, NOW)
    caller = await _verifier().verify(token)
    assert (caller.user_id, caller.scopes, caller.kind) == ("alice", {"read"}, "internal")
    caller.require("read")
    with pytest.raises(PermissionDenied, match="write"):
        caller.require("write")


BAD = [*stale(ISSUED), *forged(ISSUED)]


def test_there_are_enough_forgeries() -> None:
    assert len(BAD) >= 30
    assert len({name for name, _ in BAD}) == len(BAD)


@pytest.mark.parametrize(("name", "token"), BAD, ids=[name for name, _ in BAD])
async def test_a_bad_token_is_refused(name: str, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await _verifier().verify(token)


async def test_the_forgeries_differ_from_a_good_token_only_where_they_say() -> None:
    assert (await _verifier().verify(signed(ISSUED, {}))).user_id == "alice"
    assert claims(ISSUED)["aud"] == "docspasta"


def test_short_rsa_keys_and_other_sorts_get_no_algorithm() -> None:
    assert algorithms(rsa.generate_private_key(65537, 1024).public_key()) == []
    assert algorithms("secret") == []


@pytest.mark.parametrize(
    ("kind", "configured", "claim", "scopes"),
    [
        ("oidc", None, "read write admin", {"read", "write"}),
        ("oidc", None, "docspasta:admin", set()),
        ("oidc", ["read", "write", "admin"], "read admin", {"read", "admin"}),
        ("oidc", ["read"], "openid profile", {"read"}),
        ("internal", None, "read admin", {"read"}),
        ("internal", ["read", "admin"], "read admin", {"read", "admin"}),
        ("internal", None, "", set()),
        ("local", None, "read write admin", {"read", "write", "admin"}),
    ],
)
async def test_a_scope_is_what_the_operator_lets_the_issuer_grant(kind, configured, claim, scopes) -> None:
    row = {"issuer": "i", "kind": kind, "public_key": _pem(KEY)}
    if configured:
        row["scopes"] = configured
    verifier = Verifier(parse_issuers(json.dumps([row]), "docspasta"), now=lambda: NOW)
    token = Signer(KEY, "i").sign("alice", tuple(claim.split()), 50, NOW)
    assert (await verifier.verify(token)).scopes == scopes


async def test_tokens_of_before_are_revoked_together() -> None:
    row = {"issuer": "i", "kind": "browser", "public_key": _pem(KEY), "not_before": NOW}
    verifier = Verifier(parse_issuers(json.dumps([row]), "docspasta"), now=lambda: NOW + 60)
    assert (await verifier.verify(Signer(KEY, "i").sign("alice", (), 9999, NOW))).user_id == "alice"
    with pytest.raises(Unauthenticated):
        await verifier.verify(Signer(KEY, "i").sign("alice", (), 9999, NOW - 1))


@pytest.mark.parametrize("never", [float("inf"), float("nan")])
async def test_a_token_that_never_ends_is_none(never: float) -> None:
    with pytest.raises(Unauthenticated):
        await _verifier().verify(signed(ISSUED, {"exp": never, "iat": NOW}))


async def test_two_issuers_equal_subjects_are_two_users() -> None:
    keys = {name: Ed25519PrivateKey.generate() for name in ("https://a.example", "https://b.example")}
    rows = [{"issuer": name, "kind": "oidc", "public_key": _pem(key)} for name, key in keys.items()]
    verifier = Verifier(parse_issuers(json.dumps(rows), "docspasta"), now=lambda: NOW)
    users = [
        (await verifier.verify(Signer(key, name).sign("42", (), 3600, NOW))).user_id
        for name, key in keys.items()
    ]
    assert len(set(users)) == 2


def _pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not JSON"),
        ('[{"kind": "oidc"}]', "needs an issuer"),
        ('[{"issuer": "x", "kind": "magic", "jwks_url": "y"}]', "kind of"),
        ('[{"issuer": "x", "kind": "oidc"}]', "public_key or jwks_url"),
    ],
)
def test_a_bad_issuer_setting_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_issuers(text, "docspasta")


class _KeyServer:
    """An issuer's JWKS whose keys rotate; counts how often it is asked."""

    def __init__(self) -> None:
        self.keys: dict[str, Ed25519PrivateKey] = {}
        self.asked = 0
        self.down = False

    async def fetch(self, url: str) -> bytes:
        self.asked += 1
        if self.down:
            raise OSError("down")
        rows = []
        for kid, key in self.keys.items():
            raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            from .forgeries import part

            rows.append({"kty": "OKP", "crv": "Ed25519", "x": part(raw), "kid": kid, "use": "sig"})
        return json.dumps({"keys": rows}).encode()


async def test_keys_rotate_without_an_outage() -> None:
    import jwt

    server, clock = _KeyServer(), [0.0]
    issuer = Issuer("https://idp.example", "oidc", "docspasta", jwks_url="https://idp.example/jwks")
    source = Jwks(server.fetch, now=lambda: clock[0])
    verifier = Verifier({issuer.issuer: issuer}, jwks=source, now=lambda: NOW)

    def token(kid: str) -> str:
        body = {"iss": issuer.issuer, "aud": "docspasta", "sub": "x", "iat": NOW, "exp": NOW + 600}
        return jwt.encode(body, server.keys[kid], "EdDSA", {"kid": kid})

    server.keys["one"] = Ed25519PrivateKey.generate()
    first = token("one")
    await verifier.verify(first)
    server.keys["two"] = Ed25519PrivateKey.generate()
    clock[0] += 11
    await verifier.verify(token("two"))
    await verifier.verify(first)
    assert server.asked == 2
    server.down = True
    clock[0] += 3600
    await verifier.verify(first)
    for _ in range(50):
        with pytest.raises(Unauthenticated):
            server.keys["three"] = KEY
            await verifier.verify(token("three"))
    assert server.asked == 3, "unknown kids must not become requests"
