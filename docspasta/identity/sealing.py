"""Request headers sealed at rest: ChaCha20-Poly1305 (RFC 8439) bound to their user and job.

jobs seals, the crawler opens; Postgres and Redis hold only what `seal` gives.
"""

from __future__ import annotations

import base64
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from .tickets import decode_key

NONCE_BYTES = 12


class Sealing:
    """Seals and opens a job's headers under one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key[:32])

    @classmethod
    def from_base64(cls, text: str) -> Sealing:
        """Raises ValueError, naming the setting, for a missing, short or malformed key."""
        return cls(decode_key("DOCSPASTA_SEALING_KEY", text))

    def seal(self, user_id: str, job_id: str, headers: list[tuple[str, str]]) -> str:
        """Sealed text of `headers`, '' when there are none."""
        if not headers:
            return ""
        nonce = os.urandom(NONCE_BYTES)
        box = self._cipher.encrypt(nonce, json.dumps(headers).encode(), f"{user_id}\n{job_id}".encode())
        return base64.b64encode(nonce + box).decode()

    def open(self, user_id: str, job_id: str, sealed: str) -> list[tuple[str, str]]:
        """The headers of `sealed`. Raises ValueError when it was not sealed for this job."""
        if not sealed:
            return []
        raw = base64.b64decode(sealed)
        try:
            text = self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], f"{user_id}\n{job_id}".encode())
        except InvalidTag as error:
            raise ValueError("the headers were not sealed for this job") from error
        return [(name, value) for name, value in json.loads(text)]
