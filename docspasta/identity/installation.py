"""Fresh keys for an installation: what `docspasta up` makes once and keeps in its data directory.

Pure but for the operating system's randomness; whoever calls decides where the values are kept.
"""

from __future__ import annotations

import base64
import json
import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

INTERNAL_ISSUER = "docspasta"
ANONYMOUS_ISSUER = "docspasta-anonymous"
LOCAL_ISSUER = "docspasta-local"


def fresh_keys() -> dict[str, str]:
    """Settings by environment name, and LOCAL_KEY: the PEM with which the command line signs its own JWTs."""
    internal, anonymous, local = (_pair() for _ in range(3))
    return {
        "DOCSPASTA_SEALING_KEY": _random(),
        "DOCSPASTA_TICKET_KEY": _random(),
        "DOCSPASTA_SIGNING_KEY": internal[0],
        "DOCSPASTA_ANONYMOUS_KEY": anonymous[0],
        "DOCSPASTA_IDENTITY_ISSUERS": json.dumps(
            [
                {"issuer": INTERNAL_ISSUER, "kind": "internal", "public_key": internal[1]},
                {"issuer": ANONYMOUS_ISSUER, "kind": "anonymous", "public_key": anonymous[1]},
                {"issuer": LOCAL_ISSUER, "kind": "local", "public_key": local[1]},
            ]
        ),
        "LOCAL_KEY": local[0],
    }


def _random() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _pair() -> tuple[str, str]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
