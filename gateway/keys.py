"""REST of API keys; they need a credential with the scope admin, which jobs checks."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from docspasta.v1 import identity_pb2 as pb

from . import representations as shown
from .bodies import known_parameters, read_object
from .context import answer, caller_of, identifier, state_of
from .crawl_request import unknown_fields
from .problems import Problem

FIELDS = {"name": str, "scopes": list, "ttlSeconds": int}


async def create(request: Request) -> Response:
    """POST /keys: the only answer that shows the secret."""
    known_parameters(request)
    caller, _ = await caller_of(request)
    asked = key_request(await read_object(request))
    made: pb.CreateKeyResponse = await state_of(request).services.ask(
        "IdentityService", "CreateKey", asked, caller
    )
    return answer({**shown.api_key(made.key), "secret": made.secret}, 201)


def key_request(body: dict[str, Any]) -> pb.CreateKeyRequest:
    """The proto of a body. Raises Problem (400) with every mistake."""
    mistakes = unknown_fields(body, FIELDS)
    name, scopes, ttl = body.get("name", ""), body.get("scopes", ["read", "write"]), body.get("ttlSeconds", 0)
    if not isinstance(name, str) or not 1 <= len(name) <= 100 or not name.isprintable():
        mistakes.append(("name", "Give the key a name of 1 to 100 characters."))
    if not isinstance(scopes, list) or not all(isinstance(s, str) and s.isascii() for s in scopes):
        mistakes.append(("scopes", "Give a list of read, write and admin."))
    if isinstance(ttl, bool) or not isinstance(ttl, int) or not 0 <= ttl < 2**40:
        mistakes.append(("ttlSeconds", "Give whole seconds; 0 for a key that never expires."))
    if mistakes:
        detail = "; ".join(f"{field}: {sentence}" for field, sentence in mistakes)
        raise Problem(400, "invalid-argument", detail, fields=mistakes)
    return pb.CreateKeyRequest(name=name, scopes=scopes, ttl_seconds=ttl)


async def list_keys(request: Request) -> Response:
    """GET /keys"""
    known_parameters(request)
    caller, _ = await caller_of(request)
    found: pb.ListKeysResponse = await state_of(request).services.ask(
        "IdentityService", "ListKeys", pb.ListKeysRequest(), caller
    )
    return answer({"keys": [shown.api_key(row) for row in found.keys]})


async def revoke(request: Request) -> Response:
    """DELETE /keys/{keyId}"""
    known_parameters(request)
    caller, _ = await caller_of(request)
    asked = pb.RevokeKeyRequest(key_id=identifier(request, "key_id"))
    await state_of(request).services.ask("IdentityService", "RevokeKey", asked, caller)
    return Response(status_code=204)
