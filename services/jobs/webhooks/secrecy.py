"""Secrets of endpoints at rest: sealed like a job's request headers, bound to their user and endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from docspasta.deliveries.secrets import Secrets
from docspasta.identity.sealing import Sealing
from docspasta.store.webhooks import Endpoint


def seal_secret(sealing: Sealing, user_id: str, webhook_id: str, secret: str) -> str:
    """What is stored of a secret."""
    return sealing.seal(user_id, f"webhook {webhook_id}", [("secret", secret)])


def seal_headers(sealing: Sealing, user_id: str, webhook_id: str, headers: Mapping[str, str]) -> str:
    """What is stored of an endpoint's own headers, '' for none."""
    return sealing.seal(user_id, f"webhook {webhook_id} headers", list(headers.items()))


def open_headers(sealing: Sealing, endpoint: Endpoint) -> list[tuple[str, str]]:
    """The endpoint's own headers. Raises ValueError when they were sealed under another key."""
    bound = f"webhook {endpoint.webhook_id} headers"
    return sealing.open(endpoint.user_id, bound, endpoint.sealed_headers.decode())


def open_secrets(sealing: Sealing, endpoint: Endpoint, now: datetime) -> Secrets:
    """The endpoint's secrets in force. Raises ValueError when they were sealed under another key."""
    rotating = endpoint.previous_until is not None and now < endpoint.previous_until
    previous = endpoint.sealed_previous if rotating else None
    return Secrets(
        _opened(sealing, endpoint, endpoint.sealed_secret),
        _opened(sealing, endpoint, previous) if previous is not None else "",
    )


def _opened(sealing: Sealing, endpoint: Endpoint, sealed: bytes) -> str:
    [(_, secret)] = sealing.open(endpoint.user_id, f"webhook {endpoint.webhook_id}", sealed.decode())
    return secret
