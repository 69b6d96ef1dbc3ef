"""What an API key is: `dsp_` and 43 random characters, known to the record by its prefix and SHA-256. Pure.

A key has 256 random bits, so one round of SHA-256 keeps it: there is nothing to guess that a slow hash would
guard.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence

from docspasta.errors import InvalidArgument
from docspasta.identity.caller import SCOPES, Caller

PREFIX_LENGTH = 12  # `dsp_` and 8 characters: 48 bits to look it up by, 208 that stay secret
FORM = re.compile(r"dsp_[A-Za-z0-9_-]{43}")
MAX_NAME = 100
MAX_TTL = 10 * 366 * 86_400


def new_key() -> str:
    """A fresh API key."""
    return "dsp_" + secrets.token_urlsafe(32)


def well_formed(key: str) -> bool:
    """Whether `key` has the form of one; anything else is refused without a look-up."""
    return FORM.fullmatch(key) is not None


def prefix_of(key: str) -> str:
    """The characters by which a key is looked up and recognised."""
    return key[:PREFIX_LENGTH]


def digest_of(key: str) -> bytes:
    """SHA-256 of a key: all that the record keeps of its secret."""
    return hashlib.sha256(key.encode()).digest()


def check_new_key(
    name: str, scopes: Sequence[str], ttl_seconds: int, caller: Caller, allowed: frozenset[str]
) -> None:
    """Raise InvalidArgument unless the caller may have such a key made. `allowed` is the most that the
    operator lets API keys do."""
    if found := list(mistakes(name, scopes, ttl_seconds, caller, allowed)):
        raise InvalidArgument(found)


def mistakes(
    name: str, scopes: Sequence[str], ttl: int, caller: Caller, allowed: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Every mistake in the request for a key."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        yield ("name", f"Give the key a name of 1 to {MAX_NAME} printable characters.")
    if not scopes:
        yield ("scopes", f"Name at least one of {', '.join(SCOPES)}.")
    for index, scope in enumerate(scopes):
        if scope not in SCOPES:
            yield (f"scopes[{index}]", f"{scope[:40]!r} is not a scope; use {', '.join(SCOPES)}.")
        elif scope not in caller.scopes:
            yield (
                f"scopes[{index}]",
                f"Your own credential lacks {scope!r}; a key cannot have more than it.",
            )
        elif scope not in allowed:
            yield (
                f"scopes[{index}]",
                f"API keys may not have {scope!r} here; the operator may list it in the scopes of the issuer "
                "'docspasta' (DOCSPASTA_IDENTITY_ISSUERS).",
            )
    if not 0 <= ttl <= MAX_TTL:
        yield ("ttl_seconds", f"{ttl} is out of range; give 0 (never expires) to {MAX_TTL} seconds.")
