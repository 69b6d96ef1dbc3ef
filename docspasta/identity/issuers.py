"""The issuers that are believed, as the operator configured them. Pure but for reading the setting's text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

KINDS = ("oidc", "kubernetes", "internal", "anonymous", "browser", "local")
SCOPES_OF_KIND = {
    "oidc": ("read", "write"),
    "kubernetes": ("read", "write"),
    "anonymous": ("read", "write"),
    "browser": ("read", "write"),
    "local": ("read", "write", "admin"),
    "internal": ("read", "write"),  # of API keys
}


def key_id(public_key: Any) -> str:
    """The `kid` of one of docspasta's own keys: 16 hex digits of its DER's SHA-256."""
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Issuer:
    """One trusted issuer: `keys` by kid for docspasta's own, `jwks_url` for OIDC.

    `scopes` are the most that its tokens may have. A token that was issued before `not_before` (epoch
    seconds) is refused. `operator` is the subject that may act for every namespace of a cluster (kind
    kubernetes), `token_file` holds what its keys are asked with.
    """

    issuer: str
    kind: str
    audience: str
    jwks_url: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    not_before: float = 0.0
    operator: str = ""
    token_file: str = ""


def parse_issuers(text: str, audience: str, further: str = "") -> dict[str, Issuer]:
    """The issuers of DOCSPASTA_IDENTITY_ISSUERS and DOCSPASTA_IDENTITY_FURTHER_ISSUERS by name.

    The first list wins where both name an issuer. Raises ValueError with a sentence that names the setting,
    the entry and what it lacks.
    """
    given = {"DOCSPASTA_IDENTITY_FURTHER_ISSUERS": further, "DOCSPASTA_IDENTITY_ISSUERS": text}
    rows = [
        _issuer(setting, entry, audience) for setting, text in given.items() for entry in _list(setting, text)
    ]
    return {row.issuer: row for row in rows}


def _list(setting: str, text: str) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads(text or "[]")
    except ValueError as error:
        raise ValueError(f"{setting} is not JSON: {error}") from error
    return rows


def _issuer(setting: str, entry: dict[str, Any], audience: str) -> Issuer:
    name, kind = entry.get("issuer", ""), entry.get("kind", "oidc")
    if not name or kind not in KINDS:
        raise ValueError(f"{setting}: {entry!r} needs an issuer and a kind of {KINDS}")
    pems = entry.get("public_keys") or [p for p in [entry.get("public_key")] if p]
    if not pems and not entry.get("jwks_url"):
        raise ValueError(f"{setting}: {name!r} needs public_key or jwks_url")
    keys = [load_pem_public_key(pem.encode()) for pem in pems]
    return Issuer(
        issuer=name,
        kind=kind,
        audience=entry.get("audience", audience),
        jwks_url=entry.get("jwks_url", ""),
        keys={key_id(key): key for key in keys},
        scopes=tuple(entry.get("scopes", SCOPES_OF_KIND[kind])),
        not_before=float(entry.get("not_before", 0)),
        operator=entry.get("operator", ""),
        token_file=entry.get("token_file", ""),
    )
