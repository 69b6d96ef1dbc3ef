"""REST of API keys; they need a credential with the scope admin, which jobs checks."""

from __future__ import annotations

from starlette.responses import Response

from docspasta.rest.keys import ApiKeys, NewApiKey
from docspasta.rest.requests import KeyRequest
from docspasta.v1 import identity_pb2 as pb

from .context import json_response
from .operation import Call
from .queries import NoQuery


async def create(call: Call[NoQuery, KeyRequest]) -> Response:
    """POST /keys: the only answer that shows the secret."""
    made = await call.ask(call.services.identity.CreateKey, call.body.request())
    return json_response(NewApiKey.made(made), 201)


async def list_keys(call: Call[NoQuery, None]) -> Response:
    """GET /keys"""
    return json_response(ApiKeys.of(await call.ask(call.services.identity.ListKeys, pb.ListKeysRequest())))


async def revoke(call: Call[NoQuery, None]) -> Response:
    """DELETE /keys/{keyId}"""
    await call.ask(call.services.identity.RevokeKey, pb.RevokeKeyRequest(key_id=call.id("key_id")))
    return Response(status_code=204)
