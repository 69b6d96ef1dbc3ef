"""API keys: the statements of keys.sql, each under its own name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from .connection import Connection
from .statements import load


class ApiKey(NamedTuple):
    """An API key as its user sees it."""

    key_id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class ShownKey(NamedTuple):
    """Whose key was shown, and what it is good for. `seconds_left` is None when it does not expire."""

    user_id: str
    scopes: tuple[str, ...]
    seconds_left: float | None


SQL = load("keys.sql", ApiKey)


async def insert_key(
    connection: Connection,
    user_id: str,
    key_id: str,
    name: str,
    prefix: str,
    digest: bytes,
    scopes: Sequence[str],
    ttl_seconds: float,
) -> ApiKey:
    """A new key; it never expires when `ttl_seconds` is 0."""
    made = await SQL.insert_key.one(
        connection,
        ApiKey,
        user_id=user_id,
        key_id=key_id,
        name=name,
        prefix=prefix,
        digest=digest,
        scopes=list(scopes),
        ttl_seconds=float(ttl_seconds),
    )
    assert made is not None  # INSERT ... RETURNING
    return made


async def keys(connection: Connection, user_id: str) -> list[ApiKey]:
    """The user's keys, newest first."""
    return await SQL.keys.all(connection, ApiKey, user_id=user_id)


async def count_keys(connection: Connection, user_id: str) -> int:
    """How many keys of the user's are good."""
    return await SQL.count_keys.value(connection, int, user_id=user_id) or 0


async def revoke_key(connection: Connection, user_id: str, key_id: str) -> bool:
    """Stop believing a key; False when the user has no such key."""
    return await SQL.revoke_key.value(connection, str, user_id=user_id, key_id=key_id) is not None


async def shown_key(connection: Connection, digest: bytes) -> ShownKey | None:
    """The good key with this SHA-256; its use is noted to the minute.

    `connection` is one of `Pool.key_transaction`.
    """
    shown = await SQL.shown_key.one(connection, ShownKey, digest=digest)
    if shown is not None:
        await SQL.note_use.execute(connection, digest=digest)
    return shown
