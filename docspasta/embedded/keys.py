"""The secrets of one installation on one machine: made once, readable by their owner only.

The command line signs its own short-lived tokens with the `local` key; the services hold its public half
only. Issuer names are those that docspasta/identity knows.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

LOCAL_ISSUER = "docspasta-local"
INTERNAL_ISSUER = "docspasta"
ANONYMOUS_ISSUER = "docspasta-anonymous"
AUDIENCE = "docspasta"
TOKEN_LIFETIME = 300  # seconds


@dataclass(frozen=True)
class Keys:
    """Private keys are Ed25519 in PEM; `secret` is base64 of 32 random bytes."""

    secret: str
    signing: str
    signing_public: str
    anonymous: str
    anonymous_public: str
    local: str
    local_public: str

    def issuers(self) -> str:
        """The trusted issuers, as DOCSPASTA_IDENTITY_ISSUERS reads them."""
        kinds = {
            "local": (LOCAL_ISSUER, self.local_public),
            "internal": (INTERNAL_ISSUER, self.signing_public),
            "anonymous": (ANONYMOUS_ISSUER, self.anonymous_public),
        }
        return json.dumps(
            [
                {"issuer": issuer, "audience": AUDIENCE, "public_key": key, "kind": kind}
                for kind, (issuer, key) in kinds.items()
            ]
        )

    def local_token(self, now: float | None = None) -> str:
        """A token of the person at this machine's command line."""
        import jwt

        issued = int(time.time() if now is None else now)
        claims = {
            "iss": LOCAL_ISSUER,
            "aud": AUDIENCE,
            "sub": "local",
            "iat": issued,
            "exp": issued + TOKEN_LIFETIME,
            "scope": "read write admin",
        }
        return jwt.encode(claims, self.local, algorithm="EdDSA")


def load_keys(path: Path) -> Keys:
    """The installation's keys; made when the file does not exist."""
    try:
        return Keys(**json.loads(path.read_text()))
    except FileNotFoundError:
        keys = make_keys()
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(keys), file)
    unfinished.replace(path)
    return keys


def make_keys() -> Keys:
    """New random keys."""
    pairs = [key_pair() for _ in range(3)]
    return Keys(
        base64.b64encode(secrets.token_bytes(32)).decode(), *(text for pair in pairs for text in pair)
    )


def key_pair() -> tuple[str, str]:
    """A private and a public Ed25519 key, in PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), public.decode()
