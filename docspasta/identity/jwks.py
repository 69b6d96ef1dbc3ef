"""An OIDC issuer's keys (RFC 7517), fetched once, kept for their time, asked again for an unknown `kid`.

The URL is the operator's. One fetch at a time an issuer, at most one every MIN_INTERVAL seconds for unknown
kids; old keys stay good for STALE seconds when the issuer cannot be reached.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import jwt

from docspasta.telemetry.logs import logger

from .issuers import Issuer

FRESH = 600.0
STALE = 86_400.0
MIN_INTERVAL = 10.0

log = logger("identity")
Fetch = Callable[[str], Awaitable[bytes]]


@dataclass(slots=True)
class _Known:
    keys: dict[str, Any] = field(default_factory=dict)
    asked: float = -1e9
    got: float = -1e9
    said: str = ""  # why there are none, once told
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Jwks:
    """A KeySource for Verifier. `fetch(url)` returns the body of a JWKS, by the egress policy."""

    def __init__(
        self,
        fetch: Fetch,
        now: Callable[[], float] = time.monotonic,
        ended: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`ended` closes what `fetch` fetches over."""
        self._fetch, self._now, self._ended = fetch, now, ended
        self._known: dict[str, _Known] = {}

    async def __call__(self, issuer: Issuer, kid: str) -> Any | None:
        known = self._known.setdefault(issuer.jwks_url, _Known())
        if self._must_ask(known, kid):
            async with known.lock:
                if self._must_ask(known, kid):
                    await self._ask(issuer.jwks_url, known)
        return known.keys.get(kid) if self._now() - known.got < STALE else None

    async def close(self) -> None:
        """End the connections to issuers."""
        if self._ended is not None:
            await self._ended()

    def _must_ask(self, known: _Known, kid: str) -> bool:
        now = self._now()
        if now - known.asked < MIN_INTERVAL:
            return False
        return kid not in known.keys or now - known.got > FRESH

    async def _ask(self, url: str, known: _Known) -> None:
        known.asked = self._now()
        try:
            rows = jwt.PyJWKSet.from_json((await self._fetch(url)).decode()).keys
        except (OSError, ValueError, TimeoutError, jwt.PyJWTError) as error:
            reason = f"{type(error).__name__}: {error}"[:300]
            if reason != known.said:
                log.warning("an issuer's keys cannot be had", url=url, error=reason)
            known.said = reason
            return
        known.said = ""
        known.keys = {row.key_id: row.key for row in rows if row.key_id}
        known.got = self._now()
