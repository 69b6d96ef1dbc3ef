"""IdentityService: an API key for a short-lived JWT; keys made, listed, revoked. API keys end here."""

from __future__ import annotations

import secrets
import time
from typing import Any

from docspasta.errors import NotFound, ResourceExhausted, Unauthenticated, Unavailable
from docspasta.identity import current_caller
from docspasta.identity.tokens import INTERNAL_LIFETIME
from docspasta.store import keys as store
from docspasta.v1 import identity_pb2_grpc
from docspasta.v1.identity_pb2 import (
    ApiKey,
    CreateKeyRequest,
    CreateKeyResponse,
    ExchangeTokenRequest,
    ExchangeTokenResponse,
    ListKeysRequest,
    ListKeysResponse,
    RevokeKeyRequest,
    RevokeKeyResponse,
)

from .api_keys import check_new_key, digest_of, new_key, prefix_of, well_formed
from .handler import JOB_ID, Handler
from .messages import stamp

MAX_KEYS = 100  # good ones of one user
REFUSED = "This API key is not good: unknown, expired or revoked. Make a new one."


class IdentityServicer(Handler, identity_pb2_grpc.IdentityServiceServicer):
    """Credentials."""

    async def ExchangeToken(self, request: ExchangeTokenRequest, context: Any) -> ExchangeTokenResponse:
        signer = self.resources.signer
        if signer is None:
            raise Unavailable("API keys are turned off here; send a token of your identity provider.")
        if not well_formed(request.api_key):
            raise Unauthenticated(REFUSED)
        digest = digest_of(request.api_key)
        async with self.resources.pool.key_transaction(digest.hex()) as connection:
            row = await store.shown_key(connection, digest)
        if row is None:
            raise Unauthenticated(REFUSED)
        await self.resources.rate.spend(row["user_id"])
        now = int(time.time())
        lifetime = int(min(INTERNAL_LIFETIME, max(row["seconds_left"] or INTERNAL_LIFETIME, 1.0)))
        answer = ExchangeTokenResponse(token=signer.sign(row["user_id"], tuple(row["scopes"]), lifetime, now))
        answer.expires_at.FromSeconds(now + lifetime)
        return answer

    async def CreateKey(self, request: CreateKeyRequest, context: Any) -> CreateKeyResponse:
        user_id = await self.user("admin")
        check_new_key(request.name, request.scopes, request.ttl_seconds, current_caller())
        secret, key_id = new_key(), secrets.token_hex(8)
        scopes = sorted(set(request.scopes))
        async with self.resources.pool.transaction(user_id) as connection:
            if await store.count_keys(connection, user_id) >= MAX_KEYS:
                raise ResourceExhausted(
                    f"You have {MAX_KEYS} API keys; revoke one first.", reason="too-many-keys"
                )
            given = (request.name, prefix_of(secret), digest_of(secret), scopes, request.ttl_seconds)
            row = await store.insert_key(connection, user_id, key_id, *given)
        return CreateKeyResponse(key=api_key(row), secret=secret)

    async def ListKeys(self, request: ListKeysRequest, context: Any) -> ListKeysResponse:
        user_id = await self.user("admin")
        async with self.resources.pool.transaction(user_id) as connection:
            rows = await store.keys(connection, user_id)
        return ListKeysResponse(keys=map(api_key, rows))

    async def RevokeKey(self, request: RevokeKeyRequest, context: Any) -> RevokeKeyResponse:
        user_id = await self.user("admin")
        async with self.resources.pool.transaction(user_id) as connection:
            key_id = request.key_id if JOB_ID.fullmatch(request.key_id) else ""
            if not await store.revoke_key(connection, user_id, key_id):
                raise NotFound("There is no such API key; list your keys.", reason="no-such-key")
        return RevokeKeyResponse()


def api_key(row: Any) -> ApiKey:
    """A key as its user sees it."""
    key = ApiKey(key_id=row["key_id"], name=row["name"], prefix=row["prefix"], scopes=row["scopes"])
    for name in ("created_at", "expires_at", "last_used_at", "revoked_at"):
        stamp(getattr(key, name), row[name])
    return key
