"""Frontier tickets: an HMAC over (user, job, page, url_key) whose key the crawler does not hold.

A processor refuses a result without its ticket, so a crawler turned against us cannot write into another
job. HMAC-SHA-256 (RFC 2104) cut to 128 bits, base64url without padding: 22 characters.
"""

from __future__ import annotations

import base64
import hashlib
import hmac


class Tickets:
    """Makes and checks tickets under one key of at least 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("DOCSPASTA_TICKET_KEY must be the base64 of at least 32 random bytes")
        self._key = key

    @classmethod
    def from_base64(cls, text: str) -> Tickets:
        """Raises ValueError, naming the setting, for a missing, short or malformed key."""
        return cls(decode_key("DOCSPASTA_TICKET_KEY", text))

    def ticket(self, user_id: str, job_id: str, page_id: int, url_key: str) -> str:
        """The ticket of a job's URL, which is the one of that page."""
        named = f"{user_id}\n{job_id}\n{page_id}\n{url_key}".encode()
        digest = hmac.digest(self._key, named, hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def good(self, ticket: str, user_id: str, job_id: str, page_id: int, url_key: str) -> bool:
        """Whether `ticket` is that page's, compared in constant time."""
        expected = self.ticket(user_id, job_id, page_id, url_key)
        return hmac.compare_digest(ticket.encode(), expected.encode())


def decode_key(setting: str, text: str) -> bytes:
    """The bytes of a base64 key of at least 32 bytes. Raises ValueError that names the setting."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"{setting} is not base64") from error
    if len(key) < 32 or len(set(key)) < 8:
        raise ValueError(f"{setting} must be the base64 of 32 random bytes (openssl rand -base64 32)")
    return key
