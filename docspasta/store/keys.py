"""API keys: the statements of keys.sql, each under its own name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .statements import load

SQL = load("keys.sql")
Row = Any


async def insert_key(
    connection: Any,
    user_id: str,
    key_id: str,
    name: str,
    prefix: str,
    digest: bytes,
    scopes: Sequence[str],
    ttl_seconds: float,
) -> Row:
    """A new key; it never expires when `ttl_seconds` is 0."""
    given = (user_id, key_id, name, prefix, digest, list(scopes), float(ttl_seconds))
    return await connection.fetchrow(SQL.insert_key, *given)


async def keys(connection: Any, user_id: str) -> list[Row]:
    """The user's keys, newest first."""
    return list(await connection.fetch(SQL.keys, user_id))


async def count_keys(connection: Any, user_id: str) -> int:
    """How many keys of the user's are good."""
    return int(await connection.fetchval(SQL.count_keys, user_id))


async def revoke_key(connection: Any, user_id: str, key_id: str) -> bool:
    """Stop believing a key; False when the user has no such key."""
    return await connection.fetchval(SQL.revoke_key, user_id, key_id) is not None


async def shown_key(connection: Any, digest: bytes) -> Row | None:
    """(user_id, scopes, seconds_left) of the good key with this SHA-256; its use is noted to the minute.

    `connection` is one of `Pool.key_transaction`.
    """
    row = await connection.fetchrow(SQL.shown_key, digest)
    if row is not None:
        await connection.execute(SQL.note_use, digest)
    return row
