"""API keys as REST shows them."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from docspasta.v1 import identity_pb2 as pb

from .base import Answer
from .words import Moment, moment


class ApiKey(Answer):
    """An API key without its secret."""

    key_id: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: Moment | None
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None

    @classmethod
    def of(cls, row: pb.ApiKey) -> Self:
        """From the proto."""
        return cls(**_key(row))


class NewApiKey(ApiKey):
    """An API key that was just made."""

    secret: str = Field(description="Shown once.")

    @classmethod
    def made(cls, row: pb.CreateKeyResponse) -> Self:
        """From the proto."""
        return cls(**_key(row.key), secret=row.secret)


class ApiKeys(Answer):
    """A user's API keys."""

    keys: list[ApiKey]

    @classmethod
    def of(cls, row: pb.ListKeysResponse) -> Self:
        """From the proto."""
        return cls(keys=[ApiKey.of(key) for key in row.keys])


def _key(row: pb.ApiKey) -> dict[str, Any]:
    return {
        "key_id": row.key_id,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": list(row.scopes),
        **{name: moment(row, name) for name in ("created_at", "expires_at", "last_used_at", "revoked_at")},
    }
