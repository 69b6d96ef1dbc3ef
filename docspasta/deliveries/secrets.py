"""An endpoint's secret: what one looks like, and the key that it stands for. Pure but for randomness.

Standard Webhooks: `whsec_` and the base64 of 24 to 64 random bytes, which are the key. For the other schemes
the text itself is the key, as it is at Firecrawl and Upstash.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import NamedTuple

from .events import Scheme

PREFIX = "whsec_"
STANDARD = (24, 64)  # bytes of a key, least and most
TEXT = (16, 128)  # characters of a secret that is its own key


class Secrets(NamedTuple):
    """The secret in force, and the one before it while a rotation lasts ('' at other times)."""

    current: str
    previous: str = ""


def new_secret() -> str:
    """A fresh secret, good for every scheme."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_mistake(secret: str, scheme: Scheme) -> str:
    """What is wrong with a secret that somebody chose, or ''. It is never repeated."""
    if scheme is Scheme.STANDARD:
        key = _decoded(secret)
        if key is None or not STANDARD[0] <= len(key) <= STANDARD[1]:
            return "A secret is whsec_ and the base64 of 24 to 64 random bytes; leave it out to get one."
        return ""
    if not (TEXT[0] <= len(secret) <= TEXT[1] and secret.isascii() and secret.isprintable()):
        return "A secret has 16 to 128 visible ASCII characters; leave it out to get one."
    return ""


def key_of(secret: str, scheme: Scheme) -> bytes:
    """The key of a secret without mistakes."""
    return (_decoded(secret) or b"") if scheme is Scheme.STANDARD else secret.encode()


def _decoded(secret: str) -> bytes | None:
    if not secret.startswith(PREFIX):
        return None
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
