"""Page sizes and page tokens: a token is the key after which the next page begins. Pure.

A token names no user: the query that reads it is bound to the caller's rows, so a token that was tampered
with shows its sender nothing but other rows of their own.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from docspasta.errors import InvalidArgument
from docspasta.store.jobs import Part

MAX_SIZE = 500
MAX_JOBS = 100  # jobs or sources of a part, however many were asked for
MAX_BYTES = 256 * 1024  # of their settings, which may be 100 KiB each; the one that goes over it is the last
Key = list[Any]  # of int and str


def page_size(asked: int, default: int) -> int:
    """The page size, `default` for 0. Raises InvalidArgument out of 1..500."""
    if not 0 <= asked <= MAX_SIZE:
        raise InvalidArgument([("page_size", f"{asked} is out of range; give 1 to {MAX_SIZE}.")])
    return asked or default


def part_of(asked: int, default: int) -> Part:
    """How many jobs or sources one answer holds: a loop that serves others reads and writes them."""
    return Part(min(page_size(asked, default), MAX_JOBS), MAX_BYTES)


def token_of(kind: str, key: Key) -> str:
    """The opaque token of a key; `kind` keeps one list's token from being taken for another's."""
    return (
        base64.urlsafe_b64encode(json.dumps([kind, *key], separators=(",", ":")).encode())
        .decode()
        .rstrip("=")
    )


def key_of(kind: str, token: str, *types: type) -> Key | None:
    """The key that `token` names, None for ''. Raises InvalidArgument for a token this list did not give."""
    if not token:
        return None
    try:
        given, *key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise bad_token() from error
    if given != kind or [type(part) for part in key] != list(types) or not all(map(storable, key)):
        raise bad_token()
    return list(key)


def storable(part: int | str) -> bool:
    """Whether a key's part fits a bigint or a text column (no NUL, no lone surrogate)."""
    if isinstance(part, int):
        return abs(part) < 2**63
    return "\0" not in part and part.isprintable()


def bad_token() -> InvalidArgument:
    """The refusal of a token."""
    return InvalidArgument([("page_token", "Not a token of this list; send nextPageToken as it was given.")])
