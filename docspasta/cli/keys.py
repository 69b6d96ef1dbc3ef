"""`docspasta keys …`: API keys of the caller."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from docspasta.cli.connection import Target, connected
from docspasta.cli.exits import OK

if TYPE_CHECKING:
    from docspasta.v1.identity_pb2 import ApiKey


async def create_key(target: Target, name: str, scopes: list[str], ttl_seconds: int) -> int:
    """Make a key; its secret goes to stdout, this once."""
    from docspasta.v1.identity_pb2 import CreateKeyRequest

    async with connected(target, "keys create") as connection:
        request = CreateKeyRequest(name=name, scopes=scopes, ttl_seconds=ttl_seconds)
        connection.patience = 0  # a second request would make a second key
        answer = await connection.call(lambda: connection.identity.CreateKey, request)
    print(f"Key {answer.key.key_id}. Keep its secret now; it is not shown again:", file=sys.stderr)
    print(answer.secret)
    return OK


async def list_keys(target: Target, json_lines: bool) -> int:
    """The caller's keys, without their secrets."""
    from docspasta.v1.identity_pb2 import ListKeysRequest

    async with connected(target, "keys list") as connection:
        answer = await connection.call(lambda: connection.identity.ListKeys, ListKeysRequest())
    for key in answer.keys:
        show_key(key, json_lines)
    return OK


def show_key(key: ApiKey, json_lines: bool) -> None:
    """One key on one line."""
    if json_lines:
        from docspasta.cli.json_lines import key_object, print_line

        print_line(key_object(key))
        return
    moments = {
        "revoked": key.revoked_at,
        "expires": key.expires_at,
        "last used": key.last_used_at,
    }
    told = ", ".join(f"{word} {moment.ToJsonString()}" for word, moment in moments.items() if moment.seconds)
    print(f"{key.key_id}  {key.prefix}…  {','.join(key.scopes)}  {key.name}  {told}".rstrip())


async def revoke_key(target: Target, key_id: str) -> int:
    """Revoke a key; it stops working within a minute."""
    from docspasta.v1.identity_pb2 import RevokeKeyRequest

    async with connected(target, "keys revoke") as connection:
        await connection.call(lambda: connection.identity.RevokeKey, RevokeKeyRequest(key_id=key_id))
    print(key_id)
    return OK
