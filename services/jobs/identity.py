"""IdentityService: an API key for a short-lived JWT; keys made, listed, revoked. API keys end here."""

from __future__ import annotations

import secrets
import time

from docspasta.errors import (
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from docspasta.identity import current_caller
from docspasta.identity.caller import namespace_user
from docspasta.identity.installation import INTERNAL_ISSUER
from docspasta.identity.tokens import INTERNAL_LIFETIME
from docspasta.store import keys as store
from docspasta.v1 import identity_pb2_grpc
from docspasta.v1.identity_pb2 import (
    ApiKey,
    CreateKeyRequest,
    CreateKeyResponse,
    ExchangeNamespaceRequest,
    ExchangeNamespaceResponse,
    ExchangeTokenRequest,
    ExchangeTokenResponse,
    ListKeysRequest,
    ListKeysResponse,
    RevokeKeyRequest,
    RevokeKeyResponse,
)

from .api_keys import check_new_key, digest_of, new_key, prefix_of, well_formed
from .handler import JOB_ID, Context, Handler
from .messages import timestamp

MAX_KEYS = 100  # good ones of one user
REFUSED = "This API key is not good: unknown, expired or revoked. Make a new one."


class IdentityServicer(Handler, identity_pb2_grpc.IdentityServiceServicer):
    """Credentials."""

    async def ExchangeToken(self, request: ExchangeTokenRequest, context: Context) -> ExchangeTokenResponse:
        signer = self.resources.signer
        if signer is None:
            raise Unavailable("API keys are turned off here; send a token of your identity provider.")
        if not well_formed(request.api_key):
            raise Unauthenticated(REFUSED)
        digest = digest_of(request.api_key)
        async with self.resources.pool.key_transaction(digest.hex()) as connection:
            shown = await store.shown_key(connection, digest)
        if shown is None:
            raise Unauthenticated(REFUSED)
        await self.resources.rate.spend(shown.user_id)
        now = int(time.time())
        lifetime = int(min(INTERNAL_LIFETIME, max(shown.seconds_left or INTERNAL_LIFETIME, 1.0)))
        answer = ExchangeTokenResponse(token=signer.sign(shown.user_id, shown.scopes, lifetime, now))
        answer.expires_at.FromSeconds(now + lifetime)
        return answer

    async def ExchangeNamespace(
        self, request: ExchangeNamespaceRequest, context: Context
    ) -> ExchangeNamespaceResponse:
        caller = current_caller()
        if caller.kind != "operator":
            raise PermissionDenied("Only the operator acts for namespaces; send your own credential.")
        try:
            user_id = namespace_user(request.namespace)
        except ValueError as error:
            raise InvalidArgument([("namespace", f"{error}; give it as the cluster names it.")]) from error
        signer = self.resources.signer
        if signer is None:
            raise Unavailable(
                "Without a signing key nobody can act for a namespace; set DOCSPASTA_SIGNING_KEY."
            )
        now = int(time.time())
        token = signer.sign(user_id, ("read", "write"), INTERNAL_LIFETIME, now)
        answer = ExchangeNamespaceResponse(token=token)
        answer.expires_at.FromSeconds(now + int(INTERNAL_LIFETIME))
        return answer

    async def CreateKey(self, request: CreateKeyRequest, context: Context) -> CreateKeyResponse:
        user_id = await self.user("admin")
        allowed = self.resources.verifier.most_of(INTERNAL_ISSUER)
        check_new_key(request.name, request.scopes, request.ttl_seconds, current_caller(), allowed)
        secret, key_id = new_key(), secrets.token_hex(8)
        scopes = sorted(set(request.scopes))
        async with self.resources.pool.transaction(user_id) as connection:
            if await store.count_keys(connection, user_id) >= MAX_KEYS:
                raise ResourceExhausted(
                    f"You have {MAX_KEYS} API keys; revoke one first.", reason="too-many-keys"
                )
            given = (request.name, prefix_of(secret), digest_of(secret), scopes, request.ttl_seconds)
            made = await store.insert_key(connection, user_id, key_id, *given)
        return CreateKeyResponse(key=api_key(made), secret=secret)

    async def ListKeys(self, request: ListKeysRequest, context: Context) -> ListKeysResponse:
        user_id = await self.user("admin")
        async with self.resources.pool.transaction(user_id) as connection:
            keys = await store.keys(connection, user_id)
        return ListKeysResponse(keys=map(api_key, keys))

    async def RevokeKey(self, request: RevokeKeyRequest, context: Context) -> RevokeKeyResponse:
        user_id = await self.user("admin")
        async with self.resources.pool.transaction(user_id) as connection:
            key_id = request.key_id if JOB_ID.fullmatch(request.key_id) else ""
            if not await store.revoke_key(connection, user_id, key_id):
                raise NotFound("There is no such API key; list your keys.", reason="no-such-key")
        return RevokeKeyResponse()


def api_key(key: store.ApiKey) -> ApiKey:
    """A key as its user sees it."""
    return ApiKey(
        key_id=key.key_id,
        name=key.name,
        prefix=key.prefix,
        scopes=key.scopes,
        created_at=timestamp(key.created_at),
        expires_at=timestamp(key.expires_at),
        last_used_at=timestamp(key.last_used_at),
        revoked_at=timestamp(key.revoked_at),
    )
