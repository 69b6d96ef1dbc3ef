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
NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")  # a DNS label (RFC 1123)
SERVICE_ACCOUNT = re.compile(rf"system:serviceaccount:({NAMESPACE.pattern}):[a-z0-9.-]{{1,253}}")
LONGEST_NAMESPACE = 61  # that fits into a user id behind `ns-`
SCOPES = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller. `token` is the JWT itself, to be handed on; `expires_at` epoch seconds."""

    user_id: str
    scopes: frozenset[str]
    kind: str  # oidc | kubernetes | operator | internal | anonymous | local
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
    if kind == "kubernetes":
        return namespace_user(namespace_of(subject))
    name = f"anon-{subject}" if kind == "anonymous" else subject
    if not USER_ID.fullmatch(name):
        raise Unauthenticated("the token's subject is not a user id")
    return name


def namespace_of(subject: str) -> str:
    """The namespace of a ServiceAccount. Raises Unauthenticated for a subject that is none."""
    found = SERVICE_ACCOUNT.fullmatch(subject)
    if found is None:
        raise Unauthenticated("the token's subject is not a ServiceAccount")
    return found[1]


def namespace_user(namespace: str) -> str:
    """The `user_id` of all who work in a namespace of the cluster. Raises ValueError for
    what is no name of one."""
    if not NAMESPACE.fullmatch(namespace):
        raise ValueError(f"{namespace!r} is not the name of a namespace")
    if len(namespace) <= LONGEST_NAMESPACE:
        return f"ns-{namespace}"
    # No namespace has an underscore in its name, so this is nobody else's.
    digest = hashlib.blake2b(namespace.encode(), digest_size=20).digest()
    return "ns_" + base64.b32encode(digest).decode().lower()


def anonymous_subject(group: str) -> str:
    """A fresh subject of an anonymous caller. `group` is 16 hex digits that stand for the client's address:
    all of a group have one share of what is shared out."""
    return f"{group}-{secrets.token_hex(16)}"


def share_of(user_id: str) -> str:
    """Whose share a user's work counts against: for an anonymous user the group's, else the user's own."""
    found = ANONYMOUS.fullmatch(user_id)
    return found[1] if found else user_id
