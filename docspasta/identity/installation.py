"""Fresh keys for an installation: what `docspasta up` makes once and keeps in its data directory.

Pure but for the operating system's randomness; the caller decides where the values are kept.

    python -m docspasta.identity.installation                 an .env file for deploy/compose.yaml
    python -m docspasta.identity.installation --secret NAME   a Kubernetes Secret for the chart's keys
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

INTERNAL_ISSUER = "docspasta"
ANONYMOUS_ISSUER = "docspasta-anonymous"
BROWSER_ISSUER = "docspasta-browser"  # a browser that signed in; the gateway signs both kinds of cookie
LOCAL_ISSUER = "docspasta-local"
LINK_AUDIENCE = "docspasta-sign-in"  # of a link's token, so that it is good for nothing but signing in


def fresh_keys() -> dict[str, str]:
    """Settings by environment name, and LOCAL_KEY: the PEM with which the command line signs its own JWTs."""
    internal, anonymous, browser, local = (_pair() for _ in range(4))
    return {
        "DOCSPASTA_SEALING_KEY": _random(),
        "DOCSPASTA_TICKET_KEY": _random(),
        "DOCSPASTA_SIGNING_KEY": internal[0],
        "DOCSPASTA_ANONYMOUS_KEY": anonymous[0],
        "DOCSPASTA_BROWSER_KEY": browser[0],
        "DOCSPASTA_IDENTITY_ISSUERS": json.dumps(
            [
                {"issuer": INTERNAL_ISSUER, "kind": "internal", "public_key": internal[1]},
                {"issuer": ANONYMOUS_ISSUER, "kind": "anonymous", "public_key": anonymous[1]},
                {"issuer": BROWSER_ISSUER, "kind": "browser", "public_key": browser[1]},
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


# The chart's names (values.yaml, keys.keys) of what stands in its Secret.
IN_THE_SECRET = {
    "sealing-key": "DOCSPASTA_SEALING_KEY",
    "ticket-key": "DOCSPASTA_TICKET_KEY",
    "signing-key": "DOCSPASTA_SIGNING_KEY",
    "anonymous-key": "DOCSPASTA_ANONYMOUS_KEY",
    "browser-key": "DOCSPASTA_BROWSER_KEY",
    "identity-issuers": "DOCSPASTA_IDENTITY_ISSUERS",
}


# Each role and user of compose's databases has a password of its own.
PASSWORDS = (
    *(f"POSTGRES_{role}PASSWORD" for role in ("", "OWNER_", "APP_", "TEND_")),
    *(f"VALKEY_{user}_PASSWORD" for user in ("JOBS", "CRAWLER", "PROCESSOR")),
)


def env_file(keys: dict[str, str]) -> str:
    """Lines of an .env file, with fresh passwords: JSON in single quotes, PEM escaped."""
    lines = [f"{name}={secrets.token_hex(16)}" for name in PASSWORDS]
    for name, value in keys.items():
        if name.startswith("DOCSPASTA_"):
            quoted = f"'{value}'" if value.startswith("[") else json.dumps(value)
            lines.append(f"{name}={quoted}")
    return "\n".join(lines)


def secret(name: str, keys: dict[str, str]) -> str:
    """A Secret's manifest, in JSON, which kubectl takes as it takes YAML. The `local` issuer is left out: it
    is the command line's on one machine."""
    issuers = [row for row in json.loads(keys["DOCSPASTA_IDENTITY_ISSUERS"]) if row["kind"] != "local"]
    data = {key: keys[setting] for key, setting in IN_THE_SECRET.items()}
    data["identity-issuers"] = json.dumps(issuers)
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": data}
    return json.dumps(manifest, indent=1)


def main(arguments: list[str]) -> int:
    """The command; 0, or 2 for bad usage."""
    match arguments:
        case []:
            print(env_file(fresh_keys()))
        case ["--secret", name]:
            print(secret(name, fresh_keys()))
        case _:
            print("usage: python -m docspasta.identity.installation [--secret NAME]", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
