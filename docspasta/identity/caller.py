"""The caller of a request: whose data it may touch and with what scopes. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

from docspasta.errors import PermissionDenied, Unauthenticated

USER_ID = re.compile(r"[a-z0-9_-]{1,64}")
ANONYMOUS = re.compile(r"(anon-[0-9a-f]{16})-[0-9a-f]{32}")
SCOPES = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller. `token` is the JWT itself, to be handed on; `expires_at` epoch seconds."""

    user_id: str
    scopes: frozenset[str]
    kind: str  # oidc | internal | anonymous | local
    expires_at: float
    token: str = ""

    def require(self, scope: str) -> None:
        """Raise PermissionDenied unless the credential carries `scope`."""
        if scope not in self.scopes:
            raise PermissionDenied(f"this credential lacks the scope {scope!r}")


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


def current_caller() -> Caller:
    """The caller of the RPC at hand. Raises Unauthenticated when there is none."""
    caller = _caller.get()
    if caller is None:
        raise Unauthenticated("no credential was sent; send `authorization: Bearer <token>`")
    return caller


def set_caller(caller: Caller | None) -> None:
    """Name the caller of the RPC at hand; only the serving interceptor does."""
    _caller.set(caller)


def user_id(kind: str, issuer: str, subject: str) -> str:
    """The `user_id` of an issuer's subject: `[a-z0-9_-]{1,64}`.

    docspasta's own issuers name it themselves; an OIDC subject is hashed with its issuer, so that two
    issuers' equal subjects are two users.
    """
    if kind == "oidc":
        # A browser's session (kind `browser`) carries this same name: one person, however they come.
        digest = hashlib.blake2b(f"{issuer}\n{subject}".encode(), digest_size=20).digest()
        return "u-" + base64.b32encode(digest).decode().lower()
    name = f"anon-{subject}" if kind == "anonymous" else subject
    if not USER_ID.fullmatch(name):
        raise Unauthenticated("the token's subject is not a user id")
    return name


def anonymous_subject(group: str) -> str:
    """A fresh subject of an anonymous caller. `group` is 16 hex digits that stand for the client's address:
    all of a group have one share of what is shared out."""
    return f"{group}-{secrets.token_hex(16)}"


def share_of(user_id: str) -> str:
    """Whose share a user's work counts against: for an anonymous user the group's, else the user's own."""
    found = ANONYMOUS.fullmatch(user_id)
    return found[1] if found else user_id
